import type { DeleteAllOptions } from '../api/options.js';
import type { BulkResult } from '../api/results.js';
import { invalidArgument } from '../api/errors.js';
import { checkOptions, requireFunction, requireSignal, requireWellFormed } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';
import { BulkTracker } from './bulk-progress.js';
import { deleteBatches } from './delete.js';
import { pagesOf } from './list.js';
import { toStorageError } from './to-storage-error.js';

/** More than the largest number of objects below each other. */
const maxPasses = 1024;
const checks: OptionChecks<DeleteAllOptions> = {
  signal: requireSignal,
  prefix: requireWellFormed,
  startAfter: requireWellFormed,
  progress: requireFunction,
};

/** Deletes all objects with a prefix. */
export async function deleteAllObjects(bucket: BucketContext, options: DeleteAllOptions): Promise<BulkResult> {
  return bucket.run('deleteAll', undefined, options, async () => {
    const { prefix, startAfter, progress, signal } = checkOptions(options, checks);
    if (prefix === undefined) throw invalidArgument('`prefix` is required; an empty string deletes all objects of the bucket');
    const tracker = new BulkTracker(progress);
    const failed = new Set<string>();
    // MinIO lists the keys below an object `a` only when `a` is gone, so the listing is repeated until it has nothing new.
    let firstKey: string | undefined;
    for (let pass = 0; pass < maxPasses; pass++) {
      const first = await deletePass(bucket, { prefix, startAfter, metadata: false, keysOnly: true, signal }, failed, tracker);
      // A key that is listed again was not deleted, or was stored again meanwhile.
      if (first === undefined || first === firstKey) break;
      firstKey = first;
    }
    return tracker.result();
  });
}

/** Deletes all objects of a listing. @returns the first key, undefined if there was none. */
async function deletePass(
  bucket: BucketContext,
  options: Parameters<typeof pagesOf>[1],
  failed: Set<string>,
  tracker: BulkTracker,
): Promise<string | undefined> {
  let firstKey: string | undefined;
  for await (const entries of pagesOf(bucket, options)) {
    const targets = entries.map(({ key }) => ({ key })).filter(({ key }) => !failed.has(key));
    if (targets.length === 0) continue;
    firstKey ??= targets[0]?.key;
    for (const { key } of targets) tracker.start(key);
    for await (const { target, result } of deleteBatches(bucket, targets, options.signal)) {
      const { key } = target;
      if (result instanceof Error) {
        // Deleted keys are not listed again, so only the others need to be remembered.
        failed.add(key);
        tracker.fail({ key, error: toStorageError(result, { operation: 'deleteAll', bucket: bucket.name, key }) });
      } else tracker.done(key, 0);
    }
  }
  return firstKey;
}
