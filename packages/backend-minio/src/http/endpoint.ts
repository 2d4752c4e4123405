import { isIPv6 } from 'node:net';
import { StorageError } from '@anybucket/core/backend';

/** The address of the server, and how it expects bucket names. */
export interface Endpoint {
  readonly protocol: 'http:' | 'https:';
  readonly host: string;
  readonly port: number;
  /** True for path-style URLs, `host/bucket/key`; false for virtual-hosted-style URLs, `bucket.host/key`. */
  readonly pathStyle: boolean;
}

const hostName = /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/i;

/**
 * Returns the validated endpoint.
 * @throws `ConfigError` for an invalid host or port.
 */
export function toEndpoint(endPoint: string, port: number | undefined, tls: boolean, pathStyle: boolean): Endpoint {
  const host = endPoint.replace(/^\[(.*)\]$/, '$1');
  if (!hostName.test(host) && !isIPv6(host)) {
    throw new StorageError({
      code: 'ConfigError',
      message: '`endPoint` must be a host name or an IP address, without a scheme, a port or a path',
    });
  }
  const portNumber = port ?? (tls ? 443 : 80);
  if (!Number.isInteger(portNumber) || portNumber < 1 || portNumber > 65_535)
    throw new StorageError({ code: 'ConfigError', message: '`port` must be an integer from 1 to 65535' });
  return { protocol: tls ? 'https:' : 'http:', host, port: portNumber, pathStyle };
}

/** Returns the host and the path of an object, of a bucket without `key`, or of the service without `bucket`. */
export function requestTarget(
  { protocol, host, pathStyle }: Endpoint,
  bucket: string | undefined,
  key: string | undefined,
): { host: string; path: string } {
  const keyPath = key === undefined ? '' : encodePath(key);
  if (bucket === undefined) return { host, path: '/' };
  // A wildcard certificate for `*.host` does not cover bucket names with a dot.
  if (!pathStyle && !(protocol === 'https:' && bucket.includes('.'))) return { host: `${bucket}.${host}`, path: `/${keyPath}` };
  return { host, path: key === undefined ? `/${bucket}` : `/${bucket}/${keyPath}` };
}

/** Returns the `host` header, with the port unless it is the protocol's default. */
export function hostHeader({ protocol, port }: Endpoint, host: string): string {
  const name = isIPv6(host) ? `[${host}]` : host;
  return port === (protocol === 'https:' ? 443 : 80) ? name : `${name}:${port}`;
}

/** Percent-encodes everything except the unreserved characters of RFC 3986: letters, digits and `-._~`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Percent-encodes a path, except its slashes. */
export function encodePath(path: string): string {
  return percentEncode(path).replaceAll('%2F', '/');
}
