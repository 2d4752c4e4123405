import {
  StorageError,
  defaultContentType,
  etagOf,
  evaluateWriteConditions,
  defaultPartSize,
  wholeSeconds,
  compareKeys,
  checkBucketName,
  checkKey,
} from '@anybucket/core/backend';
import type { StoredAttributes } from '@anybucket/core/backend';
import type { Tags, WriteConditions } from '@anybucket/core';
import { Objects } from './objects.js';
import { bytesOfSeed, seedOfBytes } from './seeds.js';
import type { BucketSeeds, StoredBodies } from './seeds.js';
import type { StoredObject } from './stored-object.js';
import { BodyVolume } from './volume.js';
import type { Content } from './volume.js';

/** A body that has been received whole. */
export interface Received {
  readonly content: Content;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
}

/** What is stored beside a body, and on which condition. */
export interface Beside {
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  readonly conditions?: WriteConditions | undefined;
}

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
  object(bucket: string, key: string): StoredObject {
    const object = this.objects(bucket).get(key);
    if (object === undefined) throw new StorageError({ code: 'NoSuchKey', bucket, key, message: 'the object does not exist' });
    return object;
  }

  /** Stores an object. @throws `NoSuchBucket`, `PreconditionFailed`, `NoSuchKey`. */
  put(bucket: string, key: string, { content, size, etag }: Received, { attributes, tags, conditions }: Beside): StoredObject {
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

  /** Fills empty buckets. @throws `InvalidArgument`, and the codes of bad names and keys: seeds do not come through the portable layer. */
  seed(buckets: BucketSeeds): void {
    for (const [bucket, bodies] of Object.entries(buckets)) {
      checkBucketName(bucket);
      this.createBucket(bucket);
      for (const [key, body] of Object.entries(bodies)) {
        checkKey(key);
        const content = bytesOfSeed(body, bucket, key);
        const received = { content, size: content.length, etag: etagOf(content, defaultPartSize) };
        this.put(bucket, key, received, { attributes: { contentType: defaultContentType, metadata: {} }, tags: {} });
      }
    }
  }

  /** All bodies, in the order of listings. */
  toJSON(): StoredBodies {
    const bodies = (objects: Objects) =>
      Array.from(objects.values(), ({ key, file }) => [key, seedOfBytes(file.node.getBuffer())] as const);
    return Object.fromEntries(this.bucketNames().map((name) => [name, Object.fromEntries(bodies(this.objects(name)))]));
  }

  /** The time of a write in milliseconds: a whole second, and not before the object's last one. */
  #stamp(current: StoredObject | undefined): number {
    const time = wholeSeconds(this.#now()).getTime();
    if (Number.isNaN(time)) throw new StorageError({ code: 'InvalidArgument', message: 'the option `now` gave no valid time' });
    return Math.max(time, current?.lastModified ?? time);
  }
}
