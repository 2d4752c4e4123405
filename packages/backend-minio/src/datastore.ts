import { PortableDatastore } from '@anybucket/core/backend';
import type { Client } from 'minio';
import { MinioDriver } from './driver.js';
import type { MinioDatastoreOptions } from './options.js';

/** Object storage on a MinIO or other S3 server. */
export class MinioDatastore extends PortableDatastore {
  readonly #driver: MinioDriver;

  /**
   * Makes a datastore; nothing is sent before the first call.
   * @param context `name`: how the datastore is called in messages.
   * @throws `ConfigError` for options that lead to no server.
   */
  constructor(options: MinioDatastoreOptions, context: { readonly name?: string | undefined } = {}) {
    const driver = new MinioDriver(options);
    super(driver, context);
    this.#driver = driver;
  }

  /** The client of the `minio` package with the same settings, for what this library doesn't cover. It holds the keys: don't print it. */
  get client(): Client {
    return this.#driver.client;
  }
}

/** Makes a datastore from options that were checked against the schema: what a configuration calls. */
export function createDatastore(options: Record<string, unknown>, context: { readonly name: string }): MinioDatastore {
  return new MinioDatastore(options as unknown as MinioDatastoreOptions, context);
}
