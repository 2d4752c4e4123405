import type { BodyPlaceholder, FetchPlaceholder, FilePlaceholder } from '../calls/call.js';
import { isPlaceholder, isPlainObject } from '../calls/call.js';
import { contentBytes } from '../calls/content.js';
import { hasHeaders, headerErrors, metadataErrors, tagErrors, toStoredHeaders, toStoredMetadata } from './attributes.js';
import { etagOf, md5 } from './bytes.js';
import { checkWriteConditions, readConditionErrors, sourceConditionsHold, writeConditionErrors } from './conditions.js';
import { Aborted, Failure, fail } from './failure.js';
import type { ModelRequest } from './model-request.js';
import type { ModelObject } from './model-state.js';
import { bucketNameErrors, keyErrors } from './names.js';
import { signalOptions } from './options.js';
import { isIntegerBetween } from './predicates.js';
import { checkKeyAndVersion, failIfVersion } from './reading.js';

const defaultPartSize = 16 * 2 ** 20;

/** Evaluates `put`. */
export function put(request: ModelRequest): unknown {
  const [key, data, third] = request.args;
  const length = isPlainObject(third) ? undefined : third;
  request.addErrors(...keyErrors(key));
  if (!isPlaceholder(data, 'body')) request.addErrorCodes(['InvalidArgument']);
  if (length !== undefined && !isIntegerBetween(0)(length)) request.addErrorCodes(['InvalidArgument']);
  checkAttributes(request);
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

/** Evaluates `fcopyTo`. */
export function copy(request: ModelRequest): unknown {
  const [targetBucket, key, sourceKey] = request.args;
  const { options, state } = request;
  const sourceConditions = request.conditions('source');
  const { ifMatch, ifNoneMatch } = options;
  const replacesAttributes = options['metadata'] !== undefined || hasHeaders(options);
  const source = { bucket: request.bucket, key: String(sourceKey) };
  request.addErrors(...bucketNameErrors(targetBucket), ...keyErrors(key));
  request.addErrors(...keyErrors(sourceKey).map((error) => ('key' in error ? { ...error, bucket: source.bucket } : error)));
  checkAttributes(request, 'conditionalCopy');
  request.addErrorCodes(readConditionErrors(sourceConditions));
  request.requireCapability('versioning', options['sourceVersionId']);
  const isOntoItself = targetBucket === request.bucket && key === sourceKey && options['sourceVersionId'] === undefined;
  if (isOntoItself && !replacesAttributes && options['tags'] === undefined) request.addErrorCodes(['InvalidRequest']);
  request.throwIfInvalid();
  // An error about another bucket names no key.
  const bucketFields = source.bucket === targetBucket ? {} : { bucket: source.bucket, key: undefined };
  const sourceObjects = state.buckets.get(source.bucket) ?? fail('NoSuchBucket', bucketFields);
  if (options['sourceVersionId'] !== undefined) fail('NoSuchVersion', source);
  const sourceObject = sourceObjects.get(source.key) ?? fail('NoSuchKey', source);
  if (!sourceConditionsHold(sourceConditions, sourceObject)) fail('PreconditionFailed', source);
  checkWriteConditions({ ifMatch, ifNoneMatch }, request.objects(String(targetBucket)).get(String(key)));
  const etag = md5(sourceObject.bytes).toString('hex');
  const attributes: Pick<ModelObject, 'headers' | 'metadata'> = replacesAttributes
    ? { headers: toStoredHeaders(options), metadata: toStoredMetadata(options['metadata']) }
    : sourceObject;
  const tags = options['tags'] === undefined ? sourceObject.tags : toStoredTags(options['tags']);
  const { headers, metadata } = attributes;
  const lastModified = request.storeObject(String(targetBucket), String(key), { bytes: sourceObject.bytes, etag, headers, metadata, tags });
  return { etag, lastModified };
}

/** Evaluates `delete` of one key or of many. */
export function remove(request: ModelRequest): unknown {
  const [keys] = request.args;
  const { state, bucket, options } = request;
  if (Array.isArray(keys)) {
    request.addErrors(...keys.flatMap(keyErrors));
    request.checkOptions(signalOptions);
    request.throwIfInvalid();
    const objects = request.objects();
    request.effects.push(() => keys.forEach((key: string) => objects.delete(key)));
    return { deleted: Array.from(new Set(keys)) };
  }
  const { ifMatch } = options;
  checkKeyAndVersion(request);
  request.addErrorCodes(writeConditionErrors({ ifMatch }));
  request.requireCapability('conditionalDelete', ifMatch);
  request.throwIfInvalid();
  checkWriteConditions({ ifMatch }, request.objects().get(String(keys)));
  // Deleting a version that does not exist succeeds and deletes nothing.
  if (options['versionId'] === undefined) request.effects.push(() => state.buckets.get(bucket)?.delete(String(keys)));
  // Empty, as versioning is disabled.
  return {};
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
  request.effects.push(() => request.state.buckets.get(request.bucket)?.set(key, { ...object, tags: toStoredTags(tags) }));
  return undefined;
}

function taggedObject(request: ModelRequest): ModelObject {
  checkKeyAndVersion(request);
  request.requireCapability('tags', '');
  request.throwIfInvalid();
  request.objects();
  failIfVersion(request);
  return request.object(String(request.args[0]));
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

function partSizeOf({ options }: ModelRequest): number {
  return (options['partSize'] as number | undefined) ?? defaultPartSize;
}

function storeObject(request: ModelRequest, bytes: Buffer, contentType?: string): unknown {
  const { options } = request;
  checkTarget(request);
  checkPartCount(request, bytes);
  if (options['contentMD5'] !== undefined && md5(bytes).toString('base64') !== options['contentMD5']) fail('BadDigest');
  const etag = etagOf(bytes, partSizeOf(request));
  request.storeObject(request.bucket, keyOf(request), {
    bytes,
    etag,
    headers: toStoredHeaders({ contentType, ...options }),
    metadata: toStoredMetadata(options['metadata']),
    tags: toStoredTags(options['tags']),
  });
  return { etag };
}

function keyOf({ args, call }: ModelRequest): string {
  return String(args[call.method === 'putRequest' ? 1 : 0]);
}

function toStoredTags(tags: unknown): Record<string, string> {
  return { ...(tags as Record<string, string> | undefined) };
}
