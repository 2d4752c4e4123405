import type { BucketDriver, DatastoreDriver, DriverCapabilities, TagDriver } from '@anybucket/core/backend';
import { MemoryBucketDriver } from './bucket.js';
import type { MemoryVolume } from './store/memory-volume.js';
import type { BucketSeeds, StoredBodies } from './store/seeds.js';
import { Store } from './store/store.js';

/** Options of {@link MemoryDriver}. */
export interface MemoryDriverOptions {
  /** Initial buckets and their bodies. */
  readonly buckets?: BucketSeeds | undefined;
  /** The clock for `lastModified`. @defaultValue `Date.now`, resolved at each call, so that fake timers apply */
  readonly now?: (() => Date | number) | undefined;
}

const capabilities: DriverCapabilities = {
  conditionalPut: true,
  conditionalDelete: true,
  conditionalCopy: true,
  native: false,
  listsBelowObjects: true,
  snapshotReads: true,
  md5Etags: true,
  serverSideListMetadata: true,
  persistent: false,
};

/** The driver of `MemoryDatastore`. Exported so that it can be wrapped: `new PortableDatastore(wrap(new MemoryDriver()))`. */
export class MemoryDriver implements DatastoreDriver {
  readonly backend = 'memory';
  readonly capabilities = capabilities;
  readonly tags: TagDriver = {
    getTags: async (bucket, key) => ({ ...this.#store.object(bucket, key).tags }),
    setTags: async (bucket, key, tags) => {
      const object = this.#store.object(bucket, key);
      this.#store.objects(bucket).set({ ...object, tags });
    },
  };
  readonly #store: Store;

  /** @throws `InvalidArgument`, `InvalidBucketName`, `InvalidKey` or `KeyTooLongError` for an invalid seed. */
  constructor({ buckets = {}, now = () => Date.now() }: MemoryDriverOptions = {}) {
    this.#store = new Store(now);
    this.#store.seed(buckets);
  }

  /** The memfs volume that stores the bodies; see `MemoryDatastore.volume`. */
  get volume(): MemoryVolume {
    return this.#store.volume;
  }

  /** Returns all bodies by bucket and key, in listing order. */
  toJSON(): StoredBodies {
    return this.#store.toJSON();
  }

  async listBuckets(): Promise<string[]> {
    return this.#store.bucketNames();
  }

  async createBucket(name: string): Promise<boolean> {
    return this.#store.createBucket(name);
  }

  async removeBucket(name: string): Promise<boolean> {
    return this.#store.removeBucket(name);
  }

  async bucketExists(name: string): Promise<boolean> {
    return this.#store.hasBucket(name);
  }

  bucket(name: string): BucketDriver {
    return new MemoryBucketDriver(this.#store, name);
  }

  /** Keeps the contents: tests inspect them after the code under test has closed the datastore. */
  async close(): Promise<void> {}
}
