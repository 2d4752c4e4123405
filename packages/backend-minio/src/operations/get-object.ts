import { isStorageError } from '@anybucket/core';
import type { ObjectInfo, RangeRequest } from '@anybucket/core';
import { StorageError, resolveRange } from '@anybucket/core/backend';
import type { DriverObject, GetCall, HeadCall, ResolvedRange } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { checksumMode } from '../s3/checksums.js';
import { readConditionHeaders, readObjectInfo } from '../s3/object-headers.js';
import { protocolError, quoteValue } from '../s3/protocol-error.js';
import type { S3Request } from '../s3/request.js';
import type { S3Client } from '../s3/s3-client.js';
import { ObjectBody } from './object-body.js';

/** Bodies up to this size are read at once: that frees their connection, and a broken connection is retried. */
const maxBufferedBytes = 64 * 1024;

const unknownSize = 'the response has no Content-Length, so the size of the object is unknown';

/** HeadObject. */
export async function headObject(client: S3Client, bucket: string, key: string, call: HeadCall): Promise<ObjectInfo> {
  const { versionId, native, signal } = call;
  const query = { ...native?.query, versionId };
  const headers = { ...checksumMode, ...native?.headers };
  const response = await client.sendForHeaders({ method: 'HEAD', bucket, key, query, headers, signal, idempotent: true });
  const contentRange = response.header('content-range');
  const size = contentRange === undefined ? readContentLength(response) : readContentRange(response, contentRange).size;
  if (size === undefined) throw protocolError(unknownSize, response);
  return readObjectInfo(key, response, size);
}

/** GetObject. */
export async function getObject(client: S3Client, bucket: string, key: string, call: GetCall): Promise<DriverObject> {
  const { range, partNumber, conditions, versionId, native, signal } = call;
  const query = { ...native?.query, versionId, partNumber: partNumber?.toString() };
  // With a part number, the server would send the checksum of that part.
  const mode = partNumber === undefined ? checksumMode : {};
  const headers = { ...mode, ...native?.headers, ...readConditionHeaders(conditions) };
  const rangeHeaders = range === undefined ? {} : { range: rangeHeader(range) };
  const target = { bucket, key, query, signal, idempotent: true } as const;
  const request: S3Request = { method: 'GET', ...target, headers: { ...headers, ...rangeHeaders } };
  try {
    return await client.send(request, async (response) => {
      const located = await locateBody(client, request, response, call);
      const info = (size: number): ObjectInfo => readObjectInfo(key, response, size);
      if (located !== undefined && located.end - located.start <= maxBufferedBytes) {
        const bytes = await response.bytes(maxBufferedBytes);
        const length = located.end - located.start;
        if (bytes.length !== length) throw protocolError(`expected a body of ${length} bytes, got ${bytes.length}`, response);
        await client.requireS3(request, response);
        return toDriverObject(info(located.size), located, call, bytes);
      }
      // From here on, the connection may be reclaimed, so other requests may be awaited.
      const stream = response.toStream();
      await client.requireS3(request, response);
      const body = located ?? wholeBody(response, range, await sizeByHead(client, bucket, info(0), call, response));
      const { etag, lastModified, versionId: sentVersionId } = info(0);
      const requestRest = async (offset: number, restSignal: AbortSignal): Promise<HttpResponse> => {
        const rest = { ...body, start: body.start + offset };
        // Files that were not stored through the server may have no ETag.
        const isSame = etag === '' ? { ifUnmodifiedSince: lastModified } : { ifMatch: etag };
        const restHeaders = { ...native?.headers, ...readConditionHeaders(isSame), range: rangeHeader(rest) };
        const restQuery = { ...query, partNumber: undefined, versionId: sentVersionId ?? versionId };
        return client.send({ ...request, query: restQuery, headers: restHeaders, signal: restSignal }, (restResponse) => {
          requireRest(restResponse, rest, etag);
          return restResponse;
        });
      };
      return toDriverObject(info(body.size), body, call, new ObjectBody(stream, body.end - body.start, requestRest));
    });
  } catch (error) {
    // MinIO checks a part number, and for an empty object the range, before the condition. A HEAD of the whole object reports a failed one.
    if (conditions !== undefined && isStorageError(error, 'InvalidRange')) {
      await client.sendForHeaders({ method: 'HEAD', ...target, query: { ...query, partNumber: undefined }, headers });
    }
    throw error;
  }
}

function rangeHeader(range: RangeRequest): string {
  if ('suffix' in range) return `bytes=-${range.suffix}`;
  return `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}`;
}

