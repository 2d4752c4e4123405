import type { Node } from '@jsonjoy.com/fs-core';
import type { DriverStream } from '@anybucket/core/backend';

/** Bytes a chunk. */
export const chunkBytes = 64 * 1024;

/** Copies bytes out of a file's inode. */
export function readNode(node: Node, start: number, length: number): Buffer {
  const target = Buffer.allocUnsafe(length);
  return target.subarray(0, node.read(target, 0, length, start));
}

/** A large body, copied chunk by chunk as it is read. It holds the inode, which an overwrite or delete of the object leaves alone. */
export class BodyStream implements DriverStream {
  #node: Node | undefined;
  #position: number;
  readonly #end: number;

  /** @param start first byte. @param end behind the last byte. */
  constructor(node: Node, start: number, end: number) {
    this.#node = node;
    this.#position = start;
    this.#end = end;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      while (this.#node !== undefined && this.#position < this.#end) {
        const chunk = readNode(this.#node, this.#position, Math.min(chunkBytes, this.#end - this.#position));
        // Shorter than it was stored: somebody wrote to the volume. The reader counts, and says so.
        if (chunk.length === 0) return;
        this.#position += chunk.length;
        yield chunk;
      }
    } finally {
      this.cancel();
    }
  }

  cancel(): void {
    this.#node = undefined;
  }
}
