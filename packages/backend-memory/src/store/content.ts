import type { DriverStream } from '@anybucket/core/backend';

/** The bytes of a body. Stored content is never changed. */
export type Content = Uint8Array | ChunkedContent;

/** Bytes that are not contiguous in memory. */
export interface ChunkedContent {
  /** Size in bytes. */
  readonly size: number;
  /**
   * Copies bytes from `position` until the target is full or the content ends.
   * @returns the number of bytes copied.
   */
  copyTo(target: Uint8Array, position: number): number;
  /** Returns the chunks without copying them. */
  blocks(): Iterable<Uint8Array>;
  /** Returns a contiguous copy. */
  toBuffer(): Buffer;
}

/**
 * Size of a block in bytes. Freed blocks of this size are reused by the allocator, but a contiguous body of 128 MiB always gets fresh
 * pages, whose page faults take almost half the time of the MD5.
 */
const blockBytes = 256 * 1024;

/** A buffer that grows in blocks, for bodies that arrive as a stream. */
export class BlockBuffer implements ChunkedContent {
  // All are full, except for the last.
  readonly #blocks: Buffer[] = [];
  readonly #expectedBytes: number;
  #size = 0;

  /** @param expectedBytes final size if known, so that a small body does not allocate a whole block. */
  constructor(expectedBytes = Infinity) {
    this.#expectedBytes = expectedBytes;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Appends a chunk.
   * @param stable whether the chunk never changes. It is then stored without a copy if it is a whole block.
   */
  append(chunk: Uint8Array, stable = false): void {
    const isWholeBlock = chunk.byteLength === blockBytes || chunk.byteLength === this.#expectedBytes - this.#size;
    if (stable && isWholeBlock && chunk.byteLength <= blockBytes && this.#size % blockBytes === 0) {
      this.#blocks.push(asBuffer(chunk));
      this.#size += chunk.byteLength;
      return;
    }
    for (let appended = 0; appended < chunk.byteLength;) {
      const block = this.#openBlock();
      const filled = this.#size % blockBytes;
      const part = chunk.subarray(appended, appended + block.length - filled);
      block.set(part, filled);
      appended += part.length;
      this.#size += part.length;
    }
  }

  /** Shrinks the last block to its content. */
  trim(): void {
    const last = this.#blocks.at(-1);
    const filled = this.#size - (this.#blocks.length - 1) * blockBytes;
    if (last !== undefined && filled < last.length) this.#blocks[this.#blocks.length - 1] = resize(last, filled);
  }

  copyTo(target: Uint8Array, position: number): number {
    let copied = 0;
    while (copied < target.byteLength && position + copied < this.#size) {
      const offset = position + copied;
      const block = this.#blocks[Math.floor(offset / blockBytes)];
      if (block === undefined) break;
      const start = offset % blockBytes;
      const end = Math.min(block.length, this.#size - offset + start);
      copied += block.copy(target, copied, start, end);
    }
    return copied;
  }

  /** Call `trim` first. */
  blocks(): readonly Uint8Array[] {
    return this.#blocks;
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#blocks, this.#size);
  }

  /** Returns the block for the next byte. */
  #openBlock(): Buffer {
    const index = Math.floor(this.#size / blockBytes);
    const open = this.#blocks[index];
    if (open !== undefined && this.#size % blockBytes < open.length) return open;
    const missing = this.#expectedBytes - this.#size;
    // A block that was allocated for the expected size grows to a full one.
    const block =
      open === undefined ? Buffer.allocUnsafeSlow(missing > 0 ? Math.min(blockBytes, missing) : blockBytes) : resize(open, blockBytes);
    this.#blocks[index] = block;
    return block;
  }
}

/** The contents of several parts, one after the other, without a copy. */
export class JoinedContent implements ChunkedContent {
  readonly size: number;
  readonly #parts: readonly Content[];
  /** The offset of each part. */
  readonly #starts: readonly number[];

  constructor(parts: readonly Content[]) {
    const starts: number[] = [];
    let size = 0;
    for (const part of parts) {
      starts.push(size);
      size += contentSize(part);
    }
    this.size = size;
    this.#parts = parts;
    this.#starts = starts;
  }

  copyTo(target: Uint8Array, position: number): number {
    let copied = 0;
    for (let index = this.#indexAt(position); index < this.#parts.length && copied < target.byteLength; index++) {
      const part = this.#parts[index] ?? new Uint8Array(0);
      copied += copyInto(part, target.subarray(copied), position + copied - (this.#starts[index] ?? 0));
    }
    return copied;
  }

  *blocks(): Generator<Uint8Array, void, undefined> {
    for (const part of this.#parts) yield* contentBlocks(part);
  }

  toBuffer(): Buffer {
    return Buffer.concat([...this.blocks()], this.size);
  }

  /** Returns the index of the last part that starts at or before an offset. */
  #indexAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Returns the size of a content in bytes. */
export function contentSize(content: Content): number {
  return content instanceof Uint8Array ? content.byteLength : content.size;
}

/** Returns the chunks of a content without copying them. */
export function contentBlocks(content: Content): Iterable<Uint8Array> {
  return content instanceof Uint8Array ? [content] : content.blocks();
}

function copyInto(content: Content, target: Uint8Array, position: number): number {
  if (!(content instanceof Uint8Array)) return content.copyTo(target, position);
  const bytes = content.subarray(position, position + target.byteLength);
  target.set(bytes);
  return bytes.byteLength;
}

/** Returns a Buffer that shares the memory of the array. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function resize(block: Buffer, size: number): Buffer {
  const resized = Buffer.allocUnsafeSlow(size);
  block.copy(resized, 0, 0, size);
  return resized;
}

/** Returns a copy of at most `length` bytes from `start`. */
export function copyContent(content: Content, start = 0, length = Infinity): Uint8Array {
  const target = Buffer.allocUnsafeSlow(Math.min(length, contentSize(content) - start));
  if (content instanceof Uint8Array && target.length === content.byteLength) target.set(content);
  else copyInto(content, target, start);
  return target;
}

/** Chunk size of {@link ContentStream} in bytes. */
export const streamChunkBytes = 64 * 1024;

/** Streams a large body, with a copy of each chunk. An overwrite or delete of the object does not affect it. */
export class ContentStream implements DriverStream {
  #content: Content | undefined;
  #position: number;
  readonly #end: number;

  /** @param end exclusive. */
  constructor(content: Content, start: number, end: number) {
    this.#content = content;
    this.#position = start;
    this.#end = end;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      while (this.#content !== undefined && this.#position < this.#end) {
        const start = this.#position;
        this.#position = Math.min(start + streamChunkBytes, this.#end);
        yield copyContent(this.#content, start, this.#position - start);
      }
    } finally {
      this.cancel();
    }
  }

  /** Without copies. Bodies that were seeded are one block. */
  async *borrow(): AsyncGenerator<Uint8Array, void, undefined> {
    let offset = 0;
    try {
      for (const block of this.#content === undefined ? [] : contentBlocks(this.#content)) {
        const end = Math.min(block.byteLength, this.#end - offset);
        for (let start = Math.max(0, this.#position - offset); start < end; start += blockBytes) {
          if (this.#content === undefined) return;
          yield block.subarray(start, Math.min(start + blockBytes, end));
        }
        offset += block.byteLength;
      }
    } finally {
      this.cancel();
    }
  }

  cancel(): void {
    this.#content = undefined;
  }
}
