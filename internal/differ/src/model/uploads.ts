import type { BodyPlaceholder } from '../calls/call.js';
import { isPlaceholder, isPlainObject, missingUpload } from '../calls/call.js';
import { contentBytes } from '../calls/content.js';
import { headerErrors, metadataErrors, tagErrors, toStoredHeaders, toStoredMetadata } from './attributes.js';
import { compareBytes, md5 } from './bytes.js';
import { algorithmOf, checksumErrors, fullChecksum, uploadChecksum } from './checksums.js';
import { checkWriteConditions, readConditionErrors, sourceConditionsHold, writeConditionErrors } from './conditions.js';
import { Aborted, Failure, fail } from './failure.js';
import type { ModelRequest } from './model-request.js';
import type { KeptUpload, ModelPart, ModelUpload } from './model-state.js';
import { bucketNameErrors, keyErrors } from './names.js';
import { isIntegerBetween } from './predicates.js';
import { rangeErrors, resolveRange } from './range.js';
import { checksumField } from './reading.js';
import { selectVersion, versionIdErrors } from './versions.js';
import type { VersionId } from './versions.js';
import { toStoredTags } from './writing.js';

const minPartSize = 5 * 2 ** 20;
const isPartNumber = isIntegerBetween(1, 10_000);

/** Evaluates `createUpload`. */
export function createUpload(request: ModelRequest): unknown {
  const [key] = request.args;
  const { options, state, bucket, call } = request;
  request.addErrors(...keyErrors(key));
  request.checkOptions();
  request.requireCapability('uploads', '');
  request.requireCapability('tags', options['tags']);
  request.requireCapability('checksums', options['checksum']);
  request.addErrorCodes([...headerErrors(options), ...metadataErrors(options['metadata']), ...tagErrors(options['tags'])]);
  request.addErrorCodes(checksumErrors(options['checksum']));
  if (typeof key === 'string' && key.endsWith('/')) request.addErrorCodes(['InvalidKey']);
  request.throwIfInvalid();
  const name = String(key);
  const target = request.objects();
  noteLostUploads(request, bucket);
  const id = request.createId('upload');
  const upload: ModelUpload = {
    key: name,
    id,
    versionId: request.createVersionId(bucket, name),
    initiated: request.nextTime(),
    algorithm: algorithmOf(options['checksum']),
    attributes: {
      headers: toStoredHeaders(options),
      metadata: toStoredMetadata(options['metadata']),
      tags: toStoredTags(options['tags']),
    },
    parts: new Map(),
  };
  request.effects.push(() => {
    target.uploads.set(id, upload);
    state.uploads.set(call.uploadSlot ?? 0, { bucket, key: name, id });
  });
  return { key: name, id };
}

/** Evaluates `listUploads`. */
export function listUploads(request: ModelRequest): unknown {
  request.checkOptions();
  request.requireCapability('uploads', '');
  request.throwIfInvalid();
  const { prefix = '' } = request.options as { prefix?: string };
  noteLostUploads(request, request.bucket);
  return Array.from(request.objects().uploads.values())
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => compareBytes(a.key, b.key) || a.initiated.getTime() - b.initiated.getTime())
    .map(({ key, id, initiated }) => ({ key, id, initiated }));
}

/** Evaluates `putPart`. */
export function putPart(request: ModelRequest): unknown {
  const [partNumber, data] = request.args as [number, unknown];
  const { options } = request;
  const { contentMD5, size } = options;
  if (!isPartNumber(partNumber) || !isPlaceholder(data, 'body')) request.addErrorCodes(['InvalidArgument']);
  request.checkOptions();
  request.requireCapability('uploads', '');
  request.requireCapability('checksums', options['checksum']);
  request.addErrorCodes(checksumErrors(options['checksum']));
  if (typeof contentMD5 === 'string' && (contentMD5.length !== 24 || Buffer.from(contentMD5, 'base64').length !== 16))
    request.addErrorCodes(['InvalidDigest']);
  request.throwIfInvalid();
  const aborts = (data as BodyPlaceholder).failure === 'aborts' && options['signal'] !== undefined;
  const upload = aborts ? orAborted(() => openUpload(request)) : openUpload(request);
  // The handle that began the upload adds its algorithm.
  const algorithm = algorithmOf(options['checksum']) ?? (request.call.client === 'first' ? upload.algorithm : undefined);
  const readBody = () => bodyBytes(data as BodyPlaceholder, options['signal'] !== undefined, size as number | undefined);
  if (upload.algorithm !== undefined && upload.algorithm !== algorithm) failOr('InvalidArgument', readBody);
  const bytes = readBody();
  if (contentMD5 !== undefined && md5(bytes).toString('base64') !== contentMD5) fail('BadDigest');
  const checksum = algorithm === undefined ? undefined : fullChecksum(algorithm, bytes);
  const { value } = (options['checksum'] ?? {}) as { readonly value?: string };
  if (value !== undefined && value !== checksum?.value) fail('BadDigest');
  return storePart(request, upload, partNumber, bytes, checksum);
}

