/** The outcome that the model expects of a call: a value, one of several errors, or the abort reason of the call's signal. */
export type ExpectedOutcome =
  { readonly value: unknown } | { readonly errors: readonly ExpectedError[]; readonly mayAbort?: boolean } | { readonly aborted: true };

/** An error that a call may fail with: the fields of `StorageError` that are compared. */
export interface ExpectedError {
  readonly code: string;
  readonly status: number | undefined;
  readonly operation: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

/** The expected value of a call whose outcome is unspecified: any outcome matches. */
export const unspecified = Symbol('unspecified');

/**
 * The expected listing of a backend without the capability `listsBelowObjects`: all entries in order, at most `limit` of them, where each
 * entry below an object may be missing.
 */
export class PartialListing {
  readonly #entries: readonly unknown[];
  readonly #isOptional: readonly boolean[];
  readonly #limit: number;

  /** @param isOptional for each entry, whether it may be missing. */
  constructor(entries: readonly unknown[], isOptional: readonly boolean[], limit: number) {
    this.#entries = entries;
    this.#isOptional = isOptional;
    this.#limit = limit;
  }

  /** Returns whether an actual listing is allowed. @param isSame compares two entries. */
  allows(listing: readonly unknown[], isSame: (expected: unknown, actual: unknown) => boolean): boolean {
    let next = 0;
    for (const entry of listing) {
      while (next < this.#entries.length && this.#isOptional[next] === true && !isSame(this.#entries[next], entry)) next++;
      if (next === this.#entries.length || !isSame(this.#entries[next], entry)) return false;
      next++;
    }
    const isComplete = this.#isOptional.slice(next).every((optional) => optional);
    return listing.length === this.#limit || (listing.length < this.#limit && isComplete);
  }
}
