/** Limits how many actions run at once. The others wait in the order of their calls. */
export class Semaphore {
  readonly #max: () => number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(max: () => number) {
    this.#max = max;
  }

  /** Runs an action as soon as fewer than the maximum are running. The action must not wait for another one. */
  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#max()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await action();
    } finally {
      // The place passes to the next action, so that no other one can take it first.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
