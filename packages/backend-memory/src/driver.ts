import type { BucketDriver, DatastoreDriver, DriverCapabilities, TagDriver } from '@anybucket/core/backend';
import { MemoryBucket } from './bucket.js';
import type { MemoryVolume } from './memory-volume.js';
import type { BucketSeeds, StoredBodies } from './seeds.js';
import { Store } from './store.js';

/** Options of {@link MemoryDriver}. */
export interface MemoryDriverOptions {
  /** Buckets to begin with, and the bodies in them. */
  readonly buckets?: BucketSeeds | undefined;
  /** The clock that stamps objects. @defaultValue `Date.now`, asked anew each time, so that fake timers count */
  readonly now?: (() => Date | number) | undefined;
}

/** The driver below `MemoryDatastore`, for who puts a wrapper in front: `new PortableDatastore(wrapper(new MemoryDriver()))`. */
export class MemoryDriver implements DatastoreDriver {
  readonly backend = 'memory';
  readonly capabilities: DriverCapabilities = {
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
  readonly tags: TagDriver = {
    getTags: async (bucket, key) => ({ ...this.#store.object(bucket, key).tags }),
    setTags: async (bucket, key, tags) => {
      const object = this.#store.object(bucket, key);
      this.#store.objects(bucket).set({ ...object, tags });
    },
  };
  readonly #store: Store;

  /** @throws `InvalidArgument` for a seed that is neither text nor bytes, and the codes of bad names and keys. */
  constructor({ buckets = {}, now = () => Date.now() }: MemoryDriverOptions = {}) {
    this.#store = new Store(now);
    this.#store.seed(buckets);
  }

  /** The memfs volume in which the bodies live; see `MemoryDatastore.volume`. */
  get volume(): MemoryVolume {
    return this.#store.volume.volume;
  }

  /** All bodies by bucket and key, in the order of listings. */
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
    return new MemoryBucket(this.#store, name);
  }

  /** Keeps everything: a test looks at what was stored after its code has closed the datastore. It goes with the last reference. */
  async close(): Promise<void> {}
}
