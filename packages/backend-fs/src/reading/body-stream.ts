import type { DriverStream } from '@anybucket/core/backend';
import type { FileCalls } from '../system/file-calls.js';
import { readAsync } from '../system/files.js';

const blockBytes = 256 * 1024;

/** Streams a body from an open file. The file is closed at the end of the stream, after an error, or by `cancel`. */
export class BodyStream implements DriverStream {
  readonly #calls: FileCalls;
  readonly #end: number;
  #fd: number | undefined;
  #position: number;
  /** Set while a block is read. The file must not be closed then: another file may get its descriptor. */
  #reading = false;

  /** @param end Exclusive. */
  constructor(calls: FileCalls, fd: number, start: number, end: number) {
    this.#calls = calls;
    this.#fd = fd;
    this.#position = start;
    this.#end = end;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      while (this.#fd !== undefined && this.#position < this.#end) {
        const block = await this.#read(this.#fd);
        // The file was truncated by hand. The portable layer checks the length.
        if (block.byteLength === 0) return;
        yield block;
      }
    } finally {
      this.cancel();
    }
  }

  cancel(): void {
    if (this.#fd === undefined || this.#reading) {
      this.#position = this.#end;
      return;
    }
    this.#calls.closeSync(this.#fd);
    this.#fd = undefined;
  }

  async #read(fd: number): Promise<Uint8Array> {
    const block = Buffer.allocUnsafeSlow(Math.min(blockBytes, this.#end - this.#position));
    const position = this.#position;
    this.#reading = true;
    let length = 0;
    try {
      length = await readAsync(this.#calls, fd, block, position);
    } finally {
      this.#reading = false;
      // `cancel` was called meanwhile.
      if (this.#position === this.#end) this.cancel();
    }
    this.#position = Math.max(this.#position, position + length);
    return block.subarray(0, length);
  }
}
