import { BatchDeleteError } from '../batch-delete-error.js';
import type { DeleteFailure, DeleteOptions, DeleteResult } from '../bucket.js';
import type { CallOptions } from '../datastore.js';
import { withContext } from '../errors.js';
import { checkWriteConditions } from '../semantics/conditions.js';
import { checkKey } from '../semantics/keys.js';
import { maxPageSize } from '../semantics/listing.js';
import { anything, checkOptions, isSignal, isText } from './options.js';
import type { OptionChecks } from './options.js';
import type { Target } from './target.js';

const deleteChecks: OptionChecks<DeleteOptions> = { signal: isSignal, versionId: isText, ifMatch: anything };
const batchChecks: OptionChecks<CallOptions> = { signal: isSignal };

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
    for (const batch of batches([...asked])) {
      signal?.throwIfAborted();
      for (const { key, error } of await target.driver.deleteObjects(batch, { signal })) {
        failed.set(key, { key, error: withContext(error, { operation: 'delete', bucket: target.name, key }) });
      }
    }
    const deleted = [...asked].filter((key) => !failed.has(key));
    const [first, ...rest] = failed.values();
    if (first !== undefined) throw new BatchDeleteError(target.name, deleted, [first, ...rest]);
    return { deleted };
  });
}

/** S3 takes 1000 keys at once. None at all is one empty batch, so that a missing bucket is still noticed. */
function batches(keys: readonly string[]): string[][] {
  return Array.from({ length: Math.max(1, Math.ceil(keys.length / maxPageSize)) }, (_, index) => keys.slice(index * maxPageSize, (index + 1) * maxPageSize));
}
