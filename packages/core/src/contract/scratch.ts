import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bucket, Datastore } from '../api/datastore.js';
import { isStorageError } from '../api/errors.js';
import type { ContractContext } from './contract-case.js';
import { emptyBucket } from './empty-bucket.js';

/** What a case works with. All that it makes is removed at its end. */
export interface Fixture {
  readonly datastore: Datastore;
  /** A bucket of this case alone, empty. */
  readonly bucket: Bucket;
  /** A valid bucket name that nobody has; a bucket of this name is removed at the end, too. */
  readonly freeName: () => string;
  /** Makes a bucket that is removed at the end. False when it was there already: then it stays. */
  readonly create: (name: string) => Promise<boolean>;
  /** One more bucket of this case alone. */
  readonly anotherBucket: () => Promise<Bucket>;
  /** One more datastore, closed at the end. Only for cases with the need `open`. */
  readonly open: () => Promise<Datastore>;
  /** An empty folder on the local disk. */
  readonly folder: () => Promise<string>;
  /** Something to do at the end, last asked first done. */
  readonly atEnd: (action: () => unknown) => void;
}

/** The {@link Fixture} of one run of one case. */
export class Scratch implements Fixture {
  readonly datastore: Datastore;
  readonly bucket: Bucket;
  readonly #context: ContractContext;
  readonly #actions: (() => unknown)[] = [];

  private constructor(context: ContractContext, bucketName: string) {
    this.#context = context;
    this.datastore = context.datastore;
    this.bucket = context.datastore.bucket(bucketName);
    this.#removeAtEnd(bucketName);
  }

  /** Makes the case's bucket. */
  static async begin(context: ContractContext): Promise<Scratch> {
    const name = randomName();
    await context.datastore.createBucket(name);
    return new Scratch(context, name);
  }

  // Fields, not methods: cases take what they need out of the fixture.
  readonly freeName = (): string => {
    const name = randomName();
    this.#removeAtEnd(name);
    return name;
  };

  readonly create = async (name: string): Promise<boolean> => {
    const made = await this.datastore.createBucket(name);
    // What was there before is someone else's, and none of our business.
    if (made) this.#removeAtEnd(name);
    return made;
  };

  readonly anotherBucket = async (): Promise<Bucket> => {
    const name = this.freeName();
    await this.datastore.createBucket(name);
    return this.datastore.bucket(name);
  };

  readonly open = async (): Promise<Datastore> => {
    if (this.#context.open === undefined) throw new TypeError('the case opens a datastore without the need `open`');
    const datastore = await this.#context.open();
    this.atEnd(() => datastore.close());
    return datastore;
  };

  readonly folder = async (): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'anybucket-contract-'));
    this.atEnd(() => rm(path, { recursive: true, force: true }));
    return path;
  };

  readonly atEnd = (action: () => unknown): void => {
    this.#actions.push(action);
  };

  /** Undoes everything, also when one step fails; the first failure is thrown at the end. */
  async end(): Promise<void> {
    const failures: unknown[] = [];
    for (const action of this.#actions.reverse()) {
      try {
        await action();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #removeAtEnd(name: string): void {
    this.atEnd(async () => {
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