/** Lets a failure also be reported as aborted: the body may abort the call before. */
function orAborted<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.errors, true) : error;
  }
}

/** Throws an error that a backend may notice before or after a failure of the body. */
function failOr(code: string, readBody: () => unknown): never {
  try {
    readBody();
  } catch (error) {
    if (error instanceof Aborted) throw new Failure([{ code }], true);
    if (error instanceof Failure) throw new Failure([{ code }, ...error.errors], error.mayAbort);
    throw error;
  }
  return fail(code);
}

/** Evaluates `copyPart`. */
export function copyPart(request: ModelRequest): unknown {
  const [partNumber, sourceKey] = request.args as [number, unknown];
  const { options, state } = request;
  const conditions = request.conditions('source');
  const kept = keptUpload(request);
  const sourceBucket = options['bucket'] ?? kept.bucket;
  const versionId = options['sourceVersionId'] as VersionId;
  const source = { bucket: sourceBucket as string, key: String(sourceKey) };
  if (!isPartNumber(partNumber)) request.addErrorCodes(['InvalidArgument']);
  request.checkOptions();
  request.addErrorCodes(keyErrors(sourceKey).map(({ code }) => code));
  request.addErrors(...keyErrors(sourceKey), ...bucketNameErrors(sourceBucket));
  request.addErrorCodes(bucketNameErrors(sourceBucket).map(({ code }) => code));
  request.addErrorCodes([...readConditionErrors(conditions), ...rangeErrors(options['range'])]);
  if (typeof options['range'] === 'string') request.addErrorCodes(['InvalidArgument']);
  request.requireCapability('uploads', '');
  request.requireCapability('versioning', versionId);
  request.addErrorCodes(versionIdErrors(versionId));
  request.addErrors(...versionIdErrors(versionId).map((code) => ({ code, ...source })));
  request.throwIfInvalid();
  const from =
    state.buckets.get(source.bucket) ??
    fail('NoSuchBucket', source.bucket === kept.bucket ? {} : { bucket: source.bucket, key: undefined });
  const { bytes, ...object } = selectVersion(from.history(source.key), versionId, source);
  if (!sourceConditionsHold(conditions, { bytes, ...object })) fail('PreconditionFailed', source);
  const copied = copyRange(options['range'], bytes);
  const upload = openUpload(request);
  if (upload.algorithm !== undefined) fail('InvalidArgument');
  return storePart(request, upload, partNumber, copied, undefined);
}

/** Evaluates `listParts`. */
export function listParts(request: ModelRequest): unknown {
  request.checkOptions();
  request.requireCapability('uploads', '');
  request.throwIfInvalid();
  return sortedParts(openUpload(request)).map(([partNumber, part]) => toPart(partNumber, part));
}

/** Evaluates `complete`. */
export function complete(request: ModelRequest): unknown {
  const [requested] = request.args;
  const { ifMatch, ifNoneMatch } = request.options;
  request.checkOptions();
  request.addErrorCodes(writeConditionErrors({ ifMatch, ifNoneMatch }));
  request.requireCapability('uploads', '');
  request.requireCapability('conditionalPut', ifMatch ?? ifNoneMatch);
  if (requested !== undefined) request.addErrorCodes(partListErrors(requested));
  request.throwIfInvalid();
  const { key, bucket: bucketName, id } = keptUpload(request);
  const bucket = request.objects(bucketName);
  if (requested === undefined && openUpload(request).parts.size === 0) fail('InvalidRequest');
  checkWriteConditions({ ifMatch, ifNoneMatch }, bucket.get(key));
  const upload = openUpload(request);
  const parts = requested === undefined ? sortedParts(upload) : selectParts(upload, requested as readonly RequestedPart[]);
  if (parts.slice(0, -1).some(([, { bytes }]) => bytes.length < minPartSize)) fail('EntityTooSmall');
  const bodies = parts.map(([, { bytes }]) => bytes);
  const etag = `${md5(Buffer.concat(bodies.map(md5))).toString('hex')}-${parts.length}`;
  const { object, versionId } = request.storeObject(
    bucketName,
    key,
    {
      ...upload.attributes,
      bytes: Buffer.concat(bodies),
      etag,
      checksum: upload.algorithm === undefined ? undefined : uploadChecksum(upload.algorithm, bodies),
      parts: new Map(parts.map(([partNumber, { bytes }]) => [partNumber, bytes.length])),
    },
    { id: upload.versionId },
  );
  request.effects.push(() => bucket.uploads.delete(id));
  return { etag, ...versionId, ...checksumField(request, object) };
}

