import type { CopyOptions, CopyToOptions, NamedCopyOptions, SourceConditions } from '../api/options.js';
import type { CopyResult } from '../api/results.js';
import type { CopyCall, CopySource } from '../driver/calls.js';
import { StorageError, isStorageError, withContext } from '../api/errors.js';
import { checkBucketName } from '../rules/bucket-names.js';
import { checkChecksumAlgorithm } from '../rules/checksums.js';
import { checkReadConditions, checkWriteConditions } from '../rules/conditions.js';
import { resolveContentType } from '../rules/content-types.js';
import { hasHeaders, normaliseHeaders } from '../rules/headers.js';
import { isPlainObject } from '../rules/is-plain-object.js';
import { normaliseMetadata } from '../rules/metadata.js';
import { normaliseTags } from '../rules/tags.js';
import { validatedElsewhere, checkOptions, copyNative, requireNonEmptyString, stringOrUndefined } from './check-options.js';
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
export const copyChecks: OptionChecks<CopyOptions> = { ...attributeChecks, ...sourceChecks, checksum: validatedElsewhere };

/** Copies an object of this bucket to another bucket of the datastore, or within this bucket. */
export async function copyObject(
  bucket: BucketContext,
  newBucket: string,
  first: string | NamedCopyOptions,
  sourceKey?: string,
  options?: CopyOptions,
): Promise<CopyResult> {
  const isNamed = typeof first === 'object' && first !== null && sourceKey === undefined && options === undefined;
  if (!isNamed) return runCopy(bucket, 'fcopyTo', newBucket, first as string, sourceKey as string, options);
  const { source, target, ...rest } = first;
  return runCopy(bucket, 'fcopyTo', newBucket, target, source, rest);
}

/** Copies an object, with the source first. */
export async function copyObjectTo(
  bucket: BucketContext,
  source: string,
  target: string,
  options: CopyToOptions | undefined,
): Promise<CopyResult> {
  if (!isPlainObject(options)) return runCopy(bucket, 'copy', bucket.name, target, source, options);
  const { bucket: newBucket = bucket.name, ...rest }: CopyToOptions = options;
  return runCopy(bucket, 'copy', newBucket, target, source, rest);
}

function runCopy(
  bucket: BucketContext,
  operation: string,
  newBucket: string,
  key: string,
  sourceKey: string,
  options: CopyOptions | undefined,
): Promise<CopyResult> {
  const context = { operation, bucket: stringOrUndefined(newBucket), key: stringOrUndefined(key) };
  return bucket.lifecycle.run(context, options, async () => {
    const { source, call } = prepareCopy(bucket, operation, newBucket, key, sourceKey, options);
    return copySlots(bucket.datastore).run(call.signal, () => bucket.driverOf(newBucket).copyObject(key, source, call));
  });
}

/** Validates the arguments of a copy, and builds the driver call. */
export function prepareCopy(
  bucket: BucketContext,
  operation: string,
  newBucket: string,
  key: string,
  sourceKey: string,
  options: CopyOptions | undefined,
): { readonly source: CopySource; readonly call: CopyCall } {
  checkBucketName(newBucket);
  bucket.checkKey(key);
  checkSourceKey(bucket, operation, sourceKey);
  const { signal, native, tags, metadata, checksum, sourceVersionId, ...rest } = checkOptions(options, copyChecks);
  const checksumAlgorithm = checksum === undefined ? undefined : checkChecksumAlgorithm(checksum);
  const conditions = checkWriteConditions(rest);
  const sourceConditions = checkReadConditions({
    ifMatch: rest.sourceIfMatch,
    ifNoneMatch: rest.sourceIfNoneMatch,
    ifModifiedSince: rest.sourceIfModifiedSince,
    ifUnmodifiedSince: rest.sourceIfUnmodifiedSince,
  });
  bucket.requireCapabilityFor(conditions, 'conditionalCopy', '`ifMatch` and `ifNoneMatch` of a copy');
  bucket.requireCapabilityFor(tags, 'tags', '`tags`');
  bucket.requireCapabilityFor(checksum, 'checksums', '`checksum`');
  bucket.requireCapabilityFor(sourceVersionId, 'versioning', '`sourceVersionId`');
  bucket.requireCapabilityFor(native, 'native', '`native`');
  const replace =
    metadata !== undefined || hasHeaders(rest)
      ? { ...normaliseHeaders(resolveContentType(rest, key)), metadata: normaliseMetadata(metadata) }
      : undefined;
  const newTags = tags === undefined ? undefined : normaliseTags(tags);
  const replacesNatively = Object.keys(native?.headers ?? {}).length > 0;
  const replacesSomething = replacesNatively || [replace, newTags, sourceVersionId].some((option) => option !== undefined);
  if (newBucket === bucket.name && key === sourceKey && !replacesSomething) {
    throw new StorageError({
      code: 'InvalidRequest',
      message: 'a copy of an object onto itself must replace its headers, metadata or tags',
    });
  }
  return {
    source: { bucket: bucket.name, key: sourceKey, versionId: sourceVersionId, conditions: sourceConditions },
    call: { replace, tags: newTags, checksumAlgorithm, conditions, native: copyNative(native), signal },
  };
}

/** Validates the key of the source. Its errors name the bucket of the source instead of the target. */
function checkSourceKey(bucket: BucketContext, operation: string, key: unknown): void {
  try {
    bucket.checkKey(key);
  } catch (error) {
    throw isStorageError(error) && error.key !== undefined ? withContext(error, { operation, bucket: bucket.name }) : error;
  }
}
