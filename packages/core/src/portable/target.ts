import type { OperationCapability } from '../capabilities.js';
import type { Datastore } from '../datastore.js';
import type { BucketDriver, DatastoreDriver } from '../driver.js';
import type { Lifecycle } from './lifecycle.js';
import { requireCapability, signalOf, textOf } from './options.js';

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
    return this.lifecycle.run({ operation, bucket: this.name, key: textOf(key) }, signalOf(options), call);
  }

  /** The primitives of another bucket of the same datastore. */
  bucketDriver(name: string): BucketDriver {
    return name === this.name ? this.driver : this.#datastoreDriver.bucket(name);
  }

  /** @throws `NotImplemented` when the backend can't do what is asked. */
  require(capability: OperationCapability, asked: string): void {
    requireCapability(this.datastore.capabilities, this.datastore.backend, capability, asked);
  }

  /** The same for an option, where it is given. */
  requireFor(option: unknown, capability: OperationCapability, asked: string): void {
    if (option !== undefined) this.require(capability, asked);
  }
}