function toDriverObject(info: ObjectInfo, body: ResolvedRange, call: GetCall, content: DriverObject['body']): DriverObject {
  return requestsPart(call) ? { info, range: body, body: content } : { info, body: content };
}

function requestsPart({ range, partNumber, native }: GetCall): boolean {
  return (
    range !== undefined || partNumber !== undefined || Object.keys(native?.headers ?? {}).some((name) => name.toLowerCase() === 'range')
  );
}

/**
 * Returns the part of the object that a response contains, or undefined if its length is unknown.
 * @throws `InternalError` for another part than requested; `NotImplemented` if the server ignored the range.
 */
async function locateBody(client: S3Client, request: S3Request, response: HttpResponse, call: GetCall): Promise<ResolvedRange | undefined> {
  const length = readContentLength(response);
  const header = response.header('content-range');
  if (header === undefined) {
    if (length === undefined) return undefined;
    try {
      return wholeBody(response, call.range, length);
    } catch (error) {
      // A server that ignores the range may not be an S3 server at all.
      response.cancel();
      await client.requireS3(request, response);
      throw error;
    }
  }
  const sent = readContentRange(response, header);
  if (!requestsPart(call))
    throw protocolError(`the server sent a part of the object (${quoteValue(header)}), though all was requested`, response);
  if (call.range !== undefined && !isEqualRange(sent, clampRange(call.range, sent.size)))
    throw protocolError(`requested ${rangeHeader(call.range)}, got ${quoteValue(header)}`, response);
  if (length !== undefined && length !== sent.end - sent.start)
    throw protocolError(`the Content-Length ${length} does not match the Content-Range ${quoteValue(header)}`, response);
  return sent;
}

/** @throws `NotImplemented` if a part was requested. */
function wholeBody(response: HttpResponse, range: RangeRequest | undefined, size: number): ResolvedRange {
  const whole = { start: 0, end: size, size };
  if (range === undefined || isEqualRange(resolveRange(range, size), whole)) return whole;
  throw new StorageError({
    code: 'NotImplemented',
    message: 'the server ignored the range and returned the whole object',
    status: response.status,
  });
}

/** Requires the rest of a body that was opened before. */
function requireRest(response: HttpResponse, expected: ResolvedRange, etag: string): void {
  const header = response.header('content-range');
  const length = readContentLength(response) ?? expected.end - expected.start;
  if (header === undefined || !isEqualRange(readContentRange(response, header), expected) || length !== expected.end - expected.start)
    throw protocolError(`requested ${rangeHeader(expected)}, got ${quoteValue(header ?? 'the whole object')}`, response);
  if (readObjectInfo('', response, 0).etag !== etag) throw protocolError('the server ignored the If-Match header', response);
}

/** Returns the size from a HEAD of the object: a proxy that sends a response in chunks removes its length. */
async function sizeByHead(
  client: S3Client,
  bucket: string,
  { key, etag, versionId }: ObjectInfo,
  call: GetCall,
  response: HttpResponse,
): Promise<number> {
  const { native, signal } = call;
  const head = await headObject(client, bucket, key, { versionId: versionId ?? call.versionId, native, signal });
  if (etag === '' || head.etag !== etag) throw protocolError(unknownSize, response);
  return head.size;
}

function readContentRange(response: HttpResponse, header: string): ResolvedRange {
  // MinIO sends `bytes 0--1/0` for a suffix of an empty object, Garage the same without a sign.
  const [, first, last, total] =
    /^bytes (\d{1,16})-(-1|\d{1,16})\/(\d{1,16})$/.exec(header.replace('-18446744073709551615/', '--1/')) ?? [];
  const range = { start: Number(first), end: Number(last) + 1, size: Number(total) };
  if (!(range.start <= range.end && range.end <= range.size)) throw protocolError(`invalid Content-Range ${quoteValue(header)}`, response);
  return range;
}

/** Returns undefined without the header. */
function readContentLength(response: HttpResponse): number | undefined {
  const header = response.header('content-length');
  if (header === undefined) return undefined;
  const length = Number(header);
  if (!Number.isSafeInteger(length) || length < 0) throw protocolError(`invalid Content-Length ${quoteValue(header)}`, response);
  return length;
}

/** Like `resolveRange`, for a size that may be a lie. */
function clampRange(range: RangeRequest, size: number): ResolvedRange | undefined {
  try {
    return resolveRange(range, size);
  } catch {
    return undefined;
  }
}

function isEqualRange(a: ResolvedRange, b: ResolvedRange | undefined): boolean {
  return a.start === b?.start && a.end === b.end && a.size === b.size;
}
