/** A source that delivers nothing for this time counts as slow. */
const maxReadMs = 1000;

/** The right of a put to buffer its body. */
export interface BufferSlot {
  /**
   * Reads a chunk from the source of the put. After a second the slot passes to another put, because the source may depend on one that waits,
   * as the branches of a stream do.
   */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** Ends the right. Further calls have no effect. */
  release(): void;
}

/**
 * Limits the puts that buffer their body, so that those that wait for a connection do not fill the memory. The rest waits in the order of
 * arrival, before it reads its source.
 */
export class BufferSlots {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a slot. @throws the reason of the signal. */
  async acquire(signal: AbortSignal | undefined): Promise<BufferSlot> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    let isReleased = false;
    const release = (): void => {
      if (!isReleased) this.#release();
      isReleased = true;
    };
    const read = async <T>(work: () => Promise<T>): Promise<T> => {
      if (isReleased) return work();
      const timer = setTimeout(release, maxReadMs);
      try {
        return await work();
      } finally {
        clearTimeout(timer);
      }
    };
    return { read, release };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(start);
        reject(signal?.reason);
      };
      const start = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      this.#waiting.add(start);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    // The slot passes to the next put, so that no later call can take it first.
    this.#waiting.delete(next);
    next();
  }
}
