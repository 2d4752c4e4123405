import {
  StorageError,
  compareKeys,
  defaultContentType,
  defaultPartSize,
  evaluateWriteConditions,
  truncateToSeconds,
} from '@anybucket/core/backend';
import type { StoredAttributes } from '@anybucket/core/backend';
import type { Tags, WriteConditions } from '@anybucket/core';
import { copyOf } from './content.js';
import { Objects } from './objects.js';
import { receiveBytes } from './receive.js';
import type { Received } from './receive.js';
import { checkedSeeds, seedOfBytes } from './seeds.js';
import type { BucketSeeds, StoredBodies } from './seeds.js';
import type { StoredRecord } from './stored-record.js';
import { BodyVolume } from './volume.js';

/** What is stored beside a body, and on which condition. */
export interface Beside {
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  readonly conditions?: WriteConditions | undefined;
}

const seedAttributes: Beside = { attributes: { contentType: defaultContentType, metadata: {} }, tags: {} };

/** Buckets, their objects, and the volume with the bodies. Every method is one synchronous step. */
export class Store {
  readonly #buckets = new Map<string, Objects>();
  readonly #now: () => Date | number;
  #volume: BodyVolume | undefined;

  constructor(now: () => Date | number) {
    this.#now = now;
  }

  /** Made when it is first needed, and memfs loaded with it. */
  get volume(): BodyVolume {
    this.#volume ??= new BodyVolume(this.#buckets.keys());
    return this.#volume;
  }

  bucketNames(): string[] {
    return [...this.#buckets.keys()].sort(compareKeys);
  }

  hasBucket(name: string): boolean {
    return this.#buckets.has(name);
  }

  /** @returns false when it is there already. */
  createBucket(name: string): boolean {
    if (this.#buckets.has(name)) return false;
    this.#buckets.set(name, new Objects());
    this.#volume?.addBucket(name);
    return true;
  }

  /** @returns false when there is none. @throws `BucketNotEmpty` */
  removeBucket(name: string): boolean {
    const objects = this.#buckets.get(name);
    if (objects === undefined) return false;
    if (objects.size > 0) throw new StorageError({ code: 'BucketNotEmpty', message: `the bucket holds ${objects.size} object(s)` });
    this.#buckets.delete(name);
    this.#volume?.removeBucket(name);
    return true;
  }

  /** @throws `NoSuchBucket` */
  objects(bucket: string): Objects {
    const objects = this.#buckets.get(bucket);
    if (objects === undefined) throw new StorageError({ code: 'NoSuchBucket', bucket, message: 'the bucket does not exist' });
    return objects;
  }

  /** @throws `NoSuchBucket`, `NoSuchKey`, with bucket and key. */
  object(bucket: string, key: string): StoredRecord {
    const object = this.objects(bucket).get(key);
    if (object === undefined) throw new StorageError({ code: 'NoSuchKey', bucket, key, message: 'the object does not exist' });
    return object;
  }

  /** Stores an object. @throws `NoSuchBucket`, `PreconditionFailed`, `NoSuchKey`. */
  put(bucket: string, key: string, { content, size, etag }: Received, { attributes, tags, conditions }: Beside): StoredRecord {
    const objects = this.objects(bucket);
    const current = objects.get(key);
    evaluateWriteConditions(conditions, current);
    const lastModified = this.#stamp(current);
    const file =
      current === undefined
        ? this.volume.create(bucket, key, content, lastModified)
        : this.volume.replace(current.file, content, lastModified);
    const object = { key, file, size, etag, lastModified, attributes, tags };
    objects.set(object);
    return object;
  }

  /** Removes an object, if there is one. @throws `NoSuchBucket` */
  delete(bucket: string, key: string): void {
    const objects = this.objects(bucket);
    const object = objects.get(key);
    if (object === undefined) return;
    this.volume.remove(object.file);
    objects.delete(key);
  }

  /** Makes buckets with bodies in them. @throws `InvalidArgument`, and the codes of bad bucket names and keys. */
  seed(buckets: BucketSeeds): void {
    for (const [bucket, bodies] of checkedSeeds(buckets)) {
      this.createBucket(bucket);
      for (const [key, body] of bodies) this.put(bucket, key, receiveBytes(body, defaultPartSize), seedAttributes);
    }
  }

  /** All bodies, in the order of listings. */
  toJSON(): StoredBodies {
    const bodies = (objects: Objects) => Array.from(objects.values(), ({ key, file }) => [key, seedOfBytes(copyOf(file.content))] as const);
    return Object.fromEntries(this.bucketNames().map((name) => [name, Object.fromEntries(bodies(this.objects(name)))]));
  }

  /** The time of a write in milliseconds: a whole second, and not before the object's last one. */
  #stamp(current: StoredRecord | undefined): number {
    const time = truncateToSeconds(this.#now()).getTime();
    if (Number.isNaN(time)) throw new StorageError({ code: 'InvalidArgument', message: 'the option `now` gave no valid time' });
    return Math.max(time, current?.lastModified ?? time);
  }
}
