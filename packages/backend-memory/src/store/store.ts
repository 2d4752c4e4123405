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
import { BodyVolume } from './body-volume.js';
import type { MemoryVolume } from './memory-volume.js';
import { copyContent } from './content.js';
import { ObjectIndex } from './object-index.js';
import type { StoredRecord } from './object-index.js';
import { receiveBytes } from './receive.js';
import type { ReceivedBody } from './receive.js';
import { toSeedBody, validatedSeeds } from './seeds.js';
import type { BucketSeeds, StoredBodies } from './seeds.js';

/** The attributes of a put, and its conditions. */
interface PutAttributes {
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  readonly conditions?: WriteConditions | undefined;
}

const seedAttributes: PutAttributes = { attributes: { contentType: defaultContentType, metadata: {} }, tags: {} };

/** Buckets, their objects, and the volume with the bodies. Every method is synchronous, and therefore atomic. */
export class Store {
  readonly #buckets = new Map<string, ObjectIndex>();
  readonly #bodies = new BodyVolume();
  readonly #now: () => Date | number;

  constructor(now: () => Date | number) {
    this.#now = now;
  }

  get volume(): MemoryVolume {
    return this.#bodies.volume;
  }

  bucketNames(): string[] {
    return [...this.#buckets.keys()].sort(compareKeys);
  }

  hasBucket(name: string): boolean {
    return this.#buckets.has(name);
  }

  /** @returns false if the bucket exists. */
  createBucket(name: string): boolean {
    if (this.#buckets.has(name)) return false;
    this.#buckets.set(name, new ObjectIndex());
    this.#bodies.addBucket(name);
    return true;
  }

  /** @returns false if the bucket does not exist. @throws `BucketNotEmpty` */
  removeBucket(name: string): boolean {
    const objects = this.#buckets.get(name);
    if (objects === undefined) return false;
    if (objects.size > 0) throw new StorageError({ code: 'BucketNotEmpty', message: `the bucket contains ${objects.size} object(s)` });
    this.#buckets.delete(name);
    this.#bodies.removeBucket(name);
    return true;
  }

  /** @throws `NoSuchBucket` */
  objects(bucket: string): ObjectIndex {
    const objects = this.#buckets.get(bucket);
    if (objects === undefined) throw new StorageError({ code: 'NoSuchBucket', bucket, message: 'the bucket does not exist' });
    return objects;
  }

  /** @throws `NoSuchBucket`, `NoSuchKey` */
  object(bucket: string, key: string): StoredRecord {
    const object = this.objects(bucket).get(key);
    if (object === undefined) throw new StorageError({ code: 'NoSuchKey', bucket, key, message: 'the object does not exist' });
    return object;
  }

  /** Stores an object. @throws `NoSuchBucket`, `NoSuchKey`, `PreconditionFailed` */
  put(bucket: string, key: string, { content, size, etag }: ReceivedBody, { attributes, tags, conditions }: PutAttributes): StoredRecord {
    const objects = this.objects(bucket);
    const current = objects.get(key);
    evaluateWriteConditions(conditions, current);
    const lastModified = this.#timestamp(current);
    const file =
      current === undefined
        ? this.#bodies.create(bucket, key, content, lastModified)
        : this.#bodies.replace(current.file, content, lastModified);
    const object = { key, file, size, etag, lastModified, attributes, tags };
    objects.set(object);
    return object;
  }

  /** Deletes an object, if it exists. @throws `NoSuchBucket` */
  delete(bucket: string, key: string): void {
    const objects = this.objects(bucket);
    const object = objects.get(key);
    if (object === undefined) return;
    this.#bodies.remove(object.file);
    objects.delete(key);
  }

  /** Creates initial buckets and objects. @throws `InvalidArgument`, `InvalidBucketName`, `InvalidKey`, `KeyTooLongError` */
  seed(buckets: BucketSeeds): void {
    for (const [bucket, bodies] of validatedSeeds(buckets)) {
      this.createBucket(bucket);
      for (const [key, body] of bodies) this.put(bucket, key, receiveBytes(body, defaultPartSize), seedAttributes);
    }
  }

  /** Returns all bodies, in listing order. */
  toJSON(): StoredBodies {
    const bodiesOf = (bucket: string) =>
      Array.from(this.objects(bucket).values(), ({ key, file }) => [key, toSeedBody(copyContent(file.content))] as const);
    return Object.fromEntries(this.bucketNames().map((bucket) => [bucket, Object.fromEntries(bodiesOf(bucket))]));
  }

  /** Returns the time of a write in milliseconds: whole seconds, and not before the last write of the object. */
  #timestamp(current: StoredRecord | undefined): number {
    const time = truncateToSeconds(this.#now()).getTime();
    if (Number.isNaN(time)) throw new StorageError({ code: 'InvalidArgument', message: 'the option `now` returned an invalid time' });
    return Math.max(time, current?.lastModified ?? time);
  }
}
