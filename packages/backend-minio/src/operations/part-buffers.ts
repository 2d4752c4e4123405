import type { BufferSlot } from '../http/buffer-slots.js';

/** Reads a body with one chunk of lookahead. */
export interface ChunkReader {
  /** Returns the next bytes, at most `maxBytes`, or undefined at the end. */
  read(maxBytes: number): Promise<Uint8Array | undefined>;
  /** Tells whether the body has been read completely. */
  ended(): Promise<boolean>;
  /** Closes the source without waiting for it, because it may hang. */
  close(): void;
}

/** Returns a reader that splits the chunks of a body at any position, without copying them. */
export function chunkReader(body: AsyncIterable<Uint8Array>, slot: BufferSlot): ChunkReader {
  const iterator = body[Symbol.asyncIterator]();
  let rest: Uint8Array | undefined = new Uint8Array(0);
  const ended = async (): Promise<boolean> => {
    while (rest?.byteLength === 0) {
      const next = await slot.read(() => iterator.next());
      rest = next.done === true ? undefined : next.value;
    }
    return rest === undefined;
  };
  return {
    ended,
    async read(maxBytes) {
      if (await ended()) return undefined;
      const bytes = rest?.subarray(0, maxBytes);
      rest = rest?.subarray(maxBytes);
      return bytes;
    },
    close() {
      void (async () => iterator.return?.())().catch(() => {});
    },
  };
}

/** A part of a body in a pooled buffer. */
export interface FilledPart {
  bytes(): Buffer;
  /** Returns the buffer to the pool. */
  release(): void;
}

/** The buffers of one upload: at most `count`, each of at most `partSize` bytes, including the one that is being filled. */
export class PartBuffers {
  readonly #partSize: number;
  #initialBytes: number;
  readonly #free: PartBuffer[] = [];
  readonly #waiting: (() => void)[] = [];
  #available: number;

  /** @param size bytes of the whole body, if known. */
  constructor(partSize: number, count: number, size: number = defaultInitialBytes) {
    this.#partSize = partSize;
    this.#initialBytes = Math.min(size, partSize);
    this.#available = count;
  }

  /** Waits for a free buffer and fills it. The part is shorter than `partSize`, or empty, only at the end of the body. */
  async fill(reader: ChunkReader): Promise<FilledPart> {
    const buffer = await this.#acquire();
    while (buffer.length < this.#partSize) {
      const chunk = await reader.read(this.#partSize - buffer.length);
      if (chunk === undefined) break;
      buffer.append(chunk);
    }
    return { bytes: () => buffer.bytes(), release: () => this.#release(buffer) };
  }

  async #acquire(): Promise<PartBuffer> {
    if (this.#free.length === 0 && this.#available === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#available--;
    // Only the first part may be the whole body. Later parts are full, except for the last.
    const initialBytes = this.#initialBytes;
    this.#initialBytes = this.#partSize;
    return new PartBuffer(initialBytes, this.#partSize);
  }

  #release(buffer: PartBuffer): void {
    buffer.length = 0;
    this.#free.push(buffer);
    this.#waiting.shift()?.();
  }
}

/** Initial buffer size for a body of unknown size. */
const defaultInitialBytes = 1024 * 1024;
/** A large factor: few steps leave little garbage behind, and untouched memory costs nothing. */
const growthFactor = 16;

/** A buffer that grows up to one part, so that a short body of unknown size needs little memory. */
class PartBuffer {
  length = 0;
  readonly #maxBytes: number;
  #memory: Buffer;

  constructor(initialBytes: number, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#memory = Buffer.allocUnsafeSlow(initialBytes);
  }

  append(chunk: Uint8Array): void {
    const length = this.length + chunk.byteLength;
    if (length > this.#memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(this.#maxBytes, Math.max(length, this.#memory.length * growthFactor)));
      this.#memory.copy(larger, 0, 0, this.length);
      this.#memory = larger;
    }
    this.#memory.set(chunk, this.length);
    this.length = length;
  }

  bytes(): Buffer {
    return this.#memory.subarray(0, this.length);
  }
}
