import { BatchDeleteError, describeValue, invalidArgument, isStorageError, quote } from '../api/errors.js';
import type { CallOptions, DeleteOptions } from '../api/options.js';
import type { DeleteOutcome, DeleteResult, ObjectVersionId } from '../api/results.js';
import type { DeleteFailure } from '../api/errors.js';
import { checkWriteConditions } from '../rules/conditions.js';
import { maxPageSize } from '../rules/listing.js';
import { toStorageError } from './to-storage-error.js';
import { validatedElsewhere, checkOptions, requireSignal, requireNonEmptyString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

const deleteChecks: OptionChecks<DeleteOptions> = { signal: requireSignal, versionId: requireNonEmptyString, ifMatch: validatedElsewhere };
const batchChecks: OptionChecks<CallOptions> = { signal: requireSignal };

/** Deletes one object, or one version of it. */
export async function deleteObject(bucket: BucketContext, key: string, options: DeleteOptions | undefined): Promise<DeleteOutcome> {
  return bucket.run('delete', key, options, async () => {
    bucket.checkKey(key);
    const { signal, versionId, ifMatch } = checkOptions(options, deleteChecks);
    const conditions = checkWriteConditions({ ifMatch });
    bucket.requireCapabilityFor(versionId, 'versioning', '`versionId`');
    bucket.requireCapabilityFor(ifMatch, 'conditionalDelete', '`ifMatch` of a delete');
    return bucket.driver.deleteObject(key, { versionId, ifMatch: conditions?.ifMatch, signal });
  });
}

/** Deletes several objects or versions. Validates all of them before the first request, then deletes batch by batch. */
export async function deleteObjects(
  bucket: BucketContext,
  keys: readonly unknown[],
  options: CallOptions | undefined,
): Promise<DeleteResult> {
  return bucket.run('delete', undefined, options, async () => {
    const targets = distinctTargets(bucket, keys);
    const { signal } = checkOptions(options, batchChecks);
    const outcomes: (ObjectVersionId & DeleteOutcome)[] = [];
    const failures: DeleteFailure[] = [];
    for await (const { target, result } of deleteBatches(bucket, targets, signal)) {
      const { key } = target;
      if (result instanceof Error || isStorageError(result))
        failures.push({ ...target, error: toStorageError(result, { operation: 'delete', bucket: bucket.name, key }) });
      // For a given version, servers do not tell whether it was a delete marker.
      else if (target.versionId !== undefined) outcomes.push({ key, versionId: target.versionId });
      else outcomes.push({ key, ...(result as DeleteOutcome) });
    }
    const deleted = [...new Set(outcomes.map(({ key }) => key))];
    const [first, ...rest] = failures;
    if (first !== undefined) throw new BatchDeleteError(bucket.name, deleted, [first, ...rest]);
    return outcomes.some(({ versionId }) => versionId !== undefined) ? { deleted, outcomes } : { deleted };
  });
}

/** Validates the targets of a batch, and removes duplicates. */
function distinctTargets(bucket: BucketContext, keys: readonly unknown[]): ObjectVersionId[] {
  const targets = new Map<string, ObjectVersionId>();
  for (const item of keys) {
    const target = typeof item === 'object' && item !== null ? checkTarget(item) : { key: item };
    bucket.checkKey(target.key);
    bucket.requireCapabilityFor(target.versionId, 'versioning', '`versionId`');
    const { key, versionId } = target as ObjectVersionId;
    targets.set(JSON.stringify([key, versionId]), versionId === undefined ? { key } : { key, versionId });
  }
  return [...targets.values()];
}

function checkTarget(item: object): { readonly key: unknown; readonly versionId?: unknown } {
  const { key, versionId, ...unknown } = item as Record<string, unknown>;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined)
    throw invalidArgument(`unknown field ${quote(extra)} of an object to be deleted; expected \`key\` or \`versionId\``);
  if (versionId !== undefined && (typeof versionId !== 'string' || versionId === ''))
    throw invalidArgument(`\`versionId\` must be a non-empty string, not ${describeValue(versionId)}`);
  return versionId === undefined ? { key } : { key, versionId };
}

/**
 * Deletes targets in batches of 1000, the limit of S3, and yields outcomes and failures. An empty list still requests one batch, so that
 * `NoSuchBucket` is reported.
 */
export async function* deleteBatches(
  bucket: BucketContext,
  targets: readonly ObjectVersionId[],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly target: ObjectVersionId; readonly result: unknown }, void, undefined> {
  for (let start = 0; start === 0 || start < targets.length; start += maxPageSize) {
    signal?.throwIfAborted();
    const batch = targets.slice(start, start + maxPageSize);
    let results;
    try {
      results = await bucket.driver.deleteObjects(batch, { signal });
    } catch (error) {
      if (start === 0) throw error;
      // Earlier batches were deleted. Report the rest as failures, so that the caller learns which keys remain.
      for (const target of targets.slice(start))
        yield { target, result: error instanceof Error ? error : toStorageError(error, { operation: 'delete' }) };
      return;
    }
    if (results.length !== batch.length)
      throw new TypeError(`the driver returned ${results.length} results for ${batch.length} objects to be deleted`);
    for (const [index, target] of batch.entries()) yield { target, result: results[index] };
  }
}
