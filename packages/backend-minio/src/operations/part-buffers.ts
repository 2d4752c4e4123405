/** A reader that knows, one chunk ahead, whether more is to come. */
export interface ChunkReader {
  /** The next bytes, at most so many; undefined at the end. */
  take(limit: number): Promise<Uint8Array | undefined>;
  /** Tells whether all has been taken. */
  ended(): Promise<boolean>;
  /** Gives up the source, which may hang: nobody waits for it. */
  close(): void;
}

/** Reads a body in pieces of any size, without copying. */
export function chunkReader(body: AsyncIterable<Uint8Array>): ChunkReader {
  const iterator = body[Symbol.asyncIterator]();
  let rest: Uint8Array | undefined = new Uint8Array(0);
  const ended = async (): Promise<boolean> => {
    while (rest?.byteLength === 0) {
      const next = await iterator.next();
      rest = next.done === true ? undefined : next.value;
    }
    return rest === undefined;
  };
  return {
    ended,
    async take(limit) {
      if (await ended()) return undefined;
      const taken = rest?.subarray(0, limit);
      rest = rest?.subarray(limit);
      return taken;
    },
    close() {
      void (async () => iterator.return?.())().catch(() => {});
    },
  };
}

/** A part of a body, in memory that is used again. */
export interface FilledPart {
  bytes(): Buffer;
  /** The memory may be filled anew. */
  free(): void;
}

/** The memory in which the parts of one upload wait: never more than `count` parts, the one being filled included. */
export class PartBuffers {
  readonly #partSize: number;
  #firstBytes: number;
  readonly #free: PartBuffer[] = [];
  readonly #waiting: (() => void)[] = [];
  #left: number;

  /**
   * @param partSize bytes.
   * @param size bytes of the whole body, where it is known.
   */
  constructor(partSize: number, count: number, size: number = unknownBytes) {
    this.#partSize = partSize;
    this.#firstBytes = Math.min(size, partSize);
    this.#left = count;
  }

  /** Reads the next part; shorter than a part, or empty, only at the body's end. */
  async fill(reader: ChunkReader): Promise<FilledPart> {
    const buffer = await this.#acquire();
    while (buffer.length < this.#partSize) {
      const chunk = await reader.take(this.#partSize - buffer.length);
      if (chunk === undefined) break;
      buffer.append(chunk);
    }
    return { bytes: () => buffer.bytes(), free: () => this.#release(buffer) };
  }

  async #acquire(): Promise<PartBuffer> {
    if (this.#free.length === 0 && this.#left === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#left--;
    // Only the first part may be all that there is: a later one is whole, but for the last.
    const bytes = this.#firstBytes;
    this.#firstBytes = this.#partSize;
    return new PartBuffer(bytes, this.#partSize);
  }

  #release(buffer: PartBuffer): void {
    buffer.length = 0;
    this.#free.push(buffer);
    this.#waiting.shift()?.();
  }
}

/** Memory that a body of unknown length begins with. */
const unknownBytes = 1024 * 1024;
/** How many times larger it becomes when it is full: few steps leave little behind, and memory that isn't written costs nothing yet. */
const growth = 16;

/** Memory that grows up to one part, so that a short body of unknown length costs what it is. */
class PartBuffer {
  length = 0;
  readonly #limit: number;
  #memory: Buffer;

  constructor(bytes: number, limit: number) {
    this.#limit = limit;
    this.#memory = Buffer.allocUnsafeSlow(bytes);
  }

  append(chunk: Uint8Array): void {
    const length = this.length + chunk.byteLength;
    if (length > this.#memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(length, this.#memory.length * growth)));
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
