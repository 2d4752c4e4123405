/**
 * A source for `put` that stops in the middle until it is let go on, so that a case can look at the store meanwhile.
 * Not a generator: one that waits inside can't be closed from outside.
 */
export class GatedSource implements AsyncIterableIterator<Uint8Array, undefined, undefined> {
  readonly #before: Uint8Array[];
  readonly #after: Uint8Array[];
  readonly #reached: Promise<void>;
  #arrive: () => void = () => {};
  readonly #opened: Promise<void>;
  #open: () => void = () => {};
  #closed = false;

  constructor(before: readonly Uint8Array[], after: readonly Uint8Array[]) {
    this.#before = [...before];
    this.#after = [...after];
    this.#reached = new Promise((resolve) => (this.#arrive = resolve));
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  /** Whether the consumer gave the source up before its end. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Waits until all before the gate was taken and more is asked for; fails when the consumer fails first. */
  async reachedBy(consumer: Promise<unknown>): Promise<void> {
    await Promise.race([this.#reached, consumer]);
  }

  /** Lets the rest through. */
  open(): void {
    this.#open();
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const early = this.#before.shift();
    if (early !== undefined) return { done: false, value: early };
    this.#arrive();
    await this.#opened;
    const late = this.#after.shift();
    return late === undefined ? { done: true, value: undefined } : { done: false, value: late };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#closed = true;
    this.#open();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
