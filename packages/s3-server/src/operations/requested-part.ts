import type { ObjectInfo } from '@anybucket/core';
import { isMultipartEtag, maxParts } from '@anybucket/core/backend';
import { S3Error } from '../protocol/s3-error.js';
import type { S3Request } from '../protocol/s3-request.js';
import { invalidPartNumber } from './requested-upload.js';

/**
 * Returns the part that a GET or HEAD names, undefined for the whole object.
 *
 * @throws `InvalidRequest` if the request has a `Range` header as well, `InvalidArgument` for a number below 1,
 *   `InvalidPartNumber` above 10,000.
 */
export function requestedPart({ query, headers }: S3Request): number | undefined {
  const text = query.isEmpty ? undefined : query.get('partNumber');
  if (text === undefined || text === '') return undefined;
  if (headers.has('range'))
    throw new S3Error('InvalidRequest', { message: 'Cannot specify both Range header and partNumber query parameter' });
  const partNumber = /^[+-]?\d{1,18}$/.test(text) ? Number(text) : 0;
  if (partNumber < 1) throw invalidPartNumber();
  if (partNumber > maxParts) throw new S3Error('InvalidPartNumber');
  return partNumber;
}

/** Returns the number of parts of an object, undefined if it was not uploaded in parts. */
export function countParts({ etag }: ObjectInfo): number | undefined {
  return isMultipartEtag(etag) ? Number(etag.slice(etag.indexOf('-') + 1)) : undefined;
}

/** Returns the header with the number of parts. */
export function partsCountHeaders(info: ObjectInfo): readonly string[] {
  const count = countParts(info);
  return count === undefined ? [] : ['x-amz-mp-parts-count', String(count)];
}
