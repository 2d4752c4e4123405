import type { BucketDriver, DatastoreDriver, DriverCapabilities, TagDriver, UploadDriver, VersionDriver } from '@anybucket/core/backend';
import { MemoryBucketDriver } from './bucket.js';
import { checkDriverOptions } from './options.js';
import type { MemoryDriverOptions, ToJsonOptions } from './options.js';
import { BodyVolume } from './store/body-volume.js';
import { createSnapshot, stateOf } from './store/memory-snapshot.js';
import type { MemorySnapshot } from './store/memory-snapshot.js';
import type { MemoryVolume } from './store/memory-volume.js';
import { seedStore, storedBodies } from './store/seeds.js';
import type { StoredBodies } from './store/seeds.js';
import { Store } from './store/store.js';
import { MemoryUploadDriver } from './uploads.js';

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
  checksums: true,
  listsAllUploads: true,
  copiesKeepChecksums: true,
  serverSideListMetadata: true,
  persistent: false,
  anyKeys: false,
};

/** The driver of `MemoryDatastore`. Exported so that it can be wrapped: `new PortableDatastore(wrap(new MemoryDriver()))`. */
export class MemoryDriver implements DatastoreDriver {
  readonly backend = 'memory';
  readonly capabilities: DriverCapabilities;
  readonly tags: TagDriver = {
    getTags: async (bucket, key, { versionId }) => ({ ...this.#store.object(bucket, key, versionId).tags }),
    setTags: async (bucket, key, tags, { versionId }) => this.#store.setTags(bucket, key, tags, versionId),
  };
  readonly versions: VersionDriver = {
    listVersions: async (bucket, call) => this.#store.bucket(bucket).objects.versionPage(call),
    setVersioning: async (bucket, state) => {
      this.#store.bucket(bucket).versioning = state;
    },
    getVersioning: async (bucket) => this.#store.bucket(bucket).versioning,
  };
  readonly uploads: UploadDriver;
  readonly #store: Store;
  #volume: BodyVolume | undefined;

  /**
   * Creates a driver.
   * @throws `InvalidArgument` for an unknown option or one of the wrong type; `InvalidArgument`, `InvalidBucketName`, `InvalidKey`,
   *   `KeyTooLongError`, `MetadataTooLarge`, `InvalidTag` or `BadRequest` for an invalid seed.
   */
  constructor(options: MemoryDriverOptions = {}) {
    checkDriverOptions(options);
    const { buckets = {}, now = systemTime, keys = 'portable' } = options;
    this.capabilities = keys === 's3' ? { ...capabilities, anyKeys: true } : capabilities;
    this.#store = new Store(now, keys);
    this.uploads = new MemoryUploadDriver(this.#store);
    seedStore(this.#store, buckets);
  }

  /** The memfs volume that stores the bodies; see `MemoryDatastore.volume`. */
  get volume(): MemoryVolume {
    this.#volume ??= new BodyVolume(this.#store);
    return this.#volume.volume;
  }

  /** Returns the contents; see `MemoryDatastore.toJSON`. */
  toJSON(options?: ToJsonOptions | string): StoredBodies {
    return storedBodies(this.#store, typeof options === 'object' && options.times === true);
  }

  /** Returns the current contents; see `MemoryDatastore.snapshot`. */
  snapshot(): MemorySnapshot {
    return createSnapshot(this.#store.freeze());
  }

  /** Replaces the contents; see `MemoryDatastore.restore`. @throws `InvalidArgument` if the argument is not a snapshot */
  restore(snapshot: MemorySnapshot): void {
    this.#store.restore(stateOf(snapshot));
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
