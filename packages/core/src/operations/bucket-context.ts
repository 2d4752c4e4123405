import type { OperationCapability } from '../api/capabilities.js';
import { StorageError } from '../api/errors.js';
import type { Datastore } from '../api/datastore.js';
import type { Presigner, TagDriver, UploadDriver, VersionDriver } from '../driver/optional-drivers.js';
import type { BucketDriver } from '../driver/bucket-driver.js';
import type { DatastoreDriver } from '../driver/datastore-driver.js';
import { checkAnyKey, checkKey } from '../rules/keys.js';
import type { Lifecycle } from './lifecycle.js';
import { stringOrUndefined } from './check-options.js';

/** The bucket of an operation, with the driver and the lifecycle of its datastore. */
export class BucketContext {
  readonly datastore: Datastore;
  readonly name: string;
  readonly driver: BucketDriver;
  readonly lifecycle: Lifecycle;
  readonly #datastoreDriver: DatastoreDriver;

  constructor(datastore: Datastore, name: string, driver: DatastoreDriver, lifecycle: Lifecycle) {
    this.datastore = datastore;
    this.name = name;
    this.driver = driver.bucket(name);
    this.#datastoreDriver = driver;
    this.lifecycle = lifecycle;
  }

  /** Runs an operation on this bucket. Adds operation, bucket and key to its errors. */
  run<T>(operation: string, key: unknown, options: unknown, call: () => Promise<T>): Promise<T> {
    return this.lifecycle.run({ operation, bucket: this.name, key: stringOrUndefined(key) }, options, call);
  }

  /** Returns the driver of a bucket of the same datastore. */
  driverOf(bucketName: string): BucketDriver {
    return bucketName === this.name ? this.driver : this.#datastoreDriver.bucket(bucketName);
  }

  /** Whether keys follow the rules of S3 instead of the portable ones. */
  get acceptsAnyKey(): boolean {
    return this.datastore.capabilities.anyKeys;
  }

  /** Validates a key by the rules of the datastore. @throws `InvalidArgument`, `KeyTooLongError`, `InvalidKey` */
  checkKey(key: unknown): asserts key is string {
    if (this.acceptsAnyKey) checkAnyKey(key);
    else checkKey(key);
  }

  /** @throws `NotImplemented` if the backend does not support tags. */
  requireTags(): TagDriver {
    return this.#datastoreDriver.tags ?? this.#throwNotImplemented('tags', 'tags');
  }

  /** @throws `NotImplemented` if the backend does not support versions. */
  requireVersions(): VersionDriver {
    return this.#datastoreDriver.versions ?? this.#throwNotImplemented('versioning', 'versions');
  }

  /** @throws `NotImplemented` if the backend does not support uploads in parts. */
  requireUploads(): UploadDriver {
    return this.#datastoreDriver.uploads ?? this.#throwNotImplemented('uploads', 'uploads in parts');
  }

  /** @throws `NotImplemented` if the backend does not support presigned URLs. */
  requirePresigner(): Presigner {
    return this.#datastoreDriver.presigner ?? this.#throwNotImplemented('presign', 'presigned URLs');
  }

  /** @throws `NotImplemented` if an option is given and the backend lacks the capability that it requires. */
  requireCapabilityFor(option: unknown, capability: OperationCapability, feature: string): void {
    if (option !== undefined && !this.datastore.capabilities[capability]) this.#throwNotImplemented(capability, feature);
  }

  #throwNotImplemented(capability: OperationCapability, feature: string): never {
    const message = `the ${this.datastore.backend} backend does not support ${feature} (capability \`${capability}\` is false)`;
    throw new StorageError({ code: 'NotImplemented', message });
  }
}
