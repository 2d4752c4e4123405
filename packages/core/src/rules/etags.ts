import { createHash, hash } from 'node:crypto';
import type { Hash } from 'node:crypto';

/** Bytes a part unless `partSize` says otherwise. */
export const defaultPartSize = 16 * 2 ** 20;
export const minPartSize = 5 * 2 ** 20;
export const maxPartSize = 5 * 2 ** 30;
export const maxParts = 10_000;
/** The largest object of S3, in bytes. */
export const maxObjectSize = 5 * 2 ** 40;

/**
 * An ETag as this library gives it: without the quotes of HTTP. Both forms may be handed in.
 * As on MinIO a `*` in quotes is an ETag like any other, not the star that matches all.
 */
export function unquoteEtag(etag: string): string {
  const bare = etag.trim().replace(/^"|"$/g, '');
  return bare === '*' ? etag.trim() : bare;
}

/** The part size for a declared size: grown, in whole MiB, when the size would need more than 10,000 parts. */
export function partSizeFor(size: number | undefined, partSize: number): number {
  if (size === undefined || size <= partSize * maxParts) return partSize;
  return Math.ceil(size / maxParts / 2 ** 20) * 2 ** 20;
}

/** The ETag of a whole body: its MD5 in hex up to one part, `md5(md5 of each part)-N` above. */
export function etagOf(body: Uint8Array, partSize: number): string {
  if (body.byteLength <= partSize) return hash('md5', body, 'hex');
  const hasher = new EtagHasher(partSize);
  hasher.update(body);
  return hasher.etag();
}

/** Tells the ETag of a body of several parts from that of one. */
export function isMultipartEtag(etag: string): boolean {
  return /-\d+$/.test(etag);
}

/** {@link etagOf} for a body that comes in chunks. */
export class EtagHasher {
  readonly #partSize: number;
  readonly #digests: Buffer[] = [];
  #part: Hash = createHash('md5');
  #partBytes = 0;

  /** @param partSize bytes; `Infinity` for the plain MD5 of a body of any size. */
  constructor(partSize: number) {
    this.#partSize = partSize;
  }

  update(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.byteLength > 0) {
      // A part ends only when the next byte comes: a body of exactly one part keeps its plain MD5.
      if (this.#partBytes === this.#partSize) this.#endPart();
      const taken = rest.subarray(0, this.#partSize - this.#partBytes);
      this.#part.update(taken);
      this.#partBytes += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
    }
  }

  /** The ETag of all that came. Call it once. */
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

/** The ETag of parts from their MD5s. */
export function multipartEtag(partDigests: readonly Uint8Array[]): string {
  return `${hash('md5', Buffer.concat(partDigests), 'hex')}-${partDigests.length}`;
}
