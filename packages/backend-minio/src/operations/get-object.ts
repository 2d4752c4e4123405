import { isStorageError } from '@anybucket/core';
import type { ObjectInfo, RangeRequest } from '@anybucket/core';
import { StorageError, resolveRange } from '@anybucket/core/backend';
import type { DriverObject, GetCall, HeadCall, ResolvedRange } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { readConditionHeaders, readObjectInfo } from '../s3/object-headers.js';
import type { S3Client } from '../s3/s3-client.js';
import { ObjectBody } from './object-body.js';

/** Bodies up to this size are read at once: that frees their connection, and a broken connection is retried. */
const maxBufferedBytes = 64 * 1024;

/** HeadObject. */
export async function headObject(
  client: S3Client,
  bucket: string,
  key: string,
  { versionId, native, signal }: HeadCall,
): Promise<ObjectInfo> {
  const query = { ...native?.query, versionId };
  const response = await client.sendForHeaders({ method: 'HEAD', bucket, key, query, headers: native?.headers, signal, idempotent: true });
  return readObjectInfo(key, response, contentLength(response));
}

/** GetObject. */
export async function getObject(client: S3Client, bucket: string, key: string, call: GetCall): Promise<DriverObject> {
  const { range, conditions, versionId, native, signal } = call;
  const query = { ...native?.query, versionId };
  const headers = { ...native?.headers, ...readConditionHeaders(conditions) };
  const rangeHeaders = range === undefined ? {} : { range: rangeHeader(range) };
  const target = { bucket, key, query, signal, idempotent: true };
  try {
    return await client.send({ method: 'GET', ...target, headers: { ...headers, ...rangeHeaders } }, async (response) => {
      const length = contentLength(response);
      const contentRange = range === undefined ? undefined : readContentRange(response, range, length);
      const info = readObjectInfo(key, response, contentRange?.size ?? length);
      const start = contentRange?.start ?? 0;
      const requestRest = async (offset: number, restSignal: AbortSignal): Promise<HttpResponse> => {
        const rest = { start: start + offset, end: start + length };
        const restHeaders = { ...native?.headers, ...readConditionHeaders({ ifMatch: info.etag }), range: rangeHeader(rest) };
        const restQuery = { ...query, versionId: info.versionId ?? versionId };
        const request = { method: 'GET', ...target, query: restQuery, headers: restHeaders, signal: restSignal } as const;
        return client.send(request, (restResponse) => {
          readContentRange(restResponse, rest, contentLength(restResponse));
          return restResponse;
        });
      };
      const body = length <= maxBufferedBytes ? await response.bytes() : new ObjectBody(response, length, requestRest);
      return contentRange === undefined ? { info, body } : { info, range: contentRange, body };
    });
  } catch (error) {
    // For an empty object, MinIO checks the range before the condition. A HEAD without the range reports a failed condition.
    if (conditions !== undefined && isStorageError(error, 'InvalidRange')) {
      await client.sendForHeaders({ method: 'HEAD', ...target, headers });
    }
    throw error;
  }
}

function rangeHeader(range: RangeRequest): string {
  if ('suffix' in range) return `bytes=-${range.suffix}`;
  return `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}`;
}

/** @throws `NotImplemented` if the server ignored the range. */
function readContentRange(response: HttpResponse, requested: RangeRequest, length: number): ResolvedRange {
  const header = response.header('content-range');
  // MinIO sends `bytes 0--1/0` for a suffix of an empty object.
  const [, first, last, size] = /^bytes (\d+)-(-?\d+)\/(\d+)$/.exec(header ?? '') ?? [];
  if (size !== undefined) return { start: Number(first), end: Number(last) + 1, size: Number(size) };
  const range = resolveRange(requested, length);
  if (range.start === 0 && range.end === length) return range;
  response.cancel();
  throw new StorageError({
    code: 'NotImplemented',
    message: 'the server ignored the range and returned the whole object',
    status: response.status,
  });
}

function contentLength(response: HttpResponse): number {
  return Number(response.header('content-length') ?? 0);
}
