/** Counts what was run, and how often a missing capability has excused a backend. */
export class Tally {
  #calls = 0;
  readonly #excuses = new Map<string, number>();

  /** Calls so far, each made on all backends. */
  get calls(): number {
    return this.#calls;
  }

  /** Counts of `backend: capability`, in the order of their names. */
  get excuses(): readonly (readonly [string, number])[] {
    return Array.from(this.#excuses).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  called(count = 1): void {
    this.#calls += count;
  }

  excused(backend: string, capabilities: readonly string[]): void {
    for (const capability of capabilities) {
      const name = `${backend}: ${capability}`;
      this.#excuses.set(name, (this.#excuses.get(name) ?? 0) + 1);
    }
  }
}
