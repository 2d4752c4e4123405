import type { Bucket, Datastore } from '../api/datastore.js';
import type { Capabilities } from '../api/capabilities.js';
import type { CallOptions, ListBucketsOptions, ListFormat } from '../api/options.js';
import type { DatastoreDriver } from '../driver/datastore-driver.js';
import { StorageError } from '../api/errors.js';
import { checkBucketName } from '../rules/bucket-names.js';
import { compareKeys } from '../rules/key-order.js';
import { PortableBucket } from './bucket.js';
import { toStorageError } from './to-storage-error.js';
import { Lifecycle, notifyCloseListeners } from './lifecycle.js';
import { checkOptions, requireFunction, requireListFormat, requireSignal, requireString, stringOrUndefined } from './check-options.js';

const callChecks = { signal: requireSignal };
const listChecks = { signal: requireSignal, returnType: requireListFormat };

const driverProperty = Symbol.for('anybucket.driver');

/** Options of the constructor of {@link PortableDatastore}. */
export interface PortableDatastoreOptions {
  /** The name of the datastore. @defaultValue the name of the backend */
  readonly name?: string | undefined;
  /** Returns the `datastore` of bucket handles. @defaultValue the datastore itself */
  readonly handleOwner?: (() => Datastore) | undefined;
}

/**
 * The {@link Datastore} of every backend. Validates and normalises arguments, then calls the driver.
 *
 * Backends extend this class, or instantiate it with their driver.
 */
export class PortableDatastore implements Datastore {
  readonly name: string;
  readonly backend: string;
  readonly #driver: DatastoreDriver;
  readonly #handleOwner: () => Datastore;
  readonly #lifecycle = new Lifecycle();

  /**
   * Creates a datastore from a driver.
   * @throws `InvalidArgument` for an unknown option, or a name that is not a string.
   */
  constructor(driver: DatastoreDriver, options: PortableDatastoreOptions = {}) {
    const { name = driver.backend, handleOwner } = checkConstructorOptions(options);
    this.#driver = driver;
    this.#handleOwner = handleOwner ?? (() => this);
    // Configurable, so that the proxy of `wrapDatastore` may return another one and can be wrapped itself.
    Object.defineProperty(this, driverProperty, { value: driver, configurable: true });
    this.backend = driver.backend;
    this.name = name;
  }

  get capabilities(): Capabilities {
    const driver = this.#driver;
    return Object.freeze({
      ...driver.capabilities,
      tags: driver.tags !== undefined,
      versioning: driver.versions !== undefined,
      presign: driver.presigner !== undefined,
      uploads: driver.uploads !== undefined,
    });
  }

  list(returnType: 'str', options?: CallOptions): Promise<string>;
  list(options: ListBucketsOptions & { readonly returnType: 'str' }): Promise<string>;
  list(returnType?: 'array', options?: CallOptions): Promise<string[]>;
  list(options?: ListBucketsOptions & { readonly returnType?: 'array' | undefined }): Promise<string[]>;
  async list(first?: ListFormat | ListBucketsOptions, second?: CallOptions): Promise<string | string[]> {
    const options = typeof first === 'object' && first !== null ? first : second;
    return this.#call('list', undefined, options, async () => {
      const validOptions = checkOptions<ListBucketsOptions>(options, listChecks);
      const returnType = options === first ? validOptions.returnType : first;
      if (returnType !== undefined) requireListFormat(returnType, 'returnType');
      const names = await this.#bucketNames(validOptions);
      return returnType === 'str' ? names.join(',') : names;
    });
  }

  async getBuckets(options?: CallOptions): Promise<Bucket[]> {
    return this.#call('getBuckets', undefined, options, async () => {
      const names = await this.#bucketNames(checkOptions(options, callChecks));
      return names.map((name) => this.#createHandle(name));
    });
  }

  async getBucket(name: string, options?: CallOptions): Promise<Bucket> {
    return this.#callOnBucket('getBucket', name, options, async (call) => {
      if (!(await this.#driver.bucketExists(name, call)))
        throw new StorageError({ code: 'NoSuchBucket', message: 'the bucket does not exist' });
      return this.#createHandle(name);
    });
  }

  bucket(name: string): Bucket {
    try {
      checkBucketName(name);
    } catch (error) {
      throw toStorageError(error, { operation: 'bucket' });
    }
    return this.#createHandle(name);
  }

  async createBucket(name: string, options?: CallOptions): Promise<boolean> {
    return this.#callOnBucket('createBucket', name, options, (call) => this.#driver.createBucket(name, call));
  }

  async removeBucket(name: string, options?: CallOptions): Promise<boolean> {
    return this.#callOnBucket('removeBucket', name, options, (call) => this.#driver.removeBucket(name, call));
  }

  async bucketExists(name: string, options?: CallOptions): Promise<boolean> {
    return this.#callOnBucket('bucketExists', name, options, (call) => this.#driver.bucketExists(name, call));
  }

  async close(): Promise<void> {
    notifyCloseListeners(this);
    try {
      await this.#lifecycle.close(() => this.#driver.close());
    } catch (error) {
      throw toStorageError(error, { operation: 'close' });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #createHandle(name: string): Bucket {
    return new PortableBucket(this.#handleOwner(), name, this.#driver, this.#lifecycle);
  }

  async #bucketNames({ signal }: CallOptions): Promise<string[]> {
    return (await this.#driver.listBuckets({ signal })).sort(compareKeys);
  }

  #callOnBucket<T>(
    operation: string,
    name: string,
    options: CallOptions | undefined,
    call: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    return this.#call(operation, name, options, async () => {
      checkBucketName(name);
      return call({ signal: checkOptions(options, callChecks).signal });
    });
  }

  #call<T>(operation: string, bucket: string | undefined, options: CallOptions | undefined, call: () => Promise<T>): Promise<T> {
    return this.#lifecycle.run({ operation, bucket: stringOrUndefined(bucket) }, options, call);
  }
}

/** Returns the driver of a datastore, undefined if it is not based on {@link PortableDatastore}. Works across copies of this package. */
export function driverOf(datastore: Datastore): DatastoreDriver | undefined {
  return (datastore as { readonly [driverProperty]?: DatastoreDriver })[driverProperty];
}

function checkConstructorOptions(options: PortableDatastoreOptions): PortableDatastoreOptions {
  try {
    return checkOptions(options, { name: requireString, handleOwner: requireFunction });
  } catch (error) {
    throw toStorageError(error, { operation: 'PortableDatastore' });
  }
}
