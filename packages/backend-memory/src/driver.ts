import type { BucketDriver, DatastoreDriver, DriverCapabilities, TagDriver } from '@anybucket/core/backend';
import { MemoryBucketDriver } from './bucket.js';
import { checkDriverOptions } from './options.js';
import type { MemoryDriverOptions } from './options.js';
import type { MemoryVolume } from './store/memory-volume.js';
import type { StoredBodies } from './store/seeds.js';
import { Store } from './store/store.js';

/** The largest time of a `Date`, in milliseconds. */
const maxTime = 8.64e15;

/** Returns the time of the system, or a valid time if it is not one, as under a fake clock. */
function systemTime(): number {
  return Math.min(Math.max(Date.now() || 0, -maxTime), maxTime);
}

const capabilities: DriverCapabilities = {
  conditionalPut: true,
  conditionalDelete: true,
  conditionalCopy: true,
  native: false,
  listsBelowObjects: true,
  snapshotReads: true,
  md5Etags: true,
  checksums: false,
  listsAllUploads: true,
  copiesKeepChecksums: true,
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

  /**
   * Creates a driver.
   * @throws `InvalidArgument` for an unknown option or one of the wrong type; `InvalidArgument`, `InvalidBucketName`, `InvalidKey` or
   *   `KeyTooLongError` for an invalid seed.
   */
  constructor(options: MemoryDriverOptions = {}) {
    checkDriverOptions(options);
    const { buckets = {}, now = systemTime } = options;
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
