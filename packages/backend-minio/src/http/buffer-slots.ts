/** Waiting puts proceed after this time without progress. */
const maxStallMs = 1000;

/**
 * Limits the puts that buffer their body, so that those that wait for a connection do not fill the memory. The rest waits in the order of
 * arrival, before it reads its source.
 *
 * It cannot deadlock, although the source of a running put may depend on one that waits, as the branches of a stream do: when no slot was
 * released for a second, all waiting puts proceed.
 */
export class BufferSlots {
  readonly #waiting = new Set<() => void>();
  /** Negative while more puts run than there are slots. */
  #free: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a slot, and returns a function that releases it. @throws the reason of the signal. */
  async acquire(signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.#free++;
      this.#admit(this.#free);
    };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(start);
        this.#admit(0);
        reject(signal?.reason);
      };
      const start = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      this.#waiting.add(start);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#timer ??= setTimeout(() => this.#admit(Infinity), maxStallMs);
    });
  }

  /** Starts the puts that have waited longest, at most `count`, and restarts the timeout of the others. */
  #admit(count: number): void {
    clearTimeout(this.#timer);
    let admitted = 0;
    for (const start of this.#waiting) {
      if (admitted++ >= count) break;
      this.#waiting.delete(start);
      this.#free--;
      start();
    }
    this.#timer = this.#waiting.size === 0 ? undefined : setTimeout(() => this.#admit(Infinity), maxStallMs);
  }
}
