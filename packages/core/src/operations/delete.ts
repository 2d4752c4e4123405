import { BatchDeleteError } from '../api/errors.js';
import type { CallOptions, DeleteOptions } from '../api/options.js';
import type { DeleteResult } from '../api/results.js';
import type { DeleteFailure } from '../api/errors.js';
import { checkWriteConditions } from '../rules/conditions.js';
import { checkKey } from '../rules/keys.js';
import { maxPageSize } from '../rules/listing.js';
import { toStorageError } from './to-storage-error.js';
import { validatedElsewhere, checkOptions, requireSignal, requireNonEmptyString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

const deleteChecks: OptionChecks<DeleteOptions> = { signal: requireSignal, versionId: requireNonEmptyString, ifMatch: validatedElsewhere };
const batchChecks: OptionChecks<CallOptions> = { signal: requireSignal };

/** Deletes one object. */
export async function deleteObject(bucket: BucketContext, key: string, options: DeleteOptions | undefined): Promise<void> {
  return bucket.run('delete', key, options, async () => {
    checkKey(key);
    const { signal, versionId, ifMatch } = checkOptions(options, deleteChecks);
    const conditions = checkWriteConditions({ ifMatch });
    bucket.requireCapabilityFor(versionId, 'versioning', '`versionId`');
    bucket.requireCapabilityFor(ifMatch, 'conditionalDelete', '`ifMatch` of a delete');
    await bucket.driver.deleteObject(key, { versionId, ifMatch: conditions?.ifMatch, signal });
  });
}

/** Deletes several objects. Validates all keys before the first request, then deletes batch by batch. */
export async function deleteObjects(
  bucket: BucketContext,
  keys: readonly unknown[],
  options: CallOptions | undefined,
): Promise<DeleteResult> {
  return bucket.run('delete', undefined, options, async () => {
    const distinctKeys = new Set<string>();
    for (const key of keys) {
      checkKey(key);
      distinctKeys.add(key);
    }
    const { signal } = checkOptions(options, batchChecks);
    const failed = new Map<string, DeleteFailure>();
    for await (const { key, error } of deleteBatches(bucket, [...distinctKeys], signal)) {
      failed.set(key, { key, error: toStorageError(error, { operation: 'delete', bucket: bucket.name, key }) });
    }
    const deleted = [...distinctKeys].filter((key) => !failed.has(key));
    const [first, ...rest] = failed.values();
    if (first !== undefined) throw new BatchDeleteError(bucket.name, deleted, [first, ...rest]);
    return { deleted };
  });
}

/**
 * Deletes keys in batches of 1000, the limit of S3, and yields the failures. An empty list still requests one batch, so that
 * `NoSuchBucket` is reported.
 */
async function* deleteBatches(
  bucket: BucketContext,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly key: string; readonly error: unknown }, void, undefined> {
  for (let start = 0; start === 0 || start < keys.length; start += maxPageSize) {
    signal?.throwIfAborted();
    try {
      yield* await bucket.driver.deleteObjects(keys.slice(start, start + maxPageSize), { signal });
    } catch (error) {
      if (start === 0) throw error;
      // Earlier batches were deleted. Report the rest as failures, so that the caller learns which keys remain.
      for (const key of keys.slice(start)) yield { key, error };
      return;
    }
  }
}