/** Evaluates `abort`, which succeeds also if the upload has ended. */
export function abort(request: ModelRequest): unknown {
  request.checkOptions();
  request.requireCapability('uploads', '');
  request.throwIfInvalid();
  const { bucket, id } = keptUpload(request);
  const target = request.objects(bucket);
  noteLostUploads(request, bucket);
  request.effects.push(() => target.uploads.delete(id));
  return undefined;
}

interface RequestedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** Returns the upload of the call's slot. It may have ended. */
function keptUpload({ state, call, bucket }: ModelRequest): KeptUpload {
  return state.uploads.get(call.uploadSlot ?? 0) ?? { bucket, key: missingUpload.key, id: state.id('upload', 'missing') };
}

/** Returns the upload of the call's slot. Throws `NoSuchBucket`, `NoSuchUpload`. */
function openUpload(request: ModelRequest): ModelUpload {
  const { bucket, id } = keptUpload(request);
  const target = request.objects(bucket);
  noteLostUploads(request, bucket);
  return target.uploads.get(id) ?? fail('NoSuchUpload');
}

/** The open uploads of a removed bucket come back with it. */
function noteLostUploads({ state, minioDeviations }: ModelRequest, bucket: string): void {
  if (state.bucketsWithLostUploads.has(bucket)) minioDeviations.add('open uploads outlive their bucket');
}

function sortedParts({ parts }: ModelUpload): [number, ModelPart][] {
  return Array.from(parts).sort(([a], [b]) => a - b);
}

function storePart(
  request: ModelRequest,
  upload: ModelUpload,
  partNumber: number,
  bytes: Buffer,
  checksum: ModelPart['checksum'],
): unknown {
  const part = { bytes, etag: md5(bytes).toString('hex'), lastModified: request.nextTime(), checksum };
  request.effects.push(() => upload.parts.set(partNumber, part));
  return toPart(partNumber, part);
}

function toPart(partNumber: number, { bytes, etag, lastModified, checksum }: ModelPart): unknown {
  return { partNumber, etag, size: bytes.length, lastModified, ...(checksum === undefined ? {} : { checksum }) };
}

/** Reads a body, and checks its size. */
function bodyBytes({ content, failure }: BodyPlaceholder, hasSignal: boolean, size: number | undefined): Buffer {
  const bytes = contentBytes(content);
  if (size !== undefined && bytes.length > size) throw new Failure([{ code: 'IncompleteBody' }], failure === 'aborts');
  if (failure === 'throws') fail('IncompleteBody');
  if (failure === 'yieldsNonBytes') fail('InvalidArgument');
  if (failure === 'aborts' && hasSignal) throw new Aborted();
  if (size !== undefined && bytes.length < size) fail('IncompleteBody');
  return bytes;
}

function copyRange(range: unknown, bytes: Buffer): Buffer {
  if (range === undefined) return bytes;
  const { start, end } = resolveRange(range, bytes.length);
  const { end: requestedEnd } = range as { readonly end?: number };
  if (requestedEnd !== undefined && requestedEnd > bytes.length) fail('InvalidArgument');
  return bytes.subarray(start, end);
}

function partListErrors(parts: unknown): string[] {
  if (!Array.isArray(parts)) return ['InvalidArgument'];
  if (parts.length === 0) return ['InvalidRequest'];
  const isValid = parts.every(
    (part) => isPlainObject(part) && isPartNumber(part['partNumber']) && typeof part['etag'] === 'string' && part['etag'] !== '',
  );
  if (!isValid) return ['InvalidArgument'];
  const numbers = (parts as readonly RequestedPart[]).map(({ partNumber }) => partNumber);
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0)) ? [] : ['InvalidPartOrder'];
}

function selectParts({ parts }: ModelUpload, requested: readonly RequestedPart[]): [number, ModelPart][] {
  return requested.map(({ partNumber, etag }) => {
    const part = parts.get(partNumber);
    const unquoted = etag.startsWith('"') && etag.endsWith('"') ? etag.slice(1, -1) : etag;
    return part?.etag === unquoted ? [partNumber, part] : fail('InvalidPart');
  });
}
