import type { ObjectInfo } from '@anybucket/core';
import { toHttpDate, unquoteEtag } from '@anybucket/core/backend';
import { parseHttpDate } from '../protocol/dates.js';
import type { RequestHeaders } from '../protocol/request-headers.js';
import { S3Error } from '../protocol/s3-error.js';

/**
 * Evaluates the conditions of GET and HEAD in the order of MinIO. The core evaluates fewer combinations than clients send: browsers send
 * `If-None-Match` with `If-Modified-Since`. As on MinIO, a malformed date is no condition.
 *
 * @throws `NotModified`, `PreconditionFailed`, with the headers that describe the object.
 */
export function checkReadConditions(headers: RequestHeaders, info: ObjectInfo): void {
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, info)) fail('NotModified', info);
  const ifModifiedSince = dateOf(headers, 'if-modified-since');
  if (ifModifiedSince !== undefined && !isModifiedAfter(info, ifModifiedSince)) fail('NotModified', info);
  const ifMatch = headers.get('if-match');
  if (ifMatch !== undefined && !matches(ifMatch, info)) fail('PreconditionFailed', info);
  const ifUnmodifiedSince = ifMatch === undefined ? dateOf(headers, 'if-unmodified-since') : undefined;
  if (ifUnmodifiedSince !== undefined && isModifiedAfter(info, ifUnmodifiedSince)) fail('PreconditionFailed', info);
}

function matches(condition: string, { etag }: ObjectInfo): boolean {
  const unquoted = unquoteEtag(condition);
  return unquoted === '*' || unquoted === etag;
}

function dateOf(headers: RequestHeaders, name: string): Date | undefined {
  const text = headers.get(name);
  return text === undefined ? undefined : parseHttpDate(text);
}

function isModifiedAfter({ lastModified }: ObjectInfo, time: Date): boolean {
  return Math.floor(lastModified.getTime() / 1000) > Math.floor(time.getTime() / 1000);
}

function fail(code: 'NotModified' | 'PreconditionFailed', info: ObjectInfo): never {
  const headers = ['ETag', `"${info.etag}"`, 'Last-Modified', toHttpDate(info.lastModified)];
  if (info.versionId !== undefined && info.versionId !== 'null') headers.push('x-amz-version-id', info.versionId);
  if (info.expires !== undefined) headers.push('Expires', info.expires.toUTCString());
  if (info.cacheControl !== undefined) headers.push('Cache-Control', info.cacheControl);
  throw new S3Error(code, { headers });
}
