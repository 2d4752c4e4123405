import { isUtf8 } from 'node:buffer';
import { types } from 'node:util';
import { StorageError, checkBucketName, checkKey, defaultContentType, defaultPartSize } from '@anybucket/core/backend';
import { copyContent } from './content.js';
import { latestVersion } from './object-index.js';
import { receiveBytes } from './receive.js';
import type { Store } from './store.js';

/** The body of an initial object: text, bytes, or bytes in the format of `toJSON()`. */
export type SeedBody = string | Uint8Array | { readonly base64: string };

/** Initial buckets: bodies by bucket and key. */
export type BucketSeeds = Readonly<Record<string, Readonly<Record<string, SeedBody>>>>;

/** Bodies by bucket and key: UTF-8 as text, other bytes as base64. */
export type StoredBodies = Record<string, Record<string, string | { base64: string }>>;

/**
 * Validates seeds, which bypass the portable layer, and yields them bucket by bucket.
 * @throws `InvalidArgument`, `InvalidBucketName`, `InvalidKey`, `KeyTooLongError`
 */
function* validatedSeeds(buckets: BucketSeeds): Generator<[bucket: string, bodies: [key: string, body: Buffer][]]> {
  for (const [bucket, bodies] of Object.entries<unknown>(buckets)) {
    checkBucketName(bucket);
    if (typeof bodies !== 'object' || bodies === null) throw invalidArgument('a bucket must be an object: `{ key: body }`', bucket);
    yield [bucket, Object.entries<unknown>({ ...bodies }).map(([key, body]) => [key, toBytes(body, bucket, key)])];
  }
}

/** Creates initial buckets and objects. @throws `InvalidArgument`, `InvalidBucketName`, `InvalidKey`, `KeyTooLongError` */
export function seedStore(store: Store, buckets: BucketSeeds): void {
  const attributes = { contentType: defaultContentType, metadata: {} };
  for (const [bucket, bodies] of validatedSeeds(buckets)) {
    store.createBucket(bucket);
    for (const [key, body] of bodies) store.put(bucket, key, { ...receiveBytes(body, defaultPartSize), attributes, tags: {} }, undefined);
  }
}

/** Returns all bodies, in listing order. */
export function storedBodies(store: Store): StoredBodies {
  const bodiesOf = (bucket: string) =>
    Array.from(store.bucket(bucket).objects.histories(), latestVersion).flatMap((object) =>
      object === undefined ? [] : [[object.key, toSeedBody(copyContent(object.content))] as const],
    );
  return Object.fromEntries(store.bucketNames().map((bucket) => [bucket, Object.fromEntries(bodiesOf(bucket))]));
}

/** Converts a body to the format of `toJSON()`. */
function toSeedBody(bytes: Uint8Array): string | { base64: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? buffer.toString('utf8') : { base64: buffer.toString('base64') };
}

function toBytes(body: unknown, bucket: string, key: string): Buffer {
  checkKey(key);
  if (typeof body === 'string') return Buffer.from(body);
  // Copied, because the volume stores bytes without a copy.
  if (types.isUint8Array(body)) return Buffer.from(body);
  if (typeof body === 'object' && body !== null && 'base64' in body && typeof body.base64 === 'string') {
    return Buffer.from(body.base64, 'base64');
  }
  throw invalidArgument('a body must be text, bytes or `{ base64 }`', bucket, key);
}

function invalidArgument(message: string, bucket: string, key?: string): StorageError {
  return new StorageError({ code: 'InvalidArgument', operation: 'MemoryDatastore', bucket, key, message });
}
