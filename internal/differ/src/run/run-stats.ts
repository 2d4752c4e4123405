/** Counts calls, how often a missing capability changed the expected outcome, and the calls that were left out. */
export class RunStats {
  #calls = 0;
  readonly #exemptions = new Map<string, number>();
  readonly #skipped = new Map<string, number>();

  /** The number of calls so far. A call on several backends counts once. */
  get calls(): number {
    return this.#calls;
  }

  /** Pairs of `backend.capability` and a count, sorted by name. */
  get exemptions(): readonly (readonly [string, number])[] {
    return Array.from(this.#exemptions).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Pairs of a known deviation of MinIO and the number of calls that were left out because of it. */
  get skipped(): readonly (readonly [string, number])[] {
    return Array.from(this.#skipped).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  addSkipped(deviations: Iterable<string>): void {
    for (const name of deviations) this.#skipped.set(name, (this.#skipped.get(name) ?? 0) + 1);
  }

  addCalls(count = 1): void {
    this.#calls += count;
  }

  addExemptions(backend: string, capabilities: readonly string[]): void {
    for (const capability of capabilities) {
      const name = `${backend}.${capability}`;
      this.#exemptions.set(name, (this.#exemptions.get(name) ?? 0) + 1);
    }
  }
}
