/**
 * Bytes a block: a size for which the allocator reuses freed memory. A contiguous body of 128 MiB comes in fresh pages each time, and
 * touching those first costs almost half of the MD5.
 */
const blockBytes = 256 * 1024;

/** The bytes of a body that came as a stream, in blocks. Appended to until it is stored, never changed afterwards. */
export class Blocks {
  // All full but the last.
  readonly #blocks: Buffer[] = [];
  readonly #expected: number;
  #size = 0;

  /** @param expected bytes to come as far as known, so that a small body takes no whole block. */
  constructor(expected = Infinity) {
    this.#expected = expected;
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }

  /** Appends a copy. */
  append(chunk: Uint8Array): void {
    for (let taken = 0; taken < chunk.byteLength;) {
      const block = this.#openBlock();
      const filled = this.#size % blockBytes;
      const part = chunk.subarray(taken, taken + block.length - filled);
      block.set(part, filled);
      taken += part.length;
      this.#size += part.length;
    }
  }

  /** Gives back the unused rest of the last block. */
  trim(): void {
    const last = this.#blocks.at(-1);
    const filled = this.#size - (this.#blocks.length - 1) * blockBytes;
    if (last !== undefined && filled < last.length) this.#blocks[this.#blocks.length - 1] = resized(last, filled);
  }

  /** Copies bytes from a position on, as many as there are and as fit. @returns their number. */
  copyTo(target: Uint8Array, position: number): number {
    let copied = 0;
    while (copied < target.byteLength && position + copied < this.#size) {
      const at = position + copied;
      const block = this.#blocks[Math.floor(at / blockBytes)];
      if (block === undefined) break;
      const start = at % blockBytes;
      const filled = Math.min(block.length, this.#size - at + start);
      copied += block.copy(target, copied, start, filled);
    }
    return copied;
  }

  /** The blocks themselves, of a body that was trimmed. */
  blocks(): readonly Uint8Array[] {
    return this.#blocks;
  }

  /** All of it, as one copy. */
  toBuffer(): Buffer {
    return Buffer.concat(this.#blocks, this.#size);
  }

  /** The block that has room for the next byte. */
  #openBlock(): Buffer {
    const index = Math.floor(this.#size / blockBytes);
    const open = this.#blocks[index];
    if (open !== undefined && this.#size % blockBytes < open.length) return open;
    const missing = this.#expected - this.#size;
    // More came than was expected: now the block is a whole one.
    const block =
      open === undefined ? Buffer.allocUnsafeSlow(missing > 0 ? Math.min(blockBytes, missing) : blockBytes) : resized(open, blockBytes);
    this.#blocks[index] = block;
    return block;
  }
}

function resized(block: Buffer, size: number): Buffer {
  const other = Buffer.allocUnsafeSlow(size);
  block.copy(other, 0, 0, size);
  return other;
}
