import { invalidArgument } from '@anybucket/core/backend';
import type { Credentials } from './auth/credentials.js';
import type { RequestRecord } from './server/request-log.js';

/** Options of {@link createHandler}. */
export interface HandlerOptions {
  /** The key pair of the clients, or several. Required, unless `anonymous` is given. */
  readonly credentials?: Credentials | readonly Credentials[] | undefined;
  /** The region that clients must sign for. @defaultValue any region; `us-east-1` is reported */
  readonly region?: string | undefined;
  /**
   * The domain for virtual-hosted-style requests: with `s3.localhost`, the host `photos.s3.localhost` names the bucket `photos`. Path-style
   * requests work as well. @defaultValue path-style requests only
   */
  readonly domain?: string | undefined;
  /**
   * The path below which the handler is mounted, such as `/s3`. Frameworks that set `originalUrl`, such as Express, need it not.
   * @defaultValue `''`
   */
  readonly basePath?: string | undefined;
  /** Origins that browsers may send requests from; `*` is any. @defaultValue `['*']`, as in MinIO */
  readonly cors?: readonly string[] | undefined;
  /** `'read'` allows requests without a signature that read objects and list buckets. @defaultValue no anonymous requests */
  readonly anonymous?: 'read' | undefined;
  /** Called when a response was sent, or its connection closed. */
  readonly onRequest?: ((record: RequestRecord) => void) | undefined;
  /** The clock for signatures, in milliseconds since the epoch. @defaultValue Date.now */
  readonly now?: (() => number) | undefined;
}

/** Options of {@link serve}. */
export interface ServeOptions extends HandlerOptions {
  /** @defaultValue 9000; 0 is any free port */
  readonly port?: number | undefined;
  /** The host name or address to listen on. Others than those of the loopback interface require `credentials`. @defaultValue '127.0.0.1' */
  readonly host?: string | undefined;
  /** Serves HTTPS. */
  readonly tls?: TlsOptions | undefined;
  /**
   * The address under which clients reach the server, for presigned URLs. A proxy in front must pass the header `Host` on.
   * @defaultValue the address of the server
   */
  readonly publicUrl?: string | undefined;
  /** Maximum number of entries of `requests`; the oldest are dropped. @defaultValue 1000 */
  readonly maxLoggedRequests?: number | undefined;
  /** Maximum number of connections. @defaultValue 16384 */
  readonly maxConnections?: number | undefined;
  /** Maximum time in milliseconds to receive the headers of a request. @defaultValue 20000 */
  readonly headersTimeoutMs?: number | undefined;
  /** Timeout in milliseconds while a client neither sends the rest of its request nor receives the response. @defaultValue 120000 */
  readonly idleTimeoutMs?: number | undefined;
  /** Time in milliseconds after which a connection without a request is closed. @defaultValue 60000 */
  readonly keepAliveTimeoutMs?: number | undefined;
}

