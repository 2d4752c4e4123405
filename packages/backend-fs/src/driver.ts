import { resolve } from 'node:path';
import type { DatastoreDriver, DriverCall, DriverCapabilities, TagDriver } from '@anybucket/core/backend';
import { isBucketName } from '@anybucket/core/backend';
import { FsBucket } from './bucket.js';
import { BucketFolder } from './root/bucket-directory.js';
import { systemCalls } from './system/file-calls.js';
import type { FileCalls } from './system/file-calls.js';
import { checkOptions } from './options.js';
import type { FsDatastoreOptions } from './options.js';
import { pathOf } from './layout/body-path.js';
import { Root } from './root/root.js';
import type { RootSettings } from './root/root.js';
import { FsTags } from './writing/tags.js';

const capabilities: DriverCapabilities = {
  conditionalPut: true,
  conditionalDelete: true,
  conditionalCopy: true,
  native: false,
  listsBelowObjects: true,
  snapshotReads: true,
  md5Etags: true,
  serverSideListMetadata: true,
  persistent: true,
};

/** What surrounds the driver; tests put other things there. */
export interface FsSurroundings {
  readonly calls?: FileCalls;
  /** How long another process's lock is waited for, in ms. @defaultValue 10000 */
  readonly lockTimeout?: number;
}

/** The primitives of a folder of buckets. The folder is opened by the first call, not before. */
export class FsDriver implements DatastoreDriver {
  readonly backend = 'fs';
  readonly capabilities = capabilities;
  readonly tags: TagDriver;
  readonly #settings: RootSettings;
  readonly #buckets = new Map<string, BucketFolder>();
  #opening: Promise<Root> | undefined;

  /**
   * @param surroundings for tests: other calls of the system, another time-out.
   * @throws `InvalidArgument` for an option that is missing, unknown or of a wrong type.
   */
  constructor(options: FsDatastoreOptions, { calls = systemCalls, lockTimeout = 10_000 }: FsSurroundings = {}) {
    checkOptions(options);
    const { root, durable = false, create = true } = options;
    this.#settings = { path: resolve(root), durable, create, calls, lockTimeout };
    this.tags = new FsTags((bucket) => this.#folder(bucket));
  }

  async listBuckets(_call: DriverCall): Promise<string[]> {
    const { calls, path } = await this.#root();
    const entries = calls.readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory() && isBucketName(entry.name)).map((entry) => entry.name);
  }

  async createBucket(name: string, { signal }: DriverCall): Promise<boolean> {
    return (await this.#folder(name)).create(signal);
  }

  async removeBucket(name: string, { signal }: DriverCall): Promise<boolean> {
    const removed = await (await this.#folder(name)).remove(signal);
    this.#buckets.delete(name);
    return removed;
  }

  async bucketExists(name: string, _call: DriverCall): Promise<boolean> {
    return (await this.#folder(name)).exists();
  }

  bucket(name: string): FsBucket {
    return new FsBucket(name, (bucket) => this.#folder(bucket));
  }

  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }

  /** The path of the file that holds an object's body, or would hold it. */
  pathOf(bucket: string, key: string): string {
    return pathOf(this.#settings, bucket, key);
  }

  async #folder(name: string): Promise<BucketFolder> {
    const root = await this.#root();
    let folder = this.#buckets.get(name);
    if (folder === undefined) {
      folder = new BucketFolder(root, name);
      // One that is missing isn't remembered: names are without end.
      if (folder.exists()) this.#buckets.set(name, folder);
    }
    return folder;
  }

  #root(): Promise<Root> {
    this.#opening ??= Root.open(this.#settings).catch((error: unknown) => {
      // The next call tries again.
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }
}
