import { isPlainObject } from '../calls/call.js';

import { hasHeaders, headerErrors, metadataErrors, tagErrors, toStoredHeaders, toStoredMetadata } from './attributes.js';
import { md5 } from './bytes.js';
import { checksumErrors, fullChecksum } from './checksums.js';
import { checkWriteConditions, readConditionErrors, sourceConditionsHold, writeConditionErrors } from './conditions.js';
import { fail } from './failure.js';
import type { ModelRequest } from './model-request.js';
import type { ModelEntry, ModelObject } from './model-state.js';
import { bucketNameErrors, keyErrors } from './names.js';
import { signalOptions } from './options.js';

import { checkKeyAndVersion, checksumField, versionOption } from './reading.js';
import { deleteFrom, indexOfVersion, selectVersion, versionIdErrors } from './versions.js';
import type { VersionId } from './versions.js';

/** Source and target of a copy. */
interface CopyKeys {
  readonly targetBucket: unknown;
  readonly key: unknown;
  readonly sourceKey: unknown;
}

/** Evaluates `fcopyTo`. */
export function copyTo(request: ModelRequest): unknown {
  const [targetBucket, key, sourceKey] = request.args;
  return copyObject(request, { targetBucket, key, sourceKey }).result;
}

/** Evaluates `copy`. */
export function copy(request: ModelRequest): unknown {
  return copyObject(request, sourceFirst(request)).result;
}

/** Evaluates `move`. */
export function move(request: ModelRequest): unknown {
  const keys = sourceFirst(request);
  if (keys.targetBucket === request.bucket && keys.key === keys.sourceKey) request.addErrorCodes(['InvalidRequest']);
  const { result, sourceKey, versionId } = copyObject(request, keys);
  deleteOne(request, request.bucket, sourceKey, versionId);
  return result;
}

function sourceFirst({ args, options, bucket }: ModelRequest): CopyKeys {
  return { sourceKey: args[0], key: args[1], targetBucket: options['bucket'] ?? bucket };
}

function copyObject(
  request: ModelRequest,
  { targetBucket, key, sourceKey }: CopyKeys,
): { readonly result: unknown; readonly sourceKey: string; readonly versionId: VersionId } {
  const { options, state } = request;
  const sourceConditions = request.conditions('source');
  const { ifMatch, ifNoneMatch } = options;
  const versionId = options['sourceVersionId'] as VersionId;
  const replacesAttributes = options['metadata'] !== undefined || hasHeaders(options);
  const source = { bucket: request.bucket, key: String(sourceKey) };
  const isMove = request.call.method === 'move';
  // An error about another bucket names no key.
  const elsewhere = isMove && targetBucket !== request.bucket ? { key: undefined } : {};
  request.addErrors(...bucketNameErrors(targetBucket).map((error) => ({ ...error, ...('bucket' in error ? elsewhere : {}) })));
  request.addErrors(...keyErrors(key));
  request.addErrors(...keyErrors(sourceKey).map((error) => ('key' in error ? { ...error, bucket: source.bucket } : error)));
  checkAttributes(request, 'conditionalCopy');
  request.addErrorCodes(readConditionErrors(sourceConditions));
  request.requireCapability('versioning', versionId);
  const isOntoItself = targetBucket === request.bucket && key === sourceKey && versionId === undefined;
  if (isOntoItself && !replacesAttributes && options['tags'] === undefined) request.addErrorCodes(['InvalidRequest']);
  request.addErrors(...versionIdErrors(versionId).map((code) => ({ code, ...source })));
  request.addErrorCodes(versionIdErrors(versionId));
  request.throwIfInvalid();
  const contextBucket = isMove ? source.bucket : targetBucket;
  const bucketFields = (bucket: string) => (bucket === contextBucket ? {} : { bucket, key: undefined });
  const sourceBucket = state.buckets.get(source.bucket) ?? fail('NoSuchBucket', bucketFields(source.bucket));
  const sourceObject = selectVersion(sourceBucket.history(source.key), versionId, source);
  if (!sourceConditionsHold(sourceConditions, sourceObject)) fail('PreconditionFailed', source);
  const target = state.buckets.get(String(targetBucket)) ?? fail('NoSuchBucket', bucketFields(String(targetBucket)));
  checkWriteConditions({ ifMatch, ifNoneMatch }, target.get(String(key)));
  const attributes: Pick<ModelObject, 'headers' | 'metadata'> = replacesAttributes
    ? { headers: toStoredHeaders(options), metadata: toStoredMetadata(options['metadata']) }
    : sourceObject;
  const tags = options['tags'] === undefined ? sourceObject.tags : toStoredTags(options['tags']);
  const { object, versionId: written } = storeCopy(request, String(targetBucket), String(key), { ...sourceObject, ...attributes, tags });
  const result = { etag: object.etag, lastModified: object.lastModified, ...written, ...checksumField(request, object) };
  return { result, sourceKey: source.key, versionId };
}

/** Adds the effect of storing a copy. It has one part, and the checksum of its whole body. */
export function storeCopy(
  request: ModelRequest,
  bucket: string,
  key: string,
  { bytes, headers, metadata, tags, checksum }: ModelObject,
): ReturnType<ModelRequest['storeObject']> {
  const etag = md5(bytes).toString('hex');
  const copied = checksum === undefined ? { isCopy: true } : { checksum: fullChecksum(checksum.algorithm, bytes) };
  return request.storeObject(bucket, key, { bytes, etag, headers, metadata, tags, ...copied });
}

