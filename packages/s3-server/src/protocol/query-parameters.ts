import { decodePercent, encodeForSignature } from './percent-encoding.js';

/** The decoded parameters of a query string. */
export class QueryParameters {
  static readonly #none = new QueryParameters([]);
  readonly #entries: readonly (readonly [string, string])[];

  /** @param entries decoded names and values, in the order of the request. */
  private constructor(entries: readonly (readonly [string, string])[]) {
    this.#entries = entries;
  }

  /** Parses a query string without its question mark. Returns undefined if its encoding is malformed. */
  static parse(query: string): QueryParameters | undefined {
    if (query === '') return QueryParameters.#none;
    const entries: [string, string][] = [];
    for (const pair of query.split('&')) {
      if (pair === '') continue;
      const index = pair.indexOf('=');
      const name = decode(index < 0 ? pair : pair.slice(0, index));
      const value = index < 0 ? '' : decode(pair.slice(index + 1));
      if (name === undefined || value === undefined) return undefined;
      entries.push([name, value]);
    }
    return new QueryParameters(entries);
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  has(name: string): boolean {
    return this.#entries.some(([entryName]) => entryName === name);
  }

  /** Returns the first value of a parameter. */
  get(name: string): string | undefined {
    return this.#entries.find(([entryName]) => entryName === name)?.[1];
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#entries[Symbol.iterator]();
  }

  /**
   * Returns the canonical query string of a signature.
   *
   * @param omit a parameter that is not signed.
   */
  canonical(omit?: string): string {
    if (this.isEmpty) return '';
    const pairs: [string, string][] = [];
    for (const [name, value] of this.#entries) {
      if (name !== omit) pairs.push([encodeForSignature(name), encodeForSignature(value)]);
    }
    // Stable: several values of a parameter keep the order of the request, as on MinIO.
    pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return pairs.map(([name, value]) => `${name}=${value}`).join('&');
  }
}

function decode(text: string): string | undefined {
  return decodePercent(text.includes('+') ? text.replaceAll('+', ' ') : text);
}
