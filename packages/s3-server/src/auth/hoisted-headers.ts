import { encodeUtf8Header } from '../protocol/request-headers.js';
import type { S3Request } from '../protocol/s3-request.js';

const objectHeaders = new Set(['content-type', 'cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires']);
/** Parameters of the signature, and checksums: SDKs add that of an empty payload to presigned URLs. */
const notHoisted =
  /^x-amz-(?:algorithm|credential|signature|date|signedheaders|expires|security-token|content-sha256|trailer|decoded-content-length|checksum-(?:crc|sha).*)$/;

/**
 * Returns a presigned request with the headers that SDKs move to its query. They are signed as parameters. Headers of the request take
 * precedence.
 */
export function withHoistedHeaders(request: S3Request): S3Request {
  const { query } = request;
  if (query.isEmpty || !query.has('X-Amz-Signature')) return request;
  const headers = new Map(request.headers);
  for (const [name, value] of query) {
    const header = name.toLowerCase();
    const isHoisted = objectHeaders.has(header) || (header.startsWith('x-amz-') && !notHoisted.test(header));
    if (isHoisted && !headers.has(header)) headers.set(header, encodeUtf8Header(value));
  }
  return { ...request, headers };
}