/** The certificate of an HTTPS server, in PEM format. */
export interface TlsOptions {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

type Check = (value: unknown, name: string) => void;
type Checks<Options> = { readonly [Name in keyof Required<Options>]: Check };

const maxTimeoutMs = 2 ** 31 - 1;

const handlerChecks: Checks<HandlerOptions> = {
  credentials: checkCredentials,
  region: requireMatch(/^[A-Za-z0-9-]{1,64}$/, 'the name of a region'),
  domain: requireMatch(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'a domain name without a port'),
  basePath: requireMatch(/^(?:|(?:\/[A-Za-z0-9._~-]+)+)$/, 'a path such as `/s3`'),
  cors: requireStrings,
  anonymous: (value, name) => {
    if (value !== 'read') throw invalidArgument(`\`${name}\` must be 'read'`);
  },
  onRequest: requireFunction,
  now: requireFunction,
};

const serveChecks: Checks<ServeOptions> = {
  ...handlerChecks,
  port: requireInteger(0, 65_535),
  host: requireMatch(/^[^\s]+$/, 'a host name or an address'),
  tls: checkTls,
  publicUrl: requireHttpUrl,
  maxLoggedRequests: requireInteger(0, 10_000_000),
  maxConnections: requireInteger(1, 1_000_000),
  headersTimeoutMs: requireInteger(1, maxTimeoutMs),
  idleTimeoutMs: requireInteger(1, maxTimeoutMs),
  keepAliveTimeoutMs: requireInteger(1, maxTimeoutMs),
};

const credentialChecks: Checks<Credentials> = {
  accessKey: requireMatch(/^[^\s,=]{3,128}$/, 'a string of 3 to 128 characters without white space, `,` and `=`'),
  secretKey: requireMatch(/^[^]{8,256}$/, 'a string of 8 to 256 characters'),
  readOnly: (value, name) => {
    if (typeof value !== 'boolean') throw invalidArgument(`\`${name}\` must be a boolean`);
  },
  buckets: requireStrings,
};

const tlsChecks: Checks<TlsOptions> = { cert: requirePem, key: requirePem };

/** @throws `InvalidArgument` for an unknown option, or an option of the wrong type. */
export function checkHandlerOptions(options: HandlerOptions): void {
  checkObject(options, handlerChecks, 'the options');
}

/** @throws `InvalidArgument` for an unknown option, or an option of the wrong type. */
export function checkServeOptions(options: ServeOptions): void {
  checkObject(options, serveChecks, 'the options');
}

/** Returns the key pairs as a list. */
export function listCredentials(credentials: HandlerOptions['credentials']): readonly Credentials[] {
  if (credentials === undefined) return [];
  return isList(credentials) ? credentials : [credentials];
}

function isList(credentials: Credentials | readonly Credentials[]): credentials is readonly Credentials[] {
  return Array.isArray(credentials);
}

function checkCredentials(value: unknown): void {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const accessKeys = new Set<string>();
  for (const item of list) {
    checkObject(item, credentialChecks, 'a key pair of `credentials`');
    const { accessKey, secretKey } = item as Partial<Credentials>;
    if (accessKey === undefined || secretKey === undefined)
      throw invalidArgument('a key pair of `credentials` must have an `accessKey` and a `secretKey`');
    if (accessKeys.has(accessKey)) throw invalidArgument('the access keys of `credentials` must differ');
    accessKeys.add(accessKey);
  }
}

function checkTls(value: unknown): void {
  checkObject(value, tlsChecks, '`tls`');
  const { cert, key } = value as Partial<TlsOptions>;
  if (cert === undefined || key === undefined) throw invalidArgument('`tls` must have a `cert` and a `key`');
}

function checkObject<Options>(value: unknown, checks: Checks<Options>, description: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidArgument(`${description} must be an object`);
  for (const [name, option] of Object.entries(value)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Options] : undefined;
    if (check === undefined) {
      const known = Object.keys(checks).join(', ');
      throw invalidArgument(`unknown option ${JSON.stringify(name.slice(0, 100))} in ${description}: expected one of ${known}`);
    }
    if (option !== undefined) check(option, name);
  }
}

/** The values are not quoted: they may be secret. */
function requireMatch(pattern: RegExp, description: string): Check {
  return (value, name) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw invalidArgument(`\`${name}\` must be ${description}`);
  };
}

function requireInteger(min: number, max: number): Check {
  return (value, name) => {
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
      throw invalidArgument(`\`${name}\` must be an integer from ${min} to ${max}`);
  };
}

function requireStrings(value: unknown, name: string): void {
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string'))
    throw invalidArgument(`\`${name}\` must be an array of strings`);
}

function requireHttpUrl(value: unknown, name: string): void {
  if (typeof value !== 'string' || !/^https?:\/\/[^/?#@]+(?:\/[^?#]*)?$/.test(value) || !URL.canParse(value))
    throw invalidArgument(`\`${name}\` must be a URL such as \`https://s3.example.com\``);
}

function requireFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw invalidArgument(`\`${name}\` must be a function`);
}

function requirePem(value: unknown, name: string): void {
  if (typeof value !== 'string' && !Buffer.isBuffer(value)) throw invalidArgument(`\`${name}\` must be a string or a Buffer`);
}
