import type { CallRecord } from './call-record.js';

/** The requests that a datastore received, in the order in which they began. */
export interface CallLog extends Iterable<CallRecord> {
  /** Number of requests. */
  readonly length: number;
  /** Returns a copy of the requests so far. */
  all(): CallRecord[];
  /** Forgets all requests. */
  clear(): void;
}

export type MutableRecord = { -readonly [Name in keyof CallRecord]: CallRecord[Name] };

/** The log of one datastore. */
export class RecordedCalls implements CallLog {
  readonly #records: MutableRecord[] = [];

  get length(): number {
    return this.#records.length;
  }

  all(): CallRecord[] {
    return this.#records.map((record) => ({ ...record }));
  }

  clear(): void {
    this.#records.length = 0;
  }

  add(record: MutableRecord): void {
    this.#records.push(record);
  }

  [Symbol.iterator](): Iterator<CallRecord> {
    return this.all().values();
  }
}
