/**
 * The time that the other side has left to do something. It runs only while we wait for it: whoever waits for a reader or a source of
 * our own side stops it.
 */
export class Deadline {
  readonly #expire: () => void;
  #timer: NodeJS.Timeout | undefined;
  #milliseconds = 0;

  /** @param expire called once, when the time has run out. */
  constructor(expire: () => void) {
    this.#expire = expire;
  }

  /** Runs from now on, anew. */
  start(milliseconds: number): void {
    if (this.#timer !== undefined && this.#milliseconds === milliseconds) {
      this.#timer.refresh();
      return;
    }
    this.stop();
    this.#milliseconds = milliseconds;
    this.#timer = setTimeout(this.#expire, milliseconds);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
