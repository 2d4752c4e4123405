import { createHash, hash } from 'node:crypto';
import type { Hash } from 'node:crypto';

/** The default of `partSize`, in bytes. */
export const defaultPartSize = 16 * 2 ** 20;
/** The minimum of `partSize`, in bytes. */
export const minPartSize = 5 * 2 ** 20;
/** The maximum of `partSize`, in bytes. */
export const maxPartSize = 5 * 2 ** 30;
/** The maximum number of parts of an object. */
export const maxParts = 10_000;
/** The maximum size of an object, in bytes. */
export const maxObjectSize = 5 * 2 ** 40;

/**
 * Returns an ETag without its HTTP quotes. Accepts ETags with and without quotes.
 *
 * `"*"` keeps its quotes: as on MinIO, it is an ordinary ETag, while `*` matches every object.
 */
export function unquoteEtag(etag: string): string {
  const unquoted = etag.trim().replace(/^"|"$/g, '');
  return unquoted === '*' ? etag.trim() : unquoted;
}

/** Returns the part size for a body, raised to whole MiB if the body would need more than 10,000 parts. */
export function partSizeFor(size: number | undefined, partSize: number): number {
  if (size === undefined || size <= partSize * maxParts) return partSize;
  return Math.ceil(size / maxParts / 2 ** 20) * 2 ** 20;
}

/** Returns the ETag of a body: its hex MD5 up to one part, `md5(MD5s of the parts)-<number of parts>` above. */
export function etagOf(body: Uint8Array, partSize: number): string {
  if (body.byteLength <= partSize) return hash('md5', body, 'hex');
  const hasher = new EtagHasher(partSize);
  hasher.update(body);
  return hasher.etag();
}

/** Returns whether an ETag is that of a body with several parts. */
export function isMultipartEtag(etag: string): boolean {
  return /-\d+$/.test(etag);
}

/** Computes {@link etagOf} of a body in chunks. */
export class EtagHasher {
  readonly #partSize: number;
  readonly #digests: Buffer[] = [];
  #part: Hash = createHash('md5');
  #partBytes = 0;

  /** @param partSize in bytes; `Infinity` for the plain MD5 of the body. */
  constructor(partSize: number) {
    this.#partSize = partSize;
  }

  update(chunk: Uint8Array): void {
    let remaining = chunk;
    while (remaining.byteLength > 0) {
      // Ends a part only when another byte follows, so that a body of exactly one part keeps its plain MD5.
      if (this.#partBytes === this.#partSize) this.#endPart();
      const taken = remaining.subarray(0, this.#partSize - this.#partBytes);
      this.#part.update(taken);
      this.#partBytes += taken.byteLength;
      remaining = remaining.subarray(taken.byteLength);
    }
  }

  /** Returns the ETag of all chunks. Must be called once at most. */
  etag(): string {
    if (this.#digests.length === 0) return this.#part.digest('hex');
    this.#endPart();
    return multipartEtag(this.#digests);
  }

  #endPart(): void {
    this.#digests.push(this.#part.digest());
    this.#part = createHash('md5');
    this.#partBytes = 0;
  }
}

/** Returns the ETag of a multipart body from the MD5s of its parts. */
export function multipartEtag(partDigests: readonly Uint8Array[]): string {
  return `${hash('md5', Buffer.concat(partDigests), 'hex')}-${partDigests.length}`;
}
