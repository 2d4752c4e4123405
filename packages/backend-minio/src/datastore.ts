import { PortableDatastore } from '@anybucket/core/backend';
import type { Client } from 'minio';
import { MinioDriver } from './driver.js';
import type { Environment, MinioDatastoreOptions } from './options.js';

/** A datastore on a MinIO server or another S3 server. */
export class MinioDatastore extends PortableDatastore {
  readonly #driver: MinioDriver;

  /**
   * Creates a datastore. No request is sent before the first call.
   *
   * Credentials come from the options, or as a set from `MINIO_ACCESS_KEY` and `MINIO_SECRET_KEY`, or from `AWS_ACCESS_KEY_ID`,
   * `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`. If there are none, requests are anonymous.
   * @param context `name`: the name of the datastore in messages. `env`: the environment variables; default `process.env`.
   * @throws `InvalidArgument` for an unknown option or one of the wrong type; `ConfigError` for an invalid value, such as a host with a port,
   *   and for one of `accessKey` and `secretKey` without the other.
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
 * Creates a datastore from options that match `optionsSchema`. Called by `connect` and `createDatastore` of the core, which have added the
 * credentials of the environment.
 */
export function createDatastore(options: Record<string, unknown>, { name }: { readonly name: string }): MinioDatastore {
  return new MinioDatastore(options as unknown as MinioDatastoreOptions, { name, env: {} });
}
