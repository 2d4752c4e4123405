import { StorageError } from '@anybucket/core/backend';
import type { OptionSchema, OptionsSchema } from '@anybucket/core/backend';

/** Options of `MinioDatastore`. */
export interface MinioDatastoreOptions {
  /** Host name or IP address, without scheme and port. */
  readonly endPoint: string;
  /** @defaultValue 443 with `tls`, otherwise 80 */
  readonly port?: number | undefined;
  /** Uses HTTPS. @defaultValue false */
  readonly tls?: boolean | undefined;
  /** @defaultValue 'us-east-1' */
  readonly region?: string | undefined;
  /** Uses path-style URLs, `host/bucket/key`, instead of virtual-hosted-style URLs, `bucket.host/key`. @defaultValue true */
  readonly pathStyle?: boolean | undefined;
  /** Requires `secretKey`. Without credentials here and in the environment, requests are anonymous. */
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
  /** Session token of temporary credentials. */
  readonly sessionToken?: string | undefined;
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
}

const timeoutMs = { type: 'number', integer: true, min: 1, max: 2 ** 31 - 1 } as const;

/** The schema of {@link MinioDatastoreOptions} in a configuration. */
export const optionsSchema: OptionsSchema = {
  options: {
    endPoint: { type: 'string', required: true, description: 'host name or IP address of the server' },
    port: { type: 'number', integer: true, min: 1, max: 65_535, description: 'port of the server' },
    tls: { type: 'boolean', description: 'use HTTPS' },
    region: { type: 'string', description: 'region of the server' },
    pathStyle: { type: 'boolean', description: 'bucket in the path instead of the host name' },
    accessKey: { type: 'string', secret: true, requires: ['secretKey'], description: 'access key' },
    secretKey: { type: 'string', secret: true, requires: ['accessKey'], description: 'secret key' },
    sessionToken: { type: 'string', secret: true, requires: ['accessKey'], description: 'session token of temporary credentials' },
    maxConnections: { type: 'number', integer: true, min: 2, max: 65_535, description: 'maximum number of connections' },
    connectTimeoutMs: { ...timeoutMs, description: 'connect timeout in milliseconds' },
    idleTimeoutMs: { ...timeoutMs, description: 'timeout in milliseconds while no data is transferred' },
    retries: { type: 'number', integer: true, min: 0, max: 100, description: 'maximum retries of idempotent requests' },
  },
  url: {
    form: 'minio://[KEY:SECRET@]HOST[:PORT][?tls=true&region=...]',
    user: 'accessKey',
    password: 'secretKey',
    host: 'endPoint',
    port: 'port',
  },
  environment: [
    { accessKey: 'MINIO_ACCESS_KEY', secretKey: 'MINIO_SECRET_KEY' },
    { accessKey: 'AWS_ACCESS_KEY_ID', secretKey: 'AWS_SECRET_ACCESS_KEY', sessionToken: 'AWS_SESSION_TOKEN' },
  ],
};

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where credentials are looked for, for error messages. */
export const credentialSources = [
  'the options `accessKey` and `secretKey`',
  ...(optionsSchema.environment ?? []).map(({ accessKey, secretKey }) => `${accessKey} and ${secretKey}`),
].join(', ');

/**
 * Checks the options of a constructor, and completes them with the credentials of the environment if they contain none. Credentials come from
 * one source: the options, or the first pair of variables of which one is set.
 * @throws `InvalidArgument` for an unknown option or one of the wrong type; `ConfigError` for an invalid value, and for incomplete credentials.
 */
export function resolveOptions(options: MinioDatastoreOptions, env: Environment): MinioDatastoreOptions {
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
  if (options.endPoint === undefined)
    throw new StorageError({ code: 'ConfigError', message: '`endPoint` is required: the host name of the server' });
  const { accessKey, secretKey, sessionToken } = options;
  const resolved =
    accessKey === undefined && secretKey === undefined && sessionToken === undefined ? { ...options, ...readCredentials(env) } : options;
  return requireCompleteCredentials(resolved);
}

/** The values are not quoted: they may be secret. */
function checkValue(name: string, value: unknown, { type, integer, min = -Infinity, max = Infinity }: OptionSchema): void {
  if (typeof value !== type)
    throw new StorageError({ code: 'InvalidArgument', message: `\`${name}\` must be a ${type}, not a ${typeof value}` });
  if (value === '') throw new StorageError({ code: 'ConfigError', message: `\`${name}\` must not be empty` });
  const isInRange = typeof value !== 'number' || (value >= min && value <= max && (integer !== true || Number.isInteger(value)));
  if (!isInRange) throw new StorageError({ code: 'ConfigError', message: `\`${name}\` must be an integer from ${min} to ${max}` });
}

/** Reads the first set of credentials of which a variable is set. */
function readCredentials(env: Environment): Pick<MinioDatastoreOptions, 'accessKey' | 'secretKey' | 'sessionToken'> {
  for (const source of optionsSchema.environment ?? []) {
    const entries = Object.entries(source).map(([name, variable]) => [name, env[variable]] as const);
    const values = entries.filter(([, value]) => value !== undefined && value !== '');
    if (values.length > 0) return Object.fromEntries(values);
  }
  return {};
}

function requireCompleteCredentials(options: MinioDatastoreOptions): MinioDatastoreOptions {
  const { accessKey, secretKey, sessionToken } = options;
  const isIncomplete = accessKey === undefined ? (secretKey ?? sessionToken) !== undefined : secretKey === undefined;
  if (!isIncomplete) return options;
  throw new StorageError({
    code: 'ConfigError',
    message: `\`accessKey\` requires \`secretKey\` from the same source and vice versa, and \`sessionToken\` requires both (looked for in ${credentialSources})`,
  });
}

function quoteName(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100).toWellFormed()}...` : name);
}
