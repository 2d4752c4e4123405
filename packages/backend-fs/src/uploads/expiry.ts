import type { BucketDirectory } from '../root/bucket-directory.js';
import { shouldYield, yieldToEventLoop } from '../system/event-loop.js';
import { endUpload, lastUseOf, readUpload, removeUpload, uploadIds } from './upload-directory.js';

/** The files of an upload that has ended are removed by its process. After this time, the process has failed to do so. */
const removalMs = 3_600_000;
/** How often the uploads of a bucket are examined. */
const sweepIntervalMs = 3_600_000;

/** Removes the abandoned uploads of buckets. */
export class UploadExpiry {
  readonly #expiryMs: number;
  /** When the uploads were examined last, by `performance.now()`. */
  readonly #sweptAt = new WeakMap<BucketDirectory, number>();

  /** @param days How long an upload may be unused. */
  constructor(days: number) {
    this.#expiryMs = days * 24 * 3_600_000;
  }

  /** Removes abandoned uploads, unless that was done a short time ago. Never fails: what cannot be removed at present is left. */
  async sweep(bucket: BucketDirectory): Promise<void> {
    if (bucket.root.isReadOnly || performance.now() - (this.#sweptAt.get(bucket) ?? -Infinity) < sweepIntervalMs) return;
    this.#sweptAt.set(bucket, performance.now());
    try {
      for (const id of uploadIds(bucket)) {
        if (shouldYield()) await yieldToEventLoop();
        if (await this.#end(bucket, id)) await removeUpload(bucket, id);
      }
    } catch {
      // See above.
    }
  }

  /** Ends an upload that has expired. @returns Whether its files are to be removed. */
  async #end(bucket: BucketDirectory, id: string): Promise<boolean> {
    const use = lastUseOf(bucket, id);
    if (use === undefined) return false;
    if (!use.isOpen) return Date.now() - use.time > removalMs;
    if (!this.#isExpired(use.time)) return false;
    return bucket.withLock(readUpload(bucket, id)?.key ?? id, undefined, () => {
      // It may have been used meanwhile.
      const latest = lastUseOf(bucket, id);
      if (latest === undefined || !this.#isExpired(latest.time)) return false;
      endUpload(bucket, id);
      return true;
    });
  }

  #isExpired(lastUse: number): boolean {
    return Date.now() - lastUse > this.#expiryMs;
  }
}
