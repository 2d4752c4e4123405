import { createHash } from 'node:crypto';
import { multipartEtag } from '@anybucket/core/backend';

/** Computes the ETag of an object whose parts have given sizes. */
export class PartsHasher {
  readonly #sizes: readonly number[];
  readonly #digests: Buffer[] = [];
  #part = createHash('md5');
  #remaining: number;

  /** @param sizes In bytes. Their sum is the size of the object. */
  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
    this.#remaining = sizes[0] ?? 0;
  }

  update(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.byteLength > 0) {
      const isLast = this.#digests.length >= this.#sizes.length - 1;
      const taken = isLast ? rest : rest.subarray(0, this.#remaining);
      this.#part.update(taken);
      this.#remaining -= taken.byteLength;
      rest = rest.subarray(taken.byteLength);
      if (!isLast && this.#remaining === 0) this.#endPart();
    }
  }

  /** Returns the ETag of all chunks. Must be called once at most. */
  etag(): string {
    this.#endPart();
    return multipartEtag(this.#digests);
  }

  #endPart(): void {
    this.#digests.push(this.#part.digest());
    this.#part = createHash('md5');
    this.#remaining = this.#sizes[this.#digests.length] ?? 0;
  }
}
