import type { BodyPlaceholder } from '../calls/call.js';
import { isPlaceholder } from '../calls/call.js';
import { contentBytes } from '../calls/content.js';
import { md5 } from './bytes.js';
import { algorithmOf, checksumErrors, fullChecksum } from './checksums.js';
import { readConditionErrors, sourceConditionsHold } from './conditions.js';
import { Aborted, Failure, fail } from './failure.js';
import type { ModelRequest } from './model-request.js';
import type { ModelPart, ModelUpload } from './model-state.js';
import { bucketNameErrors, keyErrors } from './names.js';
import { rangeErrors, resolveRange } from './range.js';
import { isPartNumber, keptUpload, openUpload, sortedParts } from './open-upload.js';
import { selectVersion, versionIdErrors } from './versions.js';
import type { VersionId } from './versions.js';

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
  const readBody = () => {
    const bytes = bodyBytes(data as BodyPlaceholder, options['signal'] !== undefined, size as number | undefined);
    if (contentMD5 !== undefined && md5(bytes).toString('base64') !== contentMD5) fail('BadDigest');
    const checksum = algorithm === undefined ? undefined : fullChecksum(algorithm, bytes);
    const { value } = (options['checksum'] ?? {}) as { readonly value?: string };
    if (value !== undefined && value !== checksum?.value) fail('BadDigest');
    return { bytes, checksum };
  };
  if (upload.algorithm !== undefined && upload.algorithm !== algorithm) failOr('InvalidArgument', readBody);
  const { bytes, checksum } = readBody();
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
