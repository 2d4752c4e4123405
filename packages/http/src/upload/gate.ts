/** A promise that is settled from outside. Only the first call counts. */
export class Gate {
  readonly passed: Promise<void>;
  #resolve = (): void => {};
  #reject = (_reason: unknown): void => {};

  constructor() {
    this.passed = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Nobody may be waiting.
    this.passed.catch(() => {});
  }

  open(): void {
    this.#resolve();
  }

  close(reason: unknown): void {
    this.#reject(reason);
  }
}
