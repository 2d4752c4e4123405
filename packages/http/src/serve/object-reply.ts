import { isStorageError } from '@anybucket/core';
import { borrowChunks } from '@anybucket/core/backend';
import type { Bucket, GetOptions, ObjectInfo, RangeRequest, ResolvedRange, StoredObject } from '@anybucket/core';
import { parseHttpDate } from './dates.js';
import { parseEntityTag } from './etags.js';
import type { HttpRequest } from './http-request.js';
import { MultipartBody, isSameRange } from './multipart-body.js';
import { notModifiedHeaders, objectHeaders } from './object-headers.js';
import type { ServeOptions } from './options.js';
import { evaluatePreconditions, parsePreconditions } from './preconditions.js';
import type { Preconditions } from './preconditions.js';
import { coalesceRequests, contentRange, parseRanges, resolveRanges } from './ranges.js';
import { textReply } from './reply.js';
import type { Reply, StreamedBody } from './reply.js';

const defaultMaxRanges = 16;
/** Bodies up to this size are read before the response begins, so that a failure of the store has a status. */
const maxBufferedBytes = 64 * 1024;

/** The codes of errors that mean that there is no such object: also for a key that no object can have, and a delete marker. */
const missingCodes = new Set<string>(['NoSuchKey', 'NoSuchVersion', 'InvalidKey', 'KeyTooLongError', 'MethodNotAllowed']);

/** Returns whether an error means that there is no such object. */
function isMissing(error: unknown): boolean {
  return isStorageError(error) && missingCodes.has(error.code);
}

/** Returns the response to a method other than GET and HEAD; undefined for these. */
export function methodReply({ method }: HttpRequest): Reply | undefined {
  return method === 'GET' || method === 'HEAD' ? undefined : textReply(405, method, { Allow: 'GET, HEAD' });
}

/** Creates the response to a request for an object, including that for a missing one. @throws the other errors of the store. */
export async function objectReply(bucket: Bucket, key: string, request: HttpRequest, options: ServeOptions): Promise<Reply> {
  return (await existingObjectReply(bucket, key, request, options)) ?? missingReply(bucket, request, options);
}

