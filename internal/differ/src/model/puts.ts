import type { BodyPlaceholder, FetchPlaceholder, FilePlaceholder } from '../calls/call.js';
import { isPlaceholder, isPlainObject } from '../calls/call.js';
import { contentBytes } from '../calls/content.js';
import { toStoredHeaders, toStoredMetadata } from './attributes.js';
import { etagOf, md5 } from './bytes.js';
import { algorithmOf, fullChecksum, putChecksum } from './checksums.js';
import { checkWriteConditions } from './conditions.js';
import { Aborted, Failure, fail } from './failure.js';
import type { ModelRequest } from './model-request.js';
import { keyErrors } from './names.js';
import { isIntegerBetween } from './predicates.js';
import { checksumField } from './reading.js';
import { checkAttributes, toStoredTags } from './writing.js';

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
