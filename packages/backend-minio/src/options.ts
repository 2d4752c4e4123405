import type { OptionsSchema } from '@anybucket/core/backend';

/** How a MinIO or other S3 server is reached. */
export interface MinioDatastoreOptions {
  /** Host name or IP address, without scheme and port. */
  readonly endPoint: string;
  /** @defaultValue 443 with `tls`, otherwise 80 */
  readonly port?: number | undefined;
  /** HTTPS instead of HTTP. @defaultValue false */
  readonly tls?: boolean | undefined;
  /** @defaultValue 'us-east-1' */
  readonly region?: string | undefined;
  /** `host/bucket/key`; false for `bucket.host/key`. @defaultValue true */
  readonly pathStyle?: boolean | undefined;
  /** Without keys, requests are anonymous. */
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
  /** Beside keys that are temporary. */
  readonly sessionToken?: string | undefined;
  /** Milliseconds until a connection must stand. @defaultValue 10000 */
  readonly connectTimeout?: number | undefined;
  /** Milliseconds without a byte from the server while we wait for it, or without it taking one. @defaultValue 60000 */
  readonly idleTimeout?: number | undefined;
  /** How often a call that may safely be repeated is, before it fails. @defaultValue 3 */
  readonly retries?: number | undefined;
}

const timeout = { type: 'number', integer: true, min: 1, max: 2 ** 31 - 1 } as const;

/** The description of {@link MinioDatastoreOptions} by which a configuration is checked. */
export const optionsSchema: OptionsSchema = {
  options: {
    endPoint: { type: 'string', required: true, description: 'host name or IP address of the server' },
    port: { type: 'number', integer: true, min: 1, max: 65_535, description: 'port of the server' },
    tls: { type: 'boolean', description: 'HTTPS instead of HTTP' },
    region: { type: 'string', description: 'region of the server' },
    pathStyle: { type: 'boolean', description: 'the bucket in the path instead of the host name' },
    accessKey: { type: 'string', secret: true, requires: ['secretKey'], description: 'access key' },
    secretKey: { type: 'string', secret: true, requires: ['accessKey'], description: 'secret key' },
    sessionToken: { type: 'string', secret: true, requires: ['accessKey'], description: 'session token of temporary keys' },
    connectTimeout: { ...timeout, description: 'milliseconds until a connection must stand' },
    idleTimeout: { ...timeout, description: 'milliseconds to wait for the server' },
    retries: { type: 'number', integer: true, min: 0, max: 100, description: 'how often a safe call is repeated' },
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