/** Creates the response to a request for an object. Returns undefined if there is no such object. */
export async function existingObjectReply(
  bucket: Bucket,
  key: string,
  request: HttpRequest,
  options: ServeOptions,
): Promise<Reply | undefined> {
  const refused = methodReply(request);
  if (refused !== undefined) return refused;
  const conditions = parsePreconditions(request.header);
  if (conditions === 'malformed') return textReply(400, request.method);
  try {
    return await new ObjectReply(bucket, key, options, conditions).create(request);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Creates the response to a request for a missing object: the option `fallback`, or a line of text. */
export async function missingReply(
  bucket: Bucket,
  { method }: HttpRequest,
  { fallback, versionId: _versionId, ...options }: ServeOptions,
): Promise<Reply> {
  if (fallback !== undefined) {
    const page = await existingObjectReply(bucket, fallback, { method, header: () => undefined }, options);
    // The validators would be those of another resource.
    if (page !== undefined) return { ...page, status: 404, headers: without(page.headers, ['ETag', 'Last-Modified', 'Accept-Ranges']) };
  }
  return textReply(404, method);
}

class ObjectReply {
  readonly #bucket: Bucket;
  readonly #key: string;
  readonly #options: ServeOptions;
  readonly #conditions: Preconditions | undefined;

  constructor(bucket: Bucket, key: string, options: ServeOptions, conditions: Preconditions | undefined) {
    this.#bucket = bucket;
    this.#key = key;
    this.#options = options;
    this.#conditions = conditions;
  }

  async create({ method, header }: HttpRequest): Promise<Reply> {
    // Ranges are defined for GET only (RFC 9110, 14.2).
    if (method === 'HEAD') {
      const info = await this.#stat();
      return this.#conditionReply(info, method) ?? this.#reply(200, this.#headers(info), info.size);
    }
    const ranges = this.#requestedRanges(header('range'));
    if (ranges === undefined) return this.#whole(await this.#open({}));
    const ifRange = parseIfRange(header('if-range'));
    // Of a malformed or weak validator, the range is ignored (RFC 9110, 13.1.5).
    if (ifRange === null) return this.#whole(await this.#open({}));
    return this.#partial(ranges, ifRange);
  }

  /** Evaluates the conditions, then sends the whole object. */
  async #whole(object: StoredObject): Promise<Reply> {
    const { info } = object;
    return this.#failedCondition(object) ?? this.#reply(200, this.#headers(info), info.size, object);
  }

  async #partial(ranges: readonly RangeRequest[], ifRange: string | Date | undefined): Promise<Reply> {
    const object = await this.#openFirst(ranges, ifRange);
    if (!('bodyUsed' in object)) return object;
    // The object is not the one of `If-Range`, or empty: a `Content-Range` cannot express that.
    if (object.range === undefined || object.range.size === 0) return this.#whole(object);
    const { info } = object;
    const failed = this.#failedCondition(object);
    if (failed !== undefined) return failed;
    const parts = resolveRanges(ranges, object.range.size);
    const [only] = parts;
    const headers = this.#headers(info);
    const open = (range: ResolvedRange): Promise<StoredObject> =>
      this.#open({ range: { start: range.start, end: range.end }, ifMatch: info.etag });
    if (only === undefined || parts.length > 1) {
      const body = new MultipartBody(parts, headers['Content-Type'] ?? info.contentType, object, open);
      return this.#reply(206, { ...headers, 'Content-Type': body.contentType }, body.length, body);
    }
    const part = isSameRange(object.range, only) ? object : (await object.cancel(), await open(only));
    return this.#reply(206, { ...headers, 'Content-Range': contentRange(only) }, only.end - only.start, part);
  }

  /** Opens the first range that the object has. Returns a response if there is none. */
  async #openFirst(ranges: readonly RangeRequest[], ifRange: string | Date | undefined): Promise<StoredObject | Reply> {
    const [range] = ranges;
    try {
      return await this.#open({ range, ifRange });
    } catch (error) {
      if (!isStorageError(error, 'InvalidRange')) throw error;
    }
    // The size is needed for the response, or to find a range that the object has.
    const info = await this.#stat();
    const failed = this.#conditionReply(info, 'GET');
    if (failed !== undefined) return failed;
    const [first] = resolveRanges(ranges, info.size);
    if (first !== undefined) return this.#open({ range: { start: first.start, end: first.end }, ifRange: ifRange ?? `"${info.etag}"` });
    return textReply(416, 'GET', { 'Content-Range': `bytes */${info.size}`, 'Accept-Ranges': 'bytes' });
  }

  #requestedRanges(header: string | undefined): readonly RangeRequest[] | undefined {
    const ranges = header === undefined ? undefined : parseRanges(header);
    if (ranges === undefined || ranges.length > (this.#options.maxRanges ?? defaultMaxRanges)) return undefined;
    return coalesceRequests(ranges);
  }

  #open(options: GetOptions): Promise<StoredObject> {
    const { versionId, signal } = this.#options;
    return this.#bucket.get(this.#key, { ...options, versionId, signal });
  }

  #stat(): Promise<ObjectInfo> {
    const { versionId, signal } = this.#options;
    return this.#bucket.stat(this.#key, { versionId, signal });
  }

  #headers(info: ObjectInfo): Record<string, string> {
    return objectHeaders(this.#key, info, this.#options);
  }

  /** Releases the object if a condition fails, and returns the response, which need not wait for that. */
  #failedCondition(object: StoredObject): Reply | undefined {
    const reply = this.#conditionReply(object.info, 'GET');
    if (reply !== undefined) void object.cancel();
    return reply;
  }

  #conditionReply(info: ObjectInfo, method: string): Reply | undefined {
    const status = evaluatePreconditions(this.#conditions, info);
    if (status === undefined) return undefined;
    return status === 304 ? { status, headers: notModifiedHeaders(info, this.#options) } : textReply(status, method);
  }

  async #reply(status: number, headers: Record<string, string>, length: number, body?: StoredObject | StreamedBody): Promise<Reply> {
    const all = { ...headers, 'Content-Length': String(length) };
    if (body === undefined) return { status, headers: all };
    if (!('bytes' in body)) return { status, headers: all, body };
    return { status, headers: all, body: length <= maxBufferedBytes ? await body.bytes() : streamedBody(body) };
  }
}

function streamedBody(object: StoredObject): StreamedBody {
  return { stream: () => object.stream(), borrow: () => borrowChunks(object), cancel: () => object.cancel() };
}

/** Returns the validator of `If-Range`. Null for one that matches no object. */
function parseIfRange(header: string | undefined): string | Date | null | undefined {
  if (header === undefined) return undefined;
  const tag = parseEntityTag(header);
  if (tag !== undefined) return tag.isWeak ? null : `"${tag.opaque}"`;
  return parseHttpDate(header) ?? null;
}

function without(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
