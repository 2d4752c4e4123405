import type { OptionsSchema } from '@anybucket/core/backend';

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
  /** Requires `secretKey`. Without credentials, requests are anonymous. */
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
