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
import type { Target } from './target.js';

const deleteChecks: OptionChecks<DeleteOptions> = { signal: requireSignal, versionId: requireNonEmptyString, ifMatch: validatedElsewhere };
const batchChecks: OptionChecks<CallOptions> = { signal: requireSignal };

/** `delete` of one key. */
export async function deleteObject(target: Target, key: string, options: DeleteOptions | undefined): Promise<void> {
  return target.run('delete', key, options, async () => {
    checkKey(key);
    const { signal, versionId, ifMatch } = checkOptions(options, deleteChecks);
    const conditions = checkWriteConditions({ ifMatch });
    target.requireFor(versionId, 'versioning', '`versionId`');
    target.requireFor(ifMatch, 'conditionalDelete', '`ifMatch` on delete');
    await target.driver.deleteObject(key, { versionId, ifMatch: conditions?.ifMatch, signal });
  });
}

/** `delete` of many: all are checked before the first is sent, then batch follows batch. */
export async function deleteObjects(target: Target, keys: readonly unknown[], options: CallOptions | undefined): Promise<DeleteResult> {
  return target.run('delete', undefined, options, async () => {
    const asked = new Set<string>();
    for (const key of keys) {
      checkKey(key);
      asked.add(key);
    }
    const { signal } = checkOptions(options, batchChecks);
    const failed = new Map<string, DeleteFailure>();
    for await (const { key, error } of failuresOf(target, [...asked], signal)) {
      failed.set(key, { key, error: toStorageError(error, { operation: 'delete', bucket: target.name, key }) });
    }
    const deleted = [...asked].filter((key) => !failed.has(key));
    const [first, ...rest] = failed.values();
    if (first !== undefined) throw new BatchDeleteError(target.name, deleted, [first, ...rest]);
    return { deleted };
  });
}

/** Deletes batch by batch, as S3 takes 1000 keys at once. None at all is one empty batch, so that a missing bucket is still noticed. */
async function* failuresOf(
  target: Target,
  keys: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly key: string; readonly error: unknown }, void, undefined> {
  for (let start = 0; start === 0 || start < keys.length; start += maxPageSize) {
    signal?.throwIfAborted();
    try {
      yield* await target.driver.deleteObjects(keys.slice(start, start + maxPageSize), { signal });
    } catch (error) {
      if (start === 0) throw error;
      // Some keys are gone by now, and the caller must learn which: the others fail one by one.
      for (const key of keys.slice(start)) yield { key, error };
      return;
    }
  }
}
