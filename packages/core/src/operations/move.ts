import type { CopyToOptions } from '../api/options.js';
import type { CopyResult } from '../api/results.js';
import { StorageError, isStorageError } from '../api/errors.js';
import { evaluateSourceConditions } from '../rules/conditions.js';
import { copyChecks, prepareCopy } from './copy.js';
import { checkOptions, validatedElsewhere } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';
import { copySlots } from './semaphore.js';

/** Attempts to move a source that is overwritten meanwhile. */
const maxAttempts = 10;
const checks: OptionChecks<CopyToOptions> = { ...copyChecks, bucket: validatedElsewhere };

/** Copies an object, then deletes the source. */
export async function moveObject(
  bucket: BucketContext,
  sourceKey: string,
  key: string,
  options: CopyToOptions | undefined,
): Promise<CopyResult> {
  return bucket.run('move', sourceKey, options, async () => {
    const { bucket: newBucket = bucket.name, ...rest } = checkOptions(options, checks);
    if (newBucket === bucket.name && sourceKey === key)
      throw new StorageError({ code: 'InvalidRequest', message: 'an object cannot be moved onto itself' });
    const { source, call } = prepareCopy(bucket, 'move', newBucket, key, sourceKey, rest);
    const { signal } = call;
    const { versionId } = source;
    const isConditional = bucket.datastore.capabilities.conditionalDelete && versionId === undefined;
    let result: CopyResult | undefined;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const info = await bucket.driver.headObject(sourceKey, { versionId, signal });
      // After the first copy, the target is the one of this call.
      if (result === undefined) evaluateSourceConditions(source, info);
      const conditions = result === undefined ? call.conditions : undefined;
      try {
        result = await copySlots(bucket.datastore).run(signal, () =>
          bucket.driverOf(newBucket).copyObject(key, { ...source, conditions: { ifMatch: info.etag } }, { ...call, conditions }),
        );
        await deleteSource(bucket, sourceKey, { versionId, ifMatch: isConditional ? info.etag : undefined, signal });
        return result;
      } catch (error) {
        const mayHaveChanged = isStorageError(error, 'PreconditionFailed');
        if (!mayHaveChanged || (await bucket.driver.headObject(sourceKey, { versionId, signal })).etag === info.etag) throw error;
      }
    }
    throw new StorageError({ code: 'SlowDown', message: 'the source changed again and again while it was moved' });
  });
}

async function deleteSource(
  bucket: BucketContext,
  key: string,
  call: Parameters<BucketContext['driver']['deleteObject']>[1],
): Promise<void> {
  try {
    await bucket.driver.deleteObject(key, call);
  } catch (error) {
    // Deleted meanwhile.
    if (!isStorageError(error, 'NoSuchKey')) throw error;
  }
}
