import { resolve } from 'node:path';
import type { DatastoreDriver, DriverCall, DriverCapabilities, TagDriver, UploadDriver, VersionDriver } from '@anybucket/core/backend';
import { isBucketName } from '@anybucket/core/backend';
import { FsBucket } from './bucket.js';
import { bodyPath } from './layout/body-path.js';
import { checkOptions } from './options.js';
import type { FsDatastoreOptions } from './options.js';
import { BucketDirectory } from './root/bucket-directory.js';
import type { Access, OpenBucket } from './root/bucket-directory.js';
import { Root, readOnlyError } from './root/root.js';
import type { RootSettings } from './root/root.js';
import { hasErrno } from './system/errno.js';
import { systemCalls } from './system/file-calls.js';
import type { FileCalls } from './system/file-calls.js';
import { FsUploads } from './uploads.js';
import { FsVersions } from './versions.js';
import { FsTags } from './writing/tags.js';

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
  persistent: true,
  anyKeys: false,
};

/** Internals of the driver that tests replace. */
export interface FsDriverInternals {
  /** @defaultValue the functions of `node:fs` */
  readonly calls?: FileCalls;
  /** How long to wait for a lock that another process holds, in milliseconds. @defaultValue 10000 */
  readonly lockTimeout?: number;
}

/** The driver for a directory of buckets. The root is opened by the first operation. */
export class FsDriver implements DatastoreDriver {
  readonly backend = 'fs';
  readonly capabilities = capabilities;
  readonly tags: TagDriver;
  readonly uploads: UploadDriver;
  readonly versions: VersionDriver;
  readonly #settings: RootSettings;
  readonly #buckets = new Map<string, BucketDirectory>();
  #opening: Promise<Root> | undefined;
  #reopening: Promise<Root> | undefined;

  readonly #openBucket: OpenBucket = async (name, access) => {
    const root = await this.#openRoot(access);
    let bucket = this.#buckets.get(name);
    if (bucket === undefined || bucket.root !== root) {
      bucket = new BucketDirectory(root, name);
      // Only existing buckets are cached, as the number of other names is unlimited.
      if (bucket.exists()) this.#buckets.set(name, bucket);
    }
    return bucket;
  };

  /** @throws `InvalidArgument` for a missing, unknown or invalid option. */
  constructor(options: FsDatastoreOptions, { calls = systemCalls, lockTimeout = 10_000 }: FsDriverInternals = {}) {
    checkOptions(options);
    const { root, durable = false, create = true, readOnly = false, uploadExpiryDays = 7 } = options;
    this.#settings = { path: resolve(root), durable, create, readOnly, calls, lockTimeoutMs: lockTimeout };
    this.tags = new FsTags(this.#openBucket);
    this.uploads = new FsUploads(this.#openBucket, uploadExpiryDays);
    this.versions = new FsVersions(this.#openBucket);
  }

  async listBuckets(_call: DriverCall): Promise<string[]> {
    const { calls, paths } = await this.#openRoot('read');
    try {
      const entries = calls.readdirSync(paths.root, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory() && isBucketName(entry.name)).map((entry) => entry.name);
    } catch (error) {
      // The root was removed by hand.
      if (hasErrno(error, 'ENOENT')) return [];
      throw error;
    }
  }

  async createBucket(name: string, { signal }: DriverCall): Promise<boolean> {
    return (await this.#openBucket(name, 'write')).create(signal);
  }

  async removeBucket(name: string, { signal }: DriverCall): Promise<boolean> {
    const removed = await (await this.#openBucket(name, 'write')).remove(signal);
    this.#buckets.delete(name);
    return removed;
  }

  async bucketExists(name: string, _call: DriverCall): Promise<boolean> {
    return (await this.#openBucket(name, 'read')).exists();
  }

  bucket(name: string): FsBucket {
    return new FsBucket(name, this.#openBucket);
  }

  async close(): Promise<void> {
    await (await this.#opening)?.close();
  }

  /** Returns the path of the file that holds an object's body, or that would hold it if the object existed. */
  pathOf(bucket: string, key: string): string {
    return bodyPath(this.#settings.calls, this.#settings.path, bucket, key);
  }

  /** @throws `AccessDenied` or `StorageFull` for a write when the root can only be read. */
  async #openRoot(access: Access): Promise<Root> {
    if (access === 'write' && this.#settings.readOnly) throw readOnlyError(this.#settings.path);
    const root = await this.#openOnce();
    if (access === 'read' || !root.isReadOnly) return root;
    // There may be space by now, or the volume may have been mounted for writing.
    this.#reopening ??= this.#reopenForWriting(root).finally(() => (this.#reopening = undefined));
    return this.#reopening;
  }

  /** The former root stays in use until the new one is open. */
  async #reopenForWriting(former: Root): Promise<Root> {
    const current = await this.#openOnce();
    if (current !== former) return current;
    const root = await Root.open(this.#settings);
    if (root.isReadOnly) {
      await root.close();
      if (hasErrno(root.readOnlyCause, 'ENOSPC', 'EDQUOT')) throw root.readOnlyCause;
      throw readOnlyError(root.paths.root, root.readOnlyCause);
    }
    this.#opening = Promise.resolve(root);
    await former.close();
    return root;
  }

  #openOnce(): Promise<Root> {
    this.#opening ??= Root.open(this.#settings).catch((error: unknown) => {
      // Lets the next operation try again.
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }
}
