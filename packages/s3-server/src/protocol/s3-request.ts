import type { IncomingMessage } from 'node:http';
import { decodePercent } from './percent-encoding.js';
import { QueryParameters } from './query-parameters.js';
import { readRequestHeaders } from './request-headers.js';
import type { RequestHeaders } from './request-headers.js';
import { S3Error } from './s3-error.js';

/** The parsed head of a request. */
export interface S3Request {
  readonly method: string;
  /** The decoded path that the client signed, which may begin with the path at which the handler is mounted. */
  readonly signedPath: string;
  /** The path that the client signed, with percent-encoding. */
  readonly encodedPath: string;
  /** The decoded path below the mount point, for error documents. */
  readonly path: string;
  /** Scheme, host and port as the client sees them, for URLs in responses. */
  readonly origin: string;
  readonly query: QueryParameters;
  readonly headers: RequestHeaders;
  /** The bucket in the host name; undefined for path-style requests. */
  readonly hostBucket: string | undefined;
  /** Empty for requests to the service. */
  readonly bucket: string;
  /** Empty for requests to the service or to a bucket. */
  readonly key: string;
}

/** How the target of a request is resolved. */
export interface RequestTargetOptions {
  /** The domain below which the first label of a host name is a bucket, in lower case. */
  readonly domain: string | undefined;
  /** The path below which the service is mounted, without a slash at its end. Empty for none. */
  readonly basePath: string;
  /** Whether keys are used as they are. */
  readonly anyKeys: boolean;
}

/** The longest request target. A key of 1024 bytes takes up to 3 KiB. */
const maxTargetLength = 16 * 1024;

/**
 * Parses the head of a request: path-style, or virtual-hosted-style below the domain.
 *
 * @throws `BadRequest` if the target is too long or its percent-encoding is malformed, `XMinioInvalidObjectName` if it is not valid UTF-8, `InvalidRequest` if the query string
 *   is malformed.
 */
export function parseRequest(message: IncomingMessage, { domain, basePath, anyKeys }: RequestTargetOptions): S3Request {
  const headers = readRequestHeaders(message.rawHeaders);
  const url = relativeTarget(message.url ?? '/');
  if (url.length > maxTargetLength) throw new S3Error('BadRequest', { message: 'The request URI is too long' });
  const [path, query] = splitTarget(url);
  const parameters = QueryParameters.parse(query);
  if (parameters === undefined) throw new S3Error('InvalidRequest', { message: 'The query string is not correctly encoded' });
  const encodedPath = signedTarget(message, path);
  const servicePath = basePath === '' ? decodePath(path) : removeBasePath(decodePath(path), basePath);
  const hostBucket = domain === undefined ? undefined : bucketOfHost(headers.get('host'), domain);
  return {
    method: message.method ?? 'GET',
    signedPath: decodePath(encodedPath),
    encodedPath,
    path: servicePath,
    origin: `${'encrypted' in message.socket ? 'https' : 'http'}://${headers.get('host') ?? ''}`,
    query: parameters,
    headers,
    hostBucket,
    ...locate(servicePath, hostBucket, anyKeys),
  };
}

/** Returns the target without scheme and host, which a proxy request has. */
function relativeTarget(url: string): string {
  if (url.startsWith('/')) return url;
  const [, path] = /^https?:\/\/[^/?]*([^]*)$/i.exec(url) ?? [];
  return path === undefined ? `/${url}` : path.startsWith('/') ? path : `/${path}`;
}

function splitTarget(url: string): [path: string, query: string] {
  const index = url.indexOf('?');
  return index < 0 ? [url, ''] : [url.slice(0, index), url.slice(index + 1)];
}

/** Returns the path before a framework removed the path at which the handler is mounted. */
function signedTarget(message: IncomingMessage, path: string): string {
  const original = 'originalUrl' in message && typeof message.originalUrl === 'string' ? message.originalUrl : undefined;
  return original === undefined ? path : splitTarget(relativeTarget(original))[0];
}

function decodePath(path: string): string {
  // Raw bytes beyond ASCII arrive as one character each.
  const text = /[\x80-\xff]/.test(path) ? Buffer.from(path, 'latin1').toString() : path;
  if (/%(?![0-9a-f]{2})/i.test(text))
    throw new S3Error('BadRequest', { message: 'The request URI is not correctly encoded', headers: ['Connection', 'close'] });
  const decoded = decodePercent(text);
  if (decoded === undefined) throw new S3Error('XMinioInvalidObjectName');
  return decoded;
}

function removeBasePath(path: string, basePath: string): string {
  if (path === basePath) return '/';
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
}

function bucketOfHost(host: string | undefined, domain: string): string | undefined {
  const name = host?.replace(/:\d+$/, '').toLowerCase();
  return name?.endsWith(`.${domain}`) === true ? name.slice(0, -domain.length - 1) : undefined;
}

function locate(path: string, hostBucket: string | undefined, anyKeys: boolean): { bucket: string; key: string } {
  if (hostBucket !== undefined) return { bucket: hostBucket, key: normaliseKey(path.slice(1), anyKeys) };
  const slash = path.indexOf('/', 1);
  if (slash < 0) return { bucket: path.slice(1), key: '' };
  return { bucket: path.slice(1, slash), key: normaliseKey(path.slice(slash + 1), anyKeys) };
}

/** As MinIO, drops leading slashes, and then also the repeated slashes of the rest, unless any key is accepted. */
export function normaliseKey(key: string, anyKeys: boolean): string {
  return key.startsWith('/') && !anyKeys ? key.replace(/\/{2,}/g, '/').slice(1) : key;
}
