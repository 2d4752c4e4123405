import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bucket, Datastore } from '../api/datastore.js';
import { isStorageError } from '../api/errors.js';
import type { ContractContext } from './contract-context.js';
import { emptyBucket } from './empty-bucket.js';

/** The buckets, datastores and folders of one run of one case. {@link cleanUp} removes them. */
export class Fixture {
  readonly datastore: Datastore;
  /** An empty bucket that only this case uses. */
  readonly bucket: Bucket;
  readonly #context: ContractContext;
  readonly #cleanups: (() => unknown)[] = [];

  private constructor(context: ContractContext, bucketName: string) {
    this.#context = context;
    this.datastore = context.datastore;
    this.bucket = context.datastore.bucket(bucketName);
    this.#removeBucketLater(bucketName);
  }

  /** Creates a fixture and its bucket. */
  static async create(context: ContractContext): Promise<Fixture> {
    const name = randomName();
    await context.datastore.createBucket(name);
    return new Fixture(context, name);
  }

  // Fields, not methods: cases destructure the fixture.

  /** Returns a valid name without a bucket. If the case creates the bucket, it is removed during cleanup. */
  readonly unusedName = (): string => {
    const name = randomName();
    this.#removeBucketLater(name);
    return name;
  };

  /** Creates a bucket. Returns false if the bucket existed before; then it is not removed during cleanup. */
  readonly createBucket = async (name: string): Promise<boolean> => {
    const created = await this.datastore.createBucket(name);
    if (created) this.#removeBucketLater(name);
    return created;
  };

  /** Creates one more bucket that only this case uses. */
  readonly createAnotherBucket = async (): Promise<Bucket> => {
    const name = this.unusedName();
    await this.datastore.createBucket(name);
    return this.datastore.bucket(name);
  };

  /** Opens one more datastore, which is closed during cleanup. The case must require `open`. */
  readonly openDatastore = async (): Promise<Datastore> => {
    if (this.#context.open === undefined) throw new TypeError('a case that opens a datastore must require `open`');
    const datastore = await this.#context.open();
    this.addCleanup(() => datastore.close());
    return datastore;
  };

  /** Creates an empty folder on the local file system. */
  readonly createTempFolder = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'anybucket-contract-'));
    this.addCleanup(() => rm(path, { recursive: true, force: true }));
    return path;
  };

  /** Registers a cleanup. The last one registered runs first. */
  readonly addCleanup = (cleanup: () => unknown): void => {
    this.#cleanups.push(cleanup);
  };

  /** Runs all cleanups, then throws the first error, if any. */
  async cleanUp(): Promise<void> {
    const errors: unknown[] = [];
    for (const cleanup of this.#cleanups.reverse()) {
      try {
        await cleanup();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  #removeBucketLater(name: string): void {
    this.addCleanup(async () => {
      try {
        await this.datastore.removeBucket(name);
      } catch (error) {
        if (!isStorageError(error, 'BucketNotEmpty')) throw error;
        await emptyBucket(this.datastore.bucket(name));
        await this.datastore.removeBucket(name);
      }
    });
  }
}

function randomName(): string {
  return `contract-${randomBytes(8).toString('hex')}`;
}
