/**
 * The answer of a backend that need not list what is below an object: all entries in order, at most so many, of which some may be missing.
 */
export class SomeOf {
  readonly #entries: readonly unknown[];
  readonly #mayMiss: readonly boolean[];
  readonly #max: number;

  constructor(entries: readonly unknown[], mayMiss: readonly boolean[], max: number) {
    this.#entries = entries;
    this.#mayMiss = mayMiss;
    this.#max = max;
  }

  /** Tells whether a listing is one that may be given. @param same compares two entries. */
  admits(listing: readonly unknown[], same: (expected: unknown, actual: unknown) => boolean): boolean {
    let next = 0;
    for (const entry of listing) {
      while (next < this.#entries.length && this.#mayMiss[next] === true && !same(this.#entries[next], entry)) next++;
      if (next === this.#entries.length || !same(this.#entries[next], entry)) return false;
      next++;
    }
    const complete = this.#mayMiss.slice(next).every((missing) => missing);
    return listing.length === this.#max || (listing.length < this.#max && complete);
  }
}
