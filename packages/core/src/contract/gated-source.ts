/**
 * A source for `put` that pauses in the middle until {@link openGate}, so that a case can observe the store during the upload.
 * Not a generator: a generator that is awaiting cannot be closed by its consumer.
 */
export class GatedSource implements AsyncIterableIterator<Uint8Array, undefined, undefined> {
  readonly #before: Uint8Array[];
  readonly #after: Uint8Array[];
  readonly #atGate: Promise<void>;
  #arriveAtGate: () => void = () => {};
  readonly #gate: Promise<void>;
  #openGate: () => void = () => {};
  #closed = false;

  constructor(before: readonly Uint8Array[], after: readonly Uint8Array[]) {
    this.#before = [...before];
    this.#after = [...after];
    this.#atGate = new Promise((resolve) => (this.#arriveAtGate = resolve));
    this.#gate = new Promise((resolve) => (this.#openGate = resolve));
  }

  /** Whether the consumer closed the source before its end. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves when the consumer has read all chunks before the gate and requested another. Rejects if the consumer fails first. */
  async waitAtGate(consumer: Promise<unknown>): Promise<void> {
    await Promise.race([this.#atGate, consumer]);
  }

  /** Lets the consumer read the remaining chunks. */
  openGate(): void {
    this.#openGate();
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const early = this.#before.shift();
    if (early !== undefined) return { done: false, value: early };
    this.#arriveAtGate();
    await this.#gate;
    const late = this.#after.shift();
    return late === undefined ? { done: true, value: undefined } : { done: false, value: late };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#closed = true;
    this.#openGate();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
