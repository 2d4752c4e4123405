import { isIPv6 } from 'node:net';
import { StorageError } from '@anybucket/core/backend';
import { encodeStrictly } from './encode-strictly.js';

/** Where the server is. */
export interface Endpoint {
  readonly protocol: 'http:' | 'https:';
  readonly host: string;
  readonly port: number;
  /** The bucket in the path, instead of the host name. */
  readonly pathStyle: boolean;
}

const hostName = /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/i;

/** @throws `ConfigError` for what is no host, or no port. */
export function endpointOf(endPoint: string, port: number | undefined, tls: boolean, pathStyle: boolean): Endpoint {
  const host = endPoint.replace(/^\[(.*)\]$/, '$1');
  if (!hostName.test(host) && !isIPv6(host)) {
    throw new StorageError({
      code: 'ConfigError',
      message: '`endPoint` must be a host name or an IP address, without a scheme, a port or a path',
    });
  }
  const given = port ?? (tls ? 443 : 80);
  if (!Number.isInteger(given) || given < 1 || given > 65_535)
    throw new StorageError({ code: 'ConfigError', message: '`port` must be a number from 1 to 65535' });
  return { protocol: tls ? 'https:' : 'http:', host, port: given, pathStyle };
}

/** The host and the path of a bucket or an object, or of the server itself. */
export function pathOf(
  { protocol, host, pathStyle }: Endpoint,
  bucket: string | undefined,
  key: string | undefined,
): { protocol: string; host: string; path: string } {
  const object = key === undefined ? '' : encodeStrictly(key).replaceAll('%2F', '/');
  if (bucket === undefined) return { protocol, host, path: '/' };
  // A certificate for `*.host` covers no bucket with a dot.
  if (!pathStyle && !(protocol === 'https:' && bucket.includes('.'))) return { protocol, host: `${bucket}.${host}`, path: `/${object}` };
  return { protocol, host, path: key === undefined ? `/${bucket}` : `/${bucket}/${object}` };
}

/** The `host` header: the port only where it isn't the protocol's own. */
export function hostHeader({ protocol, port }: Endpoint, host: string): string {
  const name = isIPv6(host) ? `[${host}]` : host;
  return port === (protocol === 'https:' ? 443 : 80) ? name : `${name}:${port}`;
}
