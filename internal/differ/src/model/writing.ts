import type { BodyPlaceholder, FetchPlaceholder, FilePlaceholder } from '../calls/call.js';
import { isPlaceholder, isPlainObject } from '../calls/call.js';
import { contentBytes } from '../calls/content.js';
import { hasHeaders, headerErrors, metadataErrors, tagErrors, toStoredHeaders, toStoredMetadata } from './attributes.js';
import { etagOf, md5 } from './bytes.js';
import { algorithmOf, checksumErrors, fullChecksum, putChecksum } from './checksums.js';
import { checkWriteConditions, readConditionErrors, sourceConditionsHold, writeConditionErrors } from './conditions.js';
import { Aborted, Failure, fail } from './failure.js';
import type { ModelRequest } from './model-request.js';
import type { ModelObject } from './model-state.js';
import { deleteOne } from './deleting.js';
import { bucketNameErrors, keyErrors } from './names.js';
import { isIntegerBetween } from './predicates.js';
import { checkKeyAndVersion, checksumField, versionOption } from './reading.js';
import { selectVersion, versionIdErrors } from './versions.js';
import type { VersionId } from './versions.js';

const defaultPartSize = 16 * 2 ** 20;
const knownSizeForms: ReadonlySet<string> = new Set(['string', 'buffer', 'view', 'arrayBuffer', 'blob', 'iterable']);

/** Evaluates `put`. */
export function put(request: ModelRequest): unknown {
  const [key, data, third] = request.args;
  const length = isPlainObject(third) ? undefined : third;
  request.addErrors(...keyErrors(key));
  if (!isPlaceholder(data, 'body')) request.addErrorCodes(['InvalidArgument']);
  if (length !== undefined && !isIntegerBetween(0)(length)) request.addErrorCodes(['InvalidArgument']);
  checkAttributes(request);
  if (isPlaceholder(data, 'body') && isTooLarge(request, data)) request.addErrorCodes(['EntityTooLarge']);
  request.throwIfInvalid();
  return putBody(request, data as BodyPlaceholder, length as number | undefined);
}

/** Evaluates `fput`. */
export function putFile(request: ModelRequest): unknown {
  const [key, file] = request.args as [unknown, FilePlaceholder];
  const bytes = request.state.files.get(file.name);
  request.addErrors(...keyErrors(key));
  checkAttributes(request);
  if (bytes === undefined) request.addErrorCodes(['InvalidArgument']);
  request.throwIfInvalid();
  const contentTypes: Readonly<Record<string, string>> = { txt: 'text/plain', json: 'application/json' };
  return storeObject(request, bytes ?? Buffer.alloc(0), contentTypes[file.name.split('.')[1] ?? '']);
}

/** Evaluates `putRequest`. */
export function putRequest(request: ModelRequest): unknown {
  const [url, key] = request.args;
  const response = request.options['fetch'] as FetchPlaceholder;
  request.addErrors(...keyErrors(key));
  if (typeof url !== 'string' || !/^https?:\/\/[a-z]/.test(url)) request.addErrorCodes(['InvalidArgument']);
  checkAttributes(request);
  request.throwIfInvalid();
  if (response.status < 200 || response.status > 299) fail('RequestFailed', { status: response.status });
  const bytes = contentBytes(response.content);
  checkTarget(request);
  checkPartCount(request, bytes, response.failure);
  if (response.failure === 'throws') fail('IncompleteBody');
  if (response.contentLength !== undefined && response.contentLength !== bytes.length) fail('IncompleteBody');
  return storeObject(request, bytes, response.contentType);
}

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

