import type { RequestHeaders } from '../protocol/request-headers.js';
import type { S3Response } from '../protocol/s3-response.js';
import { emptyResponse } from '../protocol/s3-response.js';

const methods = 'GET, PUT, HEAD, POST, DELETE';
const exposedHeaders =
  'Date, ETag, Server, Accept-Ranges, Content-Range, Content-Encoding, Content-Length, Content-Type, Content-Disposition, Last-Modified, ' +
  'Content-Language, Cache-Control, Retry-After, Expires, x-amz-request-id, x-amz-id-2, x-amz-version-id, x-amz-delete-marker, ' +
  'x-amz-tagging-count, x-amz-bucket-region';

/** Returns the headers that let a browser use a response, or none for another origin. */
export function corsHeaders(headers: RequestHeaders, origins: readonly string[]): readonly string[] {
  const origin = headers.get('origin');
  if (origin === undefined) return [];
  const vary = ['Vary', 'Origin'];
  if (!isAllowed(origin, origins)) return vary;
  const allowed = ['Access-Control-Allow-Origin', origin === 'null' ? '*' : origin, 'Access-Control-Allow-Credentials', 'true'];
  return [...vary, ...allowed, 'Access-Control-Expose-Headers', exposedHeaders];
}

/** Returns whether a request is a preflight, which browsers send before those that need permission. */
export function isPreflight(method: string, headers: RequestHeaders): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');
}

/** Returns the response to a preflight. The headers of {@link corsHeaders} are added to it. */
export function preflightResponse(headers: RequestHeaders, origins: readonly string[]): S3Response {
  const vary = ['Vary', 'Access-Control-Request-Method', 'Vary', 'Access-Control-Request-Headers'];
  if (!isAllowed(headers.get('origin') ?? '', origins)) return emptyResponse(204, vary);
  const requested = headers.get('access-control-request-headers');
  const allowed = [...vary, 'Access-Control-Allow-Methods', methods];
  if (requested !== undefined && /^[\w!#$%&'*+.^`|~, -]*$/.test(requested)) allowed.push('Access-Control-Allow-Headers', requested);
  return emptyResponse(204, allowed);
}

function isAllowed(origin: string, origins: readonly string[]): boolean {
  return /^[!-~]+$/.test(origin) && (origins.includes('*') || origins.includes(origin));
}
