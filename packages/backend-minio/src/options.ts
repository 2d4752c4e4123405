import type { Agent } from 'node:http';
import { StorageError } from '@anybucket/core/backend';
import type { KeyRules, OptionSchema, OptionsSchema } from '@anybucket/core/backend';
import { credentialSourceNames } from './credentials/credential-supply.js';
import type { CredentialFunction, CredentialSet, CredentialSourceName } from './credentials/credential-supply.js';
import type { RetryEvent } from './diagnostics.js';
import { readVariable } from './environment.js';
import type { Environment } from './environment.js';
import { awsEndPoint, parseEndpoint, regionOfHost } from './http/endpoint.js';
import type { Endpoint } from './http/endpoint.js';
import { serverNames } from './server/server-profiles.js';
import type { ServerName } from './server/server-profiles.js';

/** Options of `MinioDatastore`. */
export interface MinioDatastoreOptions {
  /**
   * The server: a host name or IP address (`minio.internal`, `::1`), with a port (`localhost:9000`, `[::1]:9000`), or a URL
   * (`https://s3.eu-west-1.amazonaws.com`, `http://localhost:9000/s3`). @defaultValue `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, or the
   * endpoint of AWS for the region if one is set
   */
  readonly endPoint?: string | undefined;
  /** @defaultValue 443 with `tls`, otherwise 80 */
  readonly port?: number | undefined;
  /** Uses HTTPS. @defaultValue false, unless `endPoint` is an `https` URL or the configuration names the backend `s3` */
  readonly tls?: boolean | undefined;
  /** The path of the S3 service on the server. It is not a bucket. @defaultValue the path of `endPoint` */
  readonly pathPrefix?: string | undefined;
  /**
   * Whether a reverse proxy removes the path prefix, so that requests must be signed without it. @defaultValue detected from a response;
   * until then, presigned URLs are signed with the prefix
   */
  readonly stripsPathPrefix?: boolean | undefined;
  /** @defaultValue the region in `endPoint`, `AWS_REGION`, `AWS_DEFAULT_REGION`, or 'us-east-1' */
  readonly region?: string | undefined;
  /** Uses path-style URLs, `host/bucket/key`, instead of virtual-hosted-style URLs, `bucket.host/key`. @defaultValue true */
  readonly pathStyle?: boolean | undefined;
  /** The URL under which clients reach the server, for presigned URLs. @defaultValue that of `endPoint` */
  readonly publicUrl?: string | undefined;
  /**
   * The make of the server, which determines the capabilities of the datastore. `generic` is any other make: each capability is tested before
   * it is used. @defaultValue detected from the address and the responses of the server
   */
  readonly server?: ServerName | undefined;
  /**
   * A set of credentials, a function that returns one, or the name of a source. `default` looks for credentials in environment variables,
   * shared files and profiles of AWS, a web identity, the container and instance metadata. `anonymous` sends requests without a signature.
   * @defaultValue `accessKey` and `secretKey` if given, otherwise `profile` if given, otherwise 'default'
   */
  readonly credentials?: CredentialSourceName | CredentialSet | CredentialFunction | undefined;
  /** A profile of the shared files of AWS. @defaultValue `AWS_PROFILE`, or 'default' */
  readonly profile?: string | undefined;
  /** Short form of `credentials`. Requires `secretKey`. */
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
  /** Session token of temporary credentials. */
  readonly sessionToken?: string | undefined;
  /**
   * Certificate authorities to trust instead of those of Node: PEM, or the path of a PEM file. @defaultValue the file `AWS_CA_BUNDLE` names
   */
  readonly ca?: string | undefined;
  /** Client certificate: PEM, or the path of a PEM file. Requires `key`. */
  readonly cert?: string | undefined;
  /** Private key of the client certificate: PEM, or the path of a PEM file. Requires `cert`. */
  readonly key?: string | undefined;
  /**
   * The URL of an HTTP proxy; false for none. @defaultValue `HTTPS_PROXY` or `HTTP_PROXY`, depending on `tls`, unless `NO_PROXY` contains the
   * host or the host is a loopback address
   */
  readonly proxy?: string | false | undefined;
  /** Opens the connections, instead of an agent of the datastore. Excludes `ca`, `cert`, `key` and `proxy`. It is not closed. */
  readonly agent?: Agent | undefined;
  /**
   * Maximum number of connections to the server, at least 2. Further requests wait in the order of their arrival. While requests wait, the
   * connection of a body whose reader pauses is closed, and the rest of the body is requested when it is read. @defaultValue 50
   */
  readonly maxConnections?: number | undefined;
  /** Connect timeout in milliseconds, including the TLS handshake. @defaultValue 10000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Timeout in milliseconds while the server neither sends nor receives data. Pauses of a reader or a source do not count. @defaultValue 60000 */
  readonly idleTimeoutMs?: number | undefined;
  /** Maximum retries of idempotent requests. @defaultValue 3 */
  readonly retries?: number | undefined;
  /**
   * Called before an attempt is repeated, for logging. Exceptions that it throws are uncaught. The channels of `node:diagnostics_channel` in
   * the README report all calls. @defaultValue none
   */
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  /**
   * The rules for keys: `s3` admits every key of S3, such as `/a` and `a//b`, and sets the trait `anyKeys`. MinIO does not support it: calls then
   * fail with `NotImplemented`. @defaultValue 'portable'
   */
  readonly keys?: KeyRules | undefined;
}

