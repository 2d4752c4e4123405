import type { DriverStream } from '@anybucket/core/backend';
import type { FileCalls } from '../system/file-calls.js';
import { readAsync } from '../system/files.js';
import type { PooledFile } from '../system/pooled-file.js';

const blockBytes = 256 * 1024;

/** Streams a body from an open file. The file is closed at the end of the stream, after an error, or by `cancel`. */
export class BodyStream implements DriverStream {
  readonly #calls: FileCalls;
  readonly #file: PooledFile;
  readonly #end: number;
  #position: number;

  /** @param end Exclusive. */
  constructor(calls: FileCalls, file: PooledFile, start: number, end: number) {
    this.#calls = calls;
    this.#file = file;
    this.#position = start;
    this.#end = end;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#blocks((bytes) => Buffer.allocUnsafeSlow(bytes));
  }

  borrow(): AsyncGenerator<Uint8Array, void, undefined> {
    const buffers: Buffer[] = [];
    let turn = 0;
    return this.#blocks((bytes) => {
      turn = 1 - turn;
      // Only the last block is shorter.
      return (buffers[turn] ??= Buffer.allocUnsafeSlow(bytes)).subarray(0, bytes);
    });
  }

  cancel(): void {
    this.#position = this.#end;
    this.#file.close();
  }

  async *#blocks(allocate: (bytes: number) => Buffer): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      while (this.#position < this.#end) {
        const block = await this.#read(allocate);
        // The file was truncated by hand. The portable layer checks the length.
        if (block.byteLength === 0) return;
        yield block;
      }
    } finally {
      this.cancel();
    }
  }

  async #read(allocate: (bytes: number) => Buffer): Promise<Uint8Array> {
    return this.#file.use(async (fd) => {
      // Allocated only now: others may have waited for their turn before.
      const block = allocate(Math.min(blockBytes, this.#end - this.#position));
      const length = await readAsync(this.#calls, fd, block, this.#position);
      this.#position = Math.min(this.#end, this.#position + length);
      return block.subarray(0, length);
    });
  }
}