/** Evaluates `delete` of one key or of many. */
export function remove(request: ModelRequest): unknown {
  const [keys] = request.args;
  const { bucket, options } = request;
  if (Array.isArray(keys)) return removeMany(request, keys);
  const { ifMatch } = options;
  checkKeyAndVersion(request);
  request.addErrorCodes(writeConditionErrors({ ifMatch }));
  request.requireCapability('conditionalDelete', ifMatch);
  request.throwIfInvalid();
  const history = request.objects().history(String(keys));
  checkWriteConditions({ ifMatch }, history[indexOfVersion(history, versionOption(request))]?.object);
  return deleteOne(request, bucket, String(keys), versionOption(request));
}

function removeMany(request: ModelRequest, items: readonly unknown[]): unknown {
  const targets = items.map((item) =>
    isPlainObject(item) ? { key: item['key'], versionId: item['versionId'] as VersionId } : { key: item, versionId: undefined },
  );
  request.addErrors(...targets.flatMap(({ key }) => keyErrors(key)));
  request.checkOptions(signalOptions);
  for (const { versionId } of targets) request.requireCapability('versioning', versionId);
  request.throwIfInvalid();
  const bucket = request.objects();
  const histories = new Map<string, readonly ModelEntry[]>();
  const outcomes: Record<string, unknown>[] = [];
  const distinct = targets.filter(
    (one, index) => targets.findIndex(({ key, versionId }) => key === one.key && versionId === one.versionId) === index,
  );
  for (const { key, versionId } of distinct) {
    const name = String(key);
    const before = histories.get(name) ?? bucket.history(name);
    // A batch adds a delete marker to a key that has one, and reports one for a key without versions.
    if (versionId === undefined && bucket.versioningOf(name) !== 'off' && before[0]?.object === undefined)
      request.minioDeviations.add('batch deletes add delete markers to deleted keys');
    // All entries of a batch see the bucket before it.
    if (histories.has(name)) request.minioDeviations.add('batch deletes with several versions of a key');
    const { history, outcome } = deleteFrom(before, bucket.versioningOf(name), versionId, () => request.createMarker(request.bucket, name));
    histories.set(name, history);
    outcomes.push({ key, ...(versionId === undefined ? {} : { versionId }), ...outcome });
  }
  request.effects.push(() => histories.forEach((history, key) => bucket.setHistory(key, history)));
  const deleted = Array.from(new Set(distinct.map(({ key }) => key)));
  return outcomes.some((outcome) => outcome['versionId'] !== undefined) ? { deleted, outcomes } : { deleted };
}

/** Adds the effect of deleting one object or version, and returns its outcome. */
export function deleteOne(request: ModelRequest, bucketName: string, key: string, versionId: VersionId): unknown {
  const bucket = request.objects(bucketName);
  const state = bucket.versioningOf(key);
  const history = bucket.history(key);
  const hasOlderNullMarker = history.slice(1).some(({ id, object }) => id === undefined && object === undefined);
  if (versionId === undefined && state === 'suspended' && history[0]?.id !== undefined && hasOlderNullMarker)
    request.minioDeviations.add('a delete in a suspended bucket does nothing above an older null marker');
  const target = history[indexOfVersion(history, versionId)];
  if (versionId !== undefined && state === 'suspended' && target?.id !== undefined && target.object === undefined)
    request.minioDeviations.add('a removed delete marker of a suspended bucket is not reported as one');
  const marker = request.createMarker(bucketName, key);
  request.effects.push(() => bucket.setHistory(key, deleteFrom(bucket.history(key), state, versionId, () => marker).history));
  return deleteFrom(history, state, versionId, () => marker).outcome;
}

/** Evaluates `tags`. */
export function getTags(request: ModelRequest): unknown {
  return taggedObject(request).tags;
}

/** Evaluates `setTags` and `removeTags`, which change neither the ETag nor the last-modified time. */
export function setTags(request: ModelRequest): unknown {
  const tags = request.call.method === 'setTags' ? request.args[1] : {};
  if (tags === undefined) request.addErrorCodes(['InvalidArgument']);
  request.addErrorCodes(tagErrors(tags));
  const object = taggedObject(request);
  const key = String(request.args[0]);
  const bucket = request.objects();
  const tagged = { ...object, tags: toStoredTags(tags) };
  const history = bucket.history(key).map((entry) => (entry.object === object ? { ...entry, object: tagged } : entry));
  request.effects.push(() => bucket.setHistory(key, history));
  return undefined;
}

function taggedObject(request: ModelRequest): ModelObject {
  checkKeyAndVersion(request);
  request.requireCapability('tags', '');
  request.throwIfInvalid();
  return request.object(String(request.args[0]), versionOption(request));
}

export function checkAttributes(request: ModelRequest, conditionCapability = 'conditionalPut'): void {
  const { options } = request;
  const { ifMatch, ifNoneMatch, contentMD5 } = options;
  request.checkOptions();
  request.addErrorCodes([...headerErrors(options), ...metadataErrors(options['metadata']), ...tagErrors(options['tags'])]);
  request.addErrorCodes(writeConditionErrors({ ifMatch, ifNoneMatch }));
  request.requireCapability(conditionCapability, ifMatch ?? ifNoneMatch);
  request.requireCapability('tags', options['tags']);
  request.requireCapability('native', options['native']);
  request.requireCapability('checksums', options['checksum']);
  request.addErrorCodes(checksumErrors(options['checksum']));
  if (typeof contentMD5 === 'string' && (contentMD5.length !== 24 || Buffer.from(contentMD5, 'base64').length !== 16))
    request.addErrorCodes(['InvalidDigest']);
}
export function toStoredTags(tags: unknown): Record<string, string> {
  return { ...(tags as Record<string, string> | undefined) };
}
