import type { CopyAllOptions } from '../api/options.js';
import type { BulkResult } from '../api/results.js';
import { StorageError, invalidArgument, isStorageError } from '../api/errors.js';
import { checkBucketName } from '../rules/bucket-names.js';
import { checkOptions, requireFunction, requireInteger, requireSignal, requireWellFormed, validatedElsewhere } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';
import { BulkTracker } from './bulk-progress.js';
import { pagesOf } from './list.js';
import { runConcurrently } from './run-concurrently.js';
import { copySlots } from './semaphore.js';
import { toStorageError } from './to-storage-error.js';

const defaultConcurrency = 8;
const checks: OptionChecks<CopyAllOptions> = {
  signal: requireSignal,
  prefix: requireWellFormed,
  to: requireWellFormed,
  bucket: validatedElsewhere,
  startAfter: requireWellFormed,
  concurrency: requireInteger(1, 64),
  progress: requireFunction,
};

/** Copies all objects with a prefix on the server. */
export async function copyAllObjects(bucket: BucketContext, options: CopyAllOptions): Promise<BulkResult> {
  return bucket.run('copyAll', undefined, options, async () => {
    const { prefix, to, startAfter, progress, signal, ...rest } = checkOptions(options, checks);
    const { bucket: target = bucket.name, concurrency = defaultConcurrency } = rest;
    if (prefix === undefined || to === undefined) throw invalidArgument('`prefix` and `to` are required');
    checkBucketName(target);
    if (target === bucket.name && (to.startsWith(prefix) || prefix.startsWith(to)))
      throw new StorageError({
        code: 'InvalidRequest',
        message: '`to` and `prefix` must not begin with each other, or copies could overwrite sources, or be copied again',
      });
    const tracker = new BulkTracker(progress);
    const copy = async ({ key, size }: { readonly key: string; readonly size: number }): Promise<void> => {
      try {
        const newKey = to + key.slice(prefix.length);
        bucket.checkKey(newKey);
        await copySlots(bucket.datastore).run(signal, () =>
          bucket.driverOf(target).copyObject(newKey, { bucket: bucket.name, key }, { signal }),
        );
      } catch (error) {
        if (signal?.aborted === true || isStorageError(error, 'NoSuchBucket')) throw error;
        // Deleted since it was listed.
        if (isStorageError(error, 'NoSuchKey')) tracker.skip(key);
        else tracker.fail({ key, error: toStorageError(error, { operation: 'copyAll', bucket: bucket.name, key }) });
        return;
      }
      tracker.done(key, size);
    };
    await runConcurrently(objectsOf(bucket, prefix, startAfter, signal, tracker), concurrency, signal, copy);
    return tracker.result();
  });
}

async function* objectsOf(
  bucket: BucketContext,
  prefix: string,
  startAfter: string | undefined,
  signal: AbortSignal | undefined,
  tracker: BulkTracker,
): AsyncGenerator<{ readonly key: string; readonly size: number }, void, undefined> {
  for await (const entries of pagesOf(bucket, { prefix, startAfter, metadata: false, signal })) {
    for (const entry of entries) {
      if (entry.isPrefix === true) continue;
      tracker.start(entry.key);
      yield entry;
    }
  }
}
