import type { OperationCapability } from '../api/capabilities.js';
import { StorageError } from '../api/errors.js';
import type { Datastore } from '../api/datastore.js';
import type { Presigner, TagDriver, VersionDriver } from '../driver/abilities.js';
import type { BucketDriver } from '../driver/bucket-driver.js';
import type { DatastoreDriver } from '../driver/datastore-driver.js';
import type { Lifecycle } from './lifecycle.js';
import { signalOf, stringOrUndefined } from './check-options.js';

/** The bucket that an operation works on, and what it needs for that. */
export class Target {
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

  /** Runs an operation of the bucket; its failures name operation, bucket and key. */
  run<T>(operation: string, key: unknown, options: unknown, call: () => Promise<T>): Promise<T> {
    return this.lifecycle.run({ operation, bucket: this.name, key: stringOrUndefined(key) }, signalOf(options), call);
  }

  /** The primitives of another bucket of the same datastore. */
  bucketDriver(name: string): BucketDriver {
    return name === this.name ? this.driver : this.#datastoreDriver.bucket(name);
  }

  /** @throws `NotImplemented` when the backend can't do what is asked. */
  require(capability: OperationCapability, asked: string): void {
    if (!this.datastore.capabilities[capability]) this.#refuse(capability, asked);
  }

  /** @throws `NotImplemented` when the driver has no tags. */
  requireTags(): TagDriver {
    return this.#datastoreDriver.tags ?? this.#refuse('tags', 'tags');
  }

  /** @throws `NotImplemented` when the driver has no versions. */
  requireVersions(): VersionDriver {
    return this.#datastoreDriver.versions ?? this.#refuse('versioning', 'versions');
  }

  /** @throws `NotImplemented` when the driver signs no URLs. */
  requirePresigner(): Presigner {
    return this.#datastoreDriver.presigner ?? this.#refuse('presign', 'presigned URLs');
  }

  /** The same for an option, where it is given. */
  requireFor(option: unknown, capability: OperationCapability, asked: string): void {
    if (option !== undefined) this.require(capability, asked);
  }

  #refuse(capability: OperationCapability, feature: string): never {
    const message = `the ${this.datastore.backend} backend does not support ${feature} (capability ${capability})`;
    throw new StorageError({ code: 'NotImplemented', message });
  }
}
