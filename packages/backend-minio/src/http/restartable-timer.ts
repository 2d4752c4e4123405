/** The longest timeout of Node in milliseconds. A longer one would expire at once. */
const maxTimeoutMs = 2 ** 31 - 1;

/** A timeout that is restarted with every sign of progress. It runs only while the server is awaited, never while a reader or a source is. */
export class RestartableTimer {
  readonly #onExpire: (timeoutMs: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #timeoutMs = 0;

  /** @param onExpire called with the timeout that expired. */
  constructor(onExpire: (timeoutMs: number) => void) {
    this.#onExpire = onExpire;
  }

  /** Starts the timer, or restarts it. */
  start(durationMs: number): void {
    const timeoutMs = Math.min(durationMs, maxTimeoutMs);
    if (this.#timer !== undefined && this.#timeoutMs === timeoutMs) {
      this.#timer.refresh();
      return;
    }
    this.stop();
    this.#timeoutMs = timeoutMs;
    this.#timer = setTimeout(this.#onExpire, timeoutMs, timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