const timeoutMs = { type: 'number', integer: true, min: 1, max: 2 ** 31 - 1 } as const;

/** The schema of {@link MinioDatastoreOptions} in a configuration. */
export const optionsSchema: OptionsSchema = {
  options: {
    endPoint: { type: 'string', description: 'host of the server, with or without a port, or its URL' },
    port: { type: 'number', integer: true, min: 1, max: 65_535, description: 'port of the server' },
    tls: { type: 'boolean', description: 'use HTTPS' },
    pathPrefix: { type: 'string', description: 'path of the S3 service on the server' },
    stripsPathPrefix: { type: 'boolean', description: 'a reverse proxy removes the path prefix' },
    region: { type: 'string', description: 'region of the server' },
    pathStyle: { type: 'boolean', description: 'bucket in the path instead of the host name' },
    publicUrl: { type: 'string', description: 'URL of the server in presigned URLs' },
    server: { type: 'string', values: serverNames, description: 'make of the server' },
    credentials: {
      type: ['string', 'object', 'function'],
      values: credentialSourceNames,
      secret: true,
      description: 'source of the credentials, or an object with `accessKey` and `secretKey`',
    },
    profile: { type: 'string', description: 'profile of the shared files of AWS' },
    accessKey: { type: 'string', secret: true, requires: ['secretKey'], description: 'access key' },
    secretKey: { type: 'string', secret: true, requires: ['accessKey'], description: 'secret key' },
    sessionToken: { type: 'string', secret: true, requires: ['accessKey'], description: 'session token of temporary credentials' },
    ca: { type: 'string', path: true, pem: true, description: 'certificate authorities: a PEM file' },
    cert: { type: 'string', path: true, pem: true, requires: ['key'], description: 'client certificate: a PEM file' },
    key: {
      type: 'string',
      path: true,
      pem: true,
      secret: true,
      requires: ['cert'],
      description: 'key of the client certificate: a PEM file',
    },
    proxy: { type: ['string', 'boolean'], secret: true, description: 'URL of an HTTP proxy, or false' },
    agent: { type: 'object', codeOnly: true, description: 'an agent of node:http or node:https' },
    maxConnections: { type: 'number', integer: true, min: 2, max: 65_535, description: 'maximum number of connections' },
    connectTimeoutMs: { ...timeoutMs, description: 'connect timeout in milliseconds' },
    idleTimeoutMs: { ...timeoutMs, description: 'timeout in milliseconds while no data is transferred' },
    retries: { type: 'number', integer: true, min: 0, max: 100, description: 'maximum retries of idempotent requests' },
    onRetry: { type: 'function', description: 'a function that is called before a retry' },
    keys: { type: 'string', values: ['portable', 's3'], description: 'rules for keys; s3 on servers other than MinIO' },
  },
  url: {
    form: 'minio://[KEY:SECRET@]HOST[:PORT][?tls=true&region=...]',
    user: 'accessKey',
    password: 'secretKey',
    host: 'endPoint',
    port: 'port',
    path: 'pathPrefix',
  },
};

/** The options with all that follows from them and the environment. */
export interface ResolvedOptions extends Omit<MinioDatastoreOptions, 'endPoint' | 'publicUrl' | 'credentials' | 'region'> {
  readonly endpoint: Endpoint;
  /** The endpoint of presigned URLs. */
  readonly publicEndpoint: Endpoint;
  readonly region: string;
  readonly credentials: CredentialSourceName | CredentialSet | CredentialFunction;
}

/**
 * Checks the options of a constructor, and completes them from the environment.
 * @throws `InvalidArgument` for an unknown option or one of the wrong type; `ConfigError` for an invalid value, and for options that
 *   contradict each other.
 */
