import type { CopyOptions, SourceConditions } from '../api/options.js';
import type { CopyResult } from '../api/results.js';
import { StorageError, isStorageError, withContext } from '../api/errors.js';
import { checkBucketName } from '../rules/bucket-names.js';
import { checkReadConditions, checkWriteConditions } from '../rules/conditions.js';
import { hasHeaders, normaliseHeaders } from '../rules/headers.js';
import { checkKey } from '../rules/keys.js';
import { normaliseMetadata } from '../rules/metadata.js';
import { normaliseTags } from '../rules/tags.js';
import { validatedElsewhere, checkOptions, requireNonEmptyString, signalOf, stringOrUndefined } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import { attributeChecks } from './put.js';
import { copySlots } from './semaphore.js';
import type { BucketContext } from './bucket-context.js';

export const sourceChecks: OptionChecks<SourceConditions> = {
  sourceVersionId: requireNonEmptyString,
  sourceIfMatch: validatedElsewhere,
  sourceIfNoneMatch: validatedElsewhere,
  sourceIfModifiedSince: validatedElsewhere,
  sourceIfUnmodifiedSince: validatedElsewhere,
};
const copyChecks: OptionChecks<CopyOptions> = { ...attributeChecks, ...sourceChecks };

/** Copies an object of this bucket to another bucket of the datastore, or within this bucket. */
export async function copyObject(
  bucket: BucketContext,
  newBucket: string,
  key: string,
  sourceKey: string,
  options: CopyOptions | undefined,
): Promise<CopyResult> {
  return bucket.lifecycle.run(
    { operation: 'fcopyTo', bucket: stringOrUndefined(newBucket), key: stringOrUndefined(key) },
    signalOf(options),
    async () => {
      checkBucketName(newBucket);
      checkKey(key);
      checkSourceKey(bucket, sourceKey);
      const { signal, native, tags, metadata, sourceVersionId, ...rest } = checkOptions(options, copyChecks);
      const conditions = checkWriteConditions(rest);
      const sourceConditions = checkReadConditions({
        ifMatch: rest.sourceIfMatch,
        ifNoneMatch: rest.sourceIfNoneMatch,
        ifModifiedSince: rest.sourceIfModifiedSince,
        ifUnmodifiedSince: rest.sourceIfUnmodifiedSince,
      });
      bucket.requireCapabilityFor(conditions, 'conditionalCopy', '`ifMatch` and `ifNoneMatch` of a copy');
      bucket.requireCapabilityFor(tags, 'tags', '`tags`');
      bucket.requireCapabilityFor(sourceVersionId, 'versioning', '`sourceVersionId`');
      bucket.requireCapabilityFor(native, 'native', '`native`');
      const replace =
        metadata !== undefined || hasHeaders(rest) ? { ...normaliseHeaders(rest), metadata: normaliseMetadata(metadata) } : undefined;
      const newTags = tags === undefined ? undefined : normaliseTags(tags);
      const replacesSomething = [replace, newTags, sourceVersionId, native].some((option) => option !== undefined);
      if (newBucket === bucket.name && key === sourceKey && !replacesSomething) {
        throw new StorageError({
          code: 'InvalidRequest',
          message: 'a copy of an object onto itself must replace its headers, metadata or tags',
        });
      }
      const source = { bucket: bucket.name, key: sourceKey, versionId: sourceVersionId, conditions: sourceConditions };
      const call = { replace, tags: newTags, conditions, native, signal };
      return copySlots(bucket.datastore).run(signal, () => bucket.driverOf(newBucket).copyObject(key, source, call));
    },
  );
}

/** Validates the key of the source. Its errors name the bucket of the source instead of the target. */
function checkSourceKey({ name }: BucketContext, key: unknown): void {
  try {
    checkKey(key);
  } catch (error) {
    throw isStorageError(error) && error.key !== undefined ? withContext(error, { operation: 'fcopyTo', bucket: name }) : error;
  }
}