function checkAttributes(request: ModelRequest, conditionCapability = 'conditionalPut'): void {
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

/** Checks a put in the required order: the bucket, the condition, the body. */
function putBody(request: ModelRequest, body: BodyPlaceholder, length: number | undefined): unknown {
  const aborts = body.failure === 'aborts' && request.options['signal'] !== undefined;
  checkTarget(request, aborts);
  const bytes = contentBytes(body.content);
  // Streams are read ahead, so their failure may be seen before an error in their bytes.
  const earlyFailure = body.form === 'asyncIterable' ? undefined : body.failure;
  const maxLength = length !== undefined && length <= maxBytes(request) ? length : Infinity;
  if (bytes.length > maxLength) throw new Failure([{ code: 'IncompleteBody' }], earlyFailure === 'aborts');
  checkPartCount(request, bytes, earlyFailure);
  if (bytes.length > maxSizeOf(request)) fail('EntityTooLarge');
  if (length !== undefined && bytes.length > length) throw new Failure([{ code: 'IncompleteBody' }], earlyFailure === 'aborts');
  if (body.failure === 'throws') fail('IncompleteBody');
  if (body.failure === 'yieldsNonBytes') fail('InvalidArgument');
  if (aborts) throw new Aborted();
  if (length !== undefined && bytes.length < length) fail('IncompleteBody');
  return storeObject(request, bytes);
}

/** Checks the bucket and the write conditions. @param mayAbort whether the body may abort the call before they are checked. */
function checkTarget(request: ModelRequest, mayAbort = false): void {
  const { ifMatch, ifNoneMatch } = request.options;
  try {
    checkWriteConditions({ ifMatch, ifNoneMatch }, request.objects().get(keyOf(request)));
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.errors, mayAbort) : error;
  }
}

/** Throws `InvalidKey` for a multipart upload to a key with a trailing slash. @param earlyFailure a failure of the source that may come first. */
function checkPartCount(request: ModelRequest, bytes: Buffer, earlyFailure?: BodyPlaceholder['failure']): void {
  if (bytes.length <= maxBytes(request)) return;
  const codes = ['InvalidKey', ...(earlyFailure === 'throws' ? ['IncompleteBody'] : [])];
  throw new Failure(
    codes.map((code) => ({ code })),
    earlyFailure === 'aborts',
  );
}

/** MinIO stores a key with a trailing slash in one part only. */
function maxBytes(request: ModelRequest): number {
  return keyOf(request).endsWith('/') ? partSizeOf(request) : Infinity;
}

/** Returns whether the size of a body is known before it is read, and exceeds `maxSize`. */
function isTooLarge(request: ModelRequest, { form, content }: BodyPlaceholder): boolean {
  return knownSizeForms.has(form) && contentBytes(content).length > maxSizeOf(request);
}

function maxSizeOf({ options }: ModelRequest): number {
  return typeof options['maxSize'] === 'number' ? options['maxSize'] : Infinity;
}

function partSizeOf({ options }: ModelRequest): number {
  return (options['partSize'] as number | undefined) ?? defaultPartSize;
}

function storeObject(request: ModelRequest, bytes: Buffer, contentType?: string): unknown {
  const { options } = request;
  checkTarget(request);
  checkPartCount(request, bytes);
  if (options['contentMD5'] !== undefined && md5(bytes).toString('base64') !== options['contentMD5']) fail('BadDigest');
  const expected = (options['checksum'] as { readonly value?: string } | undefined)?.value;
  const algorithm = algorithmOf(options['checksum']);
  const partSize = partSizeOf(request);
  const checksum = algorithm === undefined ? undefined : putChecksum(algorithm, bytes, partSize);
  if (algorithm !== undefined && expected !== undefined && fullChecksum(algorithm, bytes).value !== expected) fail('BadDigest');
  const { object, versionId } = request.storeObject(request.bucket, keyOf(request), {
    bytes,
    etag: etagOf(bytes, partSize),
    headers: toStoredHeaders({ contentType, ...options }),
    metadata: toStoredMetadata(options['metadata']),
    tags: toStoredTags(options['tags']),
    checksum,
    parts: partsOf(bytes.length, partSize),
  });
  return { etag: object.etag, ...versionId, ...checksumField(request, object) };
}

/** Returns the sizes of the parts of a body; undefined if it has one part. */
function partsOf(size: number, partSize: number): ReadonlyMap<number, number> | undefined {
  if (size <= partSize) return undefined;
  return new Map(
    Array.from({ length: Math.ceil(size / partSize) }, (_, index) => [index + 1, Math.min(partSize, size - index * partSize)]),
  );
}

function keyOf({ args, call }: ModelRequest): string {
  return String(args[call.method === 'putRequest' ? 1 : 0]);
}

export function toStoredTags(tags: unknown): Record<string, string> {
  return { ...(tags as Record<string, string> | undefined) };
}