export function resolveOptions(options: MinioDatastoreOptions, env: Environment): ResolvedOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new StorageError({ code: 'InvalidArgument', message: 'the options must be an object' });
  for (const [name, value] of Object.entries(options)) {
    const option = Object.hasOwn(optionsSchema.options, name) ? optionsSchema.options[name] : undefined;
    if (option === undefined) {
      const known = Object.keys(optionsSchema.options).join(', ');
      throw new StorageError({ code: 'InvalidArgument', message: `unknown option ${quoteName(name)}: expected one of ${known}` });
    }
    if (value !== undefined) checkValue(name, value, option);
  }
  requireTogether(options, 'cert', 'key');
  if (options.agent !== undefined) {
    for (const name of ['ca', 'cert', 'key', 'proxy'] as const)
      if (options[name] !== undefined) throw configError(`\`agent\` and \`${name}\` exclude each other: set it in the agent`);
  }
  const { publicUrl, pathStyle = true } = options;
  const regionOfEnv = options.region ?? readVariable(env, 'AWS_REGION') ?? readVariable(env, 'AWS_DEFAULT_REGION');
  const endpoint = resolveEndpoint({ ...options, pathStyle }, regionOfEnv, env);
  if (publicUrl !== undefined && !/^https?:\/\//i.test(publicUrl)) throw configError('`publicUrl` must be an http or https URL');
  const region = options.region ?? regionOfHost(endpoint.host) ?? regionOfEnv ?? 'us-east-1';
  if (!/^[\w-]+$/.test(region)) throw configError('`region` (or AWS_REGION) must be the name of a region, such as eu-west-1');
  return {
    ...options,
    endpoint,
    publicEndpoint: publicUrl === undefined ? endpoint : parseEndpoint({ endPoint: publicUrl, pathStyle }, 'publicUrl'),
    region,
    credentials: resolveCredentials(options),
    ca: options.ca ?? readVariable(env, 'AWS_CA_BUNDLE'),
  };
}

/** An endpoint of the environment is used only without the options `endPoint`, `port` and `pathPrefix`. */
function resolveEndpoint(
  options: MinioDatastoreOptions & { readonly pathStyle: boolean },
  region: string | undefined,
  env: Environment,
): Endpoint {
  const { endPoint, port, pathPrefix, tls, pathStyle } = options;
  if (endPoint !== undefined) return parseEndpoint({ endPoint, port, tls, pathPrefix, pathStyle });
  if (port !== undefined || pathPrefix !== undefined) throw configError('`port` and `pathPrefix` require `endPoint`');
  for (const variable of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    const url = readVariable(env, variable);
    if (url !== undefined) return parseEndpoint({ endPoint: url, pathStyle }, variable);
  }
  if (region !== undefined) return parseEndpoint({ endPoint: awsEndPoint(region), pathStyle });
  throw configError('`endPoint` is required: the host or URL of the server; for AWS, `region` is enough');
}

function resolveCredentials(options: MinioDatastoreOptions): ResolvedOptions['credentials'] {
  const { credentials, profile, accessKey, secretKey, sessionToken } = options;
  const isGiven = accessKey !== undefined || secretKey !== undefined || sessionToken !== undefined;
  if (isGiven && credentials !== undefined) throw configError('`credentials` and `accessKey` exclude each other');
  if (profile !== undefined && (isGiven || (credentials !== undefined && credentials !== 'profile' && credentials !== 'default')))
    throw configError('`profile` and other credentials exclude each other');
  if (!isGiven) return credentials ?? (profile === undefined ? 'default' : 'profile');
  if (accessKey !== undefined && secretKey !== undefined) return { accessKey, secretKey, sessionToken };
  throw configError('`accessKey` requires `secretKey` and vice versa, and `sessionToken` requires both');
}

function requireTogether(options: MinioDatastoreOptions, first: 'cert', second: 'key'): void {
  if ((options[first] === undefined) === (options[second] === undefined)) return;
  throw configError(`\`${first}\` requires \`${second}\` and vice versa`);
}

/** The values are not quoted: they may be secret. */
function checkValue(name: string, value: unknown, { type, values, integer, min = -Infinity, max = Infinity }: OptionSchema): void {
  const types: readonly string[] = [type].flat();
  if (!types.includes(typeof value) || value === null)
    throw new StorageError({ code: 'InvalidArgument', message: `\`${name}\` must be a ${types.join(' or ')}, not a ${typeof value}` });
  if (value === '') throw configError(`\`${name}\` must not be empty`);
  if (typeof value === 'string' && values !== undefined && !values.includes(value))
    throw configError(`\`${name}\` must be one of ${values.join(', ')}${types.length > 1 ? ', or an object or a function' : ''}`);
  const isInRange = typeof value !== 'number' || (value >= min && value <= max && (integer !== true || Number.isInteger(value)));
  if (!isInRange) throw configError(`\`${name}\` must be an integer from ${min} to ${max}`);
}

function configError(message: string): StorageError {
  return new StorageError({ code: 'ConfigError', message });
}

function quoteName(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100).toWellFormed()}...` : name);
}
