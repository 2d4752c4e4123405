import type { BulkFailure, BulkResult } from '../api/results.js';
import type { BulkProgress } from '../api/options.js';
import { compareKeys } from '../rules/key-order.js';

/** Failures beyond this number are counted, but not kept. */
const maxFailures = 1000;

/** Collects the outcome of a call on many objects. Keys are started in their order, and may end in any order. */
export class BulkTracker {
  #done = 0;
  #skipped = 0;
  #failed = 0;
  #bytes = 0;
  readonly #failures: BulkFailure[] = [];
  /** The keys that were started and have not ended. */
  readonly #running = new Set<string>();
  /** The keys that ended while an earlier one was running. */
  #ended: string[] = [];
  #lastKey: string | undefined;
  readonly #progress: ((progress: BulkProgress) => void) | undefined;

  constructor(progress: ((progress: BulkProgress) => void) | undefined) {
    this.#progress = progress;
  }

  start(key: string): void {
    this.#running.add(key);
  }

  done(key: string, bytes: number): void {
    this.#done++;
    this.#bytes += bytes;
    this.#end(key);
  }

  skip(key: string): void {
    this.#skipped++;
    this.#end(key);
  }

  fail(failure: BulkFailure): void {
    this.#failed++;
    if (this.#failures.length < maxFailures) this.#failures.push(failure);
    this.#end(failure.key);
  }

  result(): BulkResult {
    const { done, skipped, failed, bytes, lastKey } = this.#snapshot();
    const counts = { done, skipped, failed, bytes, failures: [...this.#failures] };
    return lastKey === undefined ? counts : { ...counts, lastKey };
  }

  #end(key: string): void {
    this.#running.delete(key);
    this.#ended.push(key);
    const [firstRunning] = this.#running;
    this.#ended = this.#ended.filter((ended) => {
      if (firstRunning !== undefined && compareKeys(ended, firstRunning) > 0) return true;
      if (this.#lastKey === undefined || compareKeys(ended, this.#lastKey) > 0) this.#lastKey = ended;
      return false;
    });
    this.#progress?.(this.#snapshot());
  }

  #snapshot(): BulkProgress {
    const counts = { done: this.#done, skipped: this.#skipped, failed: this.#failed, bytes: this.#bytes };
    return this.#lastKey === undefined ? counts : { ...counts, lastKey: this.#lastKey };
  }
}
