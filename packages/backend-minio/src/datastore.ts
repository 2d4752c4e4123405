import { PortableDatastore } from '@anybucket/core/backend';
import type { Client } from 'minio';
import { MinioDriver } from './driver.js';
import type { MinioDatastoreOptions } from './options.js';

/** A datastore on a MinIO server or another S3 server. */
export class MinioDatastore extends PortableDatastore {
  readonly #driver: MinioDriver;

  /**
   * Creates a datastore. No request is sent before the first call.
   * @param context `name`: the name of the datastore in messages.
   * @throws `ConfigError` for an invalid host or port, and for one of `accessKey` and `secretKey` without the other.
   */
  constructor(options: MinioDatastoreOptions, context: { readonly name?: string | undefined } = {}) {
    const driver = new MinioDriver(options);
    super(driver, context);
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

/** Creates a datastore from options that match `optionsSchema`. Called by `connect` and `createDatastore` of the core. */
export function createDatastore(options: Record<string, unknown>, context: { readonly name: string }): MinioDatastore {
  return new MinioDatastore(options as unknown as MinioDatastoreOptions, context);
}
