import type { CopyOptions } from '../api/options.js';
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
import type { Target } from './target.js';

const copyChecks: OptionChecks<CopyOptions> = {
  ...attributeChecks,
  sourceVersionId: requireNonEmptyString,
  sourceIfMatch: validatedElsewhere,
  sourceIfNoneMatch: validatedElsewhere,
  sourceIfModifiedSince: validatedElsewhere,
  sourceIfUnmodifiedSince: validatedElsewhere,
};

/** `fcopyTo`: from this bucket to another of the same datastore, or to this one. */
export async function copyObject(
  target: Target,
  newBucket: string,
  key: string,
  sourceKey: string,
  options: CopyOptions | undefined,
): Promise<CopyResult> {
  return target.lifecycle.run(
    { operation: 'fcopyTo', bucket: stringOrUndefined(newBucket), key: stringOrUndefined(key) },
    signalOf(options),
    async () => {
      checkBucketName(newBucket);
      checkKey(key);
      checkSourceKey(target, sourceKey);
      const { signal, native, tags, metadata, sourceVersionId, ...rest } = checkOptions(options, copyChecks);
      const conditions = checkWriteConditions(rest);
      const sourceConditions = checkReadConditions({
        ifMatch: rest.sourceIfMatch,
        ifNoneMatch: rest.sourceIfNoneMatch,
        ifModifiedSince: rest.sourceIfModifiedSince,
        ifUnmodifiedSince: rest.sourceIfUnmodifiedSince,
      });
      target.requireFor(conditions, 'conditionalCopy', '`ifMatch` and `ifNoneMatch` on copy');
      target.requireFor(tags, 'tags', '`tags`');
      target.requireFor(sourceVersionId, 'versioning', '`sourceVersionId`');
      target.requireFor(native, 'native', '`native`');
      const replace =
        metadata !== undefined || hasHeaders(rest) ? { ...normaliseHeaders(rest), metadata: normaliseMetadata(metadata) } : undefined;
      const newTags = tags === undefined ? undefined : normaliseTags(tags);
      const replaces = [replace, newTags, sourceVersionId, native].some((given) => given !== undefined);
      if (newBucket === target.name && key === sourceKey && !replaces) {
        throw new StorageError({ code: 'InvalidRequest', message: 'a copy onto itself must replace metadata, headers or tags' });
      }
      const source = { bucket: target.name, key: sourceKey, versionId: sourceVersionId, conditions: sourceConditions };
      return target.bucketDriver(newBucket).copyObject(key, source, { replace, tags: newTags, conditions, native, signal });
    },
  );
}

/** A bad key of the source is named with the bucket in which it would be, not with the target's. */
function checkSourceKey({ name }: Target, key: unknown): void {
  try {
    checkKey(key);
  } catch (error) {
    throw isStorageError(error) && error.key !== undefined ? withContext(error, { operation: 'fcopyTo', bucket: name }) : error;
  }
}
