import type { ObjectInfo, ResolvedRange } from '@anybucket/core';
import { checksumHeaders } from '../protocol/checksums.js';
import type { S3Request } from '../protocol/s3-request.js';
import { partsCountHeaders } from './requested-part.js';
import { contentRange } from './requested-range.js';

/** Returns the headers of a response with a part of an object: a range, or one of the parts that were uploaded. */
export function rangeHeaders({ headers }: S3Request, info: ObjectInfo, range: ResolvedRange): readonly string[] {
  if (headers.has('range')) return ['Content-Range', contentRange(range)];
  return [...(info.size === 0 ? [] : ['Content-Range', contentRange(range)]), ...partsCountHeaders(info)];
}

/** Returns the headers with the checksum of an object, if the request asks for it. */
export function requestedChecksumHeaders({ headers }: S3Request, { checksum }: ObjectInfo): readonly string[] {
  return headers.get('x-amz-checksum-mode') === 'ENABLED' ? checksumHeaders(checksum) : [];
}
