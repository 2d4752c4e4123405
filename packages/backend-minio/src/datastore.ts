import { PortableDatastore, StorageError } from '@anybucket/core/backend';
import type { BackendContext } from '@anybucket/core/backend';
import type { Client } from 'minio';
import { MinioDriver } from './driver.js';
import type { Environment } from './environment.js';
import type { MinioDatastoreOptions } from './options.js';

/** A datastore on a MinIO server or another S3 server. */
export class MinioDatastore extends PortableDatastore {
  readonly #driver: MinioDriver;

  /**
   * Creates a datastore. No request is sent before the first call.
   *
   * Credentials come from the options, or else from the first of these that has any: environment variables, shared files and profiles of AWS,
   * web identity, container, instance metadata. If none has, the first call fails with `ConfigError`.
   * @param context `name`: the name of the datastore in messages. `env`: the environment variables; default `process.env`.
   * @throws `InvalidArgument` for an unknown option or one of the wrong type; `ConfigError` for an invalid value, and for options that
   *   contradict each other, such as one of `accessKey` and `secretKey` without the other.
   */
  constructor(
    options: MinioDatastoreOptions,
    { name, env }: { readonly name?: string | undefined; readonly env?: Environment | undefined } = {},
  ) {
    const driver = new MinioDriver(options, env);
    super(driver, { name });
    this.#driver = driver;
  }

  /**
   * Returns a client of the `minio` package with the same endpoint and credentials, for operations that this library does not cover.
   * The package is imported by the first call. Do not log the client: it contains the credentials.
   */
  async client(): Promise<Client> {
    return this.#driver.client();
  }
}

/**
 * Creates a datastore from options that match `optionsSchema`. Called by `connect` and `createDatastore` of the core.
 * @param context the names `s3` and `https` of the backend mean TLS by default.
 */
export function createDatastore(
  options: Record<string, unknown>,
  { name, backend = 'minio', env }: Pick<BackendContext, 'name'> & Partial<BackendContext>,
): MinioDatastore {
  return new MinioDatastore(withScheme(options, backend), { name, env });
}

/**
 * Adds the default of `tls` for the scheme of a URL, or for the short name of the backend in an object.
 * @throws `ConfigError` for `s3://bucket`: elsewhere, such a URL names a bucket.
 */
function withScheme(options: MinioDatastoreOptions, scheme: string): MinioDatastoreOptions {
  const { endPoint, port, tls } = options;
  if (scheme === 's3' && endPoint !== undefined && port === undefined && /^[a-z0-9-]+$/i.test(endPoint) && endPoint !== 'localhost') {
    const message = 'a host follows `s3://`, not a bucket: use `s3:?region=REGION` for AWS, or `s3://HOST:PORT`; calls name the bucket';
    throw new StorageError({ code: 'ConfigError', message });
  }
  const isUrl = /^https?:\/\//i.test(endPoint ?? '');
  const usesTls = scheme === 'https' || scheme === 's3';
  return tls === undefined && endPoint !== undefined && !isUrl && usesTls ? { ...options, tls: true } : options;
}
