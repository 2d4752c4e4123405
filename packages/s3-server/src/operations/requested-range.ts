import type { RangeRequest, ResolvedRange } from '@anybucket/core';
import { S3Error } from '../protocol/s3-error.js';

const single = /^bytes=(\d*)-(\d*)$/;

/**
 * Parses a `Range` header. As on MinIO, a header that is malformed or names several ranges is ignored.
 *
 * @returns undefined for the whole object.
 * @throws `InvalidRange` if the range is empty.
 */
export function parseRange(header: string | undefined): RangeRequest | undefined {
  const [, first, last] = header === undefined ? [] : (single.exec(header) ?? []);
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    if (Number(last) === 0) throw new S3Error('InvalidRange');
    return { suffix: clamp(last) };
  }
  if (last === '') return { start: clamp(first) };
  if (Number(last) < Number(first)) throw new S3Error('InvalidRange');
  return { start: clamp(first), end: clamp(last) + 1 };
}

/** Creates the error of a range that an object does not have. */
export function rangeError(header: string, size: number): S3Error {
  const [, first = '', last = ''] = single.exec(header) ?? [];
  const requested = first === '' ? `-${last}-` : `${first}-${last === '' ? '-1' : last}`;
  return new S3Error('InvalidRange', {
    message: `The requested range 'bytes=${requested}' is not satisfiable`,
    headers: ['Content-Range', `bytes */${size}`],
    elements: { ActualObjectSize: String(size), RangeRequested: requested },
  });
}

/** Returns the value of a `Content-Range` header. That of an empty range, which a suffix of an empty object has, is as on MinIO. */
export function contentRange({ start, end, size }: ResolvedRange): string {
  return `bytes ${start}-${end - 1}/${size}`;
}

function clamp(digits: string): number {
  return Math.min(Number(digits), Number.MAX_SAFE_INTEGER - 1);
}
