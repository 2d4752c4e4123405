import { isIPv6 } from 'node:net';
import { StorageError } from '@anybucket/core/backend';

/** The address of the server, and how it expects bucket names. */
export interface Endpoint {
  readonly protocol: 'http:' | 'https:';
  readonly host: string;
  readonly port: number;
  /** True for path-style URLs, `host/bucket/key`; false for virtual-hosted-style URLs, `bucket.host/key`. */
  readonly pathStyle: boolean;
  /** Precedes the path of every request: empty, or `/` and segments without a slash at the end. Percent-encoded. */
  readonly pathPrefix: string;
}

/** The options that an endpoint is parsed from. */
export interface EndpointOptions {
  /** A host, `host:port`, or a URL. */
  readonly endPoint: string;
  readonly port?: number | undefined;
  readonly tls?: boolean | undefined;
  readonly pathPrefix?: string | undefined;
  readonly pathStyle: boolean;
}

const hostName = /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/i;
const authority = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/;

/**
 * Parses an endpoint. Errors contain nothing of it: a malformed URL may contain credentials.
 * @param name the option or variable that contains the endpoint, for errors.
 * @throws `ConfigError`
 */
export function parseEndpoint({ endPoint, port, tls, pathPrefix, pathStyle }: EndpointOptions, name = 'endPoint'): Endpoint {
  const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(endPoint) ?? [];
  const protocol = scheme?.toLowerCase();
  if (protocol !== undefined && protocol !== 'http' && protocol !== 'https')
    throw configError(`\`${name}\` must begin with http:// or https://, or contain only a host and a port`);
  if (rest.includes('@')) throw configError(`\`${name}\` must not contain credentials: set \`accessKey\` and \`secretKey\``);
  if (/[?#]/.test(rest)) throw configError(`\`${name}\` must not contain a query or a fragment`);
  const usesTls = protocol === undefined ? (tls ?? false) : protocol === 'https';
  if (tls !== undefined && tls !== usesTls) throw configError(`\`tls: ${tls}\` contradicts \`${name}\`, which begins with ${protocol}://`);
  const slash = rest.indexOf('/');
  const { host, port: ownPort } = parseAuthority(slash === -1 ? rest : rest.slice(0, slash), name);
  if (port !== undefined && ownPort !== undefined && port !== ownPort)
    throw configError(`\`port\` and the port of \`${name}\` differ: ${port} and ${ownPort}`);
  const ownPrefix = slash === -1 ? '' : toPathPrefix(rest.slice(slash), name);
  if (pathPrefix !== undefined && ownPrefix !== '') throw configError(`\`pathPrefix\` and a path in \`${name}\` exclude each other`);
  return {
    protocol: usesTls ? 'https:' : 'http:',
    host,
    port: ownPort ?? port ?? (usesTls ? 443 : 80),
    pathPrefix: pathPrefix === undefined ? ownPrefix : toPathPrefix(pathPrefix, 'pathPrefix'),
    pathStyle,
  };
}

function parseAuthority(text: string, name: string): { host: string; port: number | undefined } {
  if (isIPv6(text)) return { host: text, port: undefined };
  const [, ipv6, plain = '', digits] = authority.exec(text) ?? [];
  const host = ipv6 ?? plain;
  const port = digits === undefined ? undefined : Number(digits);
  const isValid = ipv6 === undefined ? hostName.test(plain) : isIPv6(ipv6);
  if (isValid && (port === undefined || (port >= 1 && port <= 65_535))) return { host, port };
  throw configError(`\`${name}\` must be a host name or an IP address, with or without a port, or an http or https URL`);
}

/** Encodes a path that may be percent-encoded already. */
function toPathPrefix(path: string, name: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.some((segment) => segment === '.' || segment === '..'))
    throw configError(`the path of \`${name}\` must not contain "." or ".."`);
  try {
    return segments.map((segment) => `/${percentEncode(decodeURIComponent(segment))}`).join('');
  } catch {
    throw configError(`the path of \`${name}\` contains a \`%\` that does not begin a percent-encoded character`);
  }
}

const awsHost = /^(s3(?:-fips)?(?:\.dualstack)?)(?:[.-]([a-z]{2}(?:-[a-z]+)+-\d+))?(\.amazonaws\.com(?:\.cn)?)$/i;

/** Returns the region in the host name of an endpoint of AWS. */
export function regionOfHost(host: string): string | undefined {
  return awsHost.exec(host)?.[2]?.toLowerCase();
}

/** Returns true for an endpoint of AWS. */
export function isAwsHost(host: string): boolean {
  return awsHost.test(host);
}

/** Returns the endpoint of a region: on AWS each has a host of its own; other servers serve all of theirs. */
export function endpointOfRegion(endpoint: Endpoint, region: string): Endpoint {
  const [, service, hostRegion, domain] = awsHost.exec(endpoint.host) ?? [];
  if (service === undefined || (hostRegion ?? 'us-east-1') === region) return endpoint;
  return { ...endpoint, host: `${service}.${region}${domain}` };
}

/** Returns the URL of the endpoint of AWS for a region. */
export function awsEndPoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Returns the URL of the security token service of AWS for a region. */
export function awsStsUrl(region: string): string {
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Returns the host and the path of an object, of a bucket without `key`, or of the service without `bucket`. The path has no prefix. */
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
export function hostHeader({ protocol, port }: Pick<Endpoint, 'protocol' | 'port'>, host: string): string {
  const name = host.includes(':') ? `[${host}]` : host;
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

function configError(message: string): StorageError {
  return new StorageError({ code: 'ConfigError', message });
}
