import type { DriverStream } from '@anybucket/core/backend';
import { copyOf } from './content.js';
import type { Content } from './content.js';

/** Bytes a chunk. */
export const chunkBytes = 64 * 1024;

/** A large body, copied chunk by chunk as it is read. It holds the content, which an overwrite or delete of the object leaves alone. */
export class BodyStream implements DriverStream {
  #content: Content | undefined;
  #position: number;
  readonly #end: number;

  /** @param start first byte. @param end behind the last byte. */
  constructor(content: Content, start: number, end: number) {
    this.#content = content;
    this.#position = start;
    this.#end = end;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      while (this.#content !== undefined && this.#position < this.#end) {
        const start = this.#position;
        this.#position = Math.min(start + chunkBytes, this.#end);
        yield copyOf(this.#content, start, this.#position - start);
      }
    } finally {
      this.cancel();
    }
  }

  cancel(): void {
    this.#content = undefined;
  }
}
