import { isStorageError } from '@anybucket/core';
import type { ObjectInfo, RangeRequest } from '@anybucket/core';
import { StorageError, resolveRange } from '@anybucket/core/backend';
import type { DriverObject, GetCall, HeadCall, ResolvedRange } from '@anybucket/core/backend';
import type { Answer } from '../http/answer.js';
import type { S3Server } from '../http/s3-server.js';
import { infoOf, readConditionHeaders } from '../wire/object-headers.js';

/** Bodies up to this many bytes are read at once: their connection is free for the next call, and a break is mended by a repetition. */
const readAtOnce = 64 * 1024;

/** HeadObject. */
export async function headObject(
  server: S3Server,
  bucket: string,
  key: string,
  { versionId, native, signal }: HeadCall,
): Promise<ObjectInfo> {
  const query = { ...native?.query, versionId };
  const answer = await server.headers({ method: 'HEAD', bucket, key, query, headers: native?.headers, signal, repeatable: true });
  return infoOf(key, answer, contentLength(answer));
}

/** GetObject. */
export async function getObject(server: S3Server, bucket: string, key: string, call: GetCall): Promise<DriverObject> {
  const { range, conditions, versionId, native, signal } = call;
  const query = { ...native?.query, versionId };
  const conditionHeaders = readConditionHeaders(conditions);
  const headers = { ...native?.headers, ...conditionHeaders, range: range === undefined ? undefined : rangeHeader(range) };
  try {
    return await server.send({ method: 'GET', bucket, key, query, headers, signal, repeatable: true }, async (answer) => {
      const length = contentLength(answer);
      const answered = range === undefined ? undefined : answeredRange(answer, range, length);
      const info = infoOf(key, answer, answered?.size ?? length);
      const opened = answered === undefined ? { info } : { info, range: answered };
      return { ...opened, body: length <= readAtOnce ? await answer.bytes() : answer.release() };
    });
  } catch (error) {
    // Of an empty object MinIO refuses a range before it looks at the condition. A HEAD tells the condition's refusal, if it is one.
    if (conditions !== undefined && isStorageError(error, 'InvalidRange')) {
      await server.headers({
        method: 'HEAD',
        bucket,
        key,
        query,
        headers: { ...native?.headers, ...conditionHeaders },
        signal,
        repeatable: true,
      });
    }
    throw error;
  }
}

function rangeHeader(range: RangeRequest): string {
  if ('suffix' in range) return `bytes=-${range.suffix}`;
  return `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}`;
}

function answeredRange(answer: Answer, asked: RangeRequest, length: number): ResolvedRange {
  const header = answer.header('content-range');
  // The suffix of an empty object is `bytes 0--1/0`.
  const [, first, last, size] = /^bytes (\d+)-(-?\d+)\/(\d+)$/.exec(header ?? '') ?? [];
  if (size !== undefined) return { start: Number(first), end: Number(last) + 1, size: Number(size) };
  const range = resolveRange(asked, length);
  if (range.start === 0 && range.end === length) return range;
  answer.cancel();
  throw new StorageError({
    code: 'NotImplemented',
    message: 'the server answered with the whole object instead of the range',
    status: answer.status,
  });
}

function contentLength(answer: Answer): number {
  return Number(answer.header('content-length') ?? 0);
}
