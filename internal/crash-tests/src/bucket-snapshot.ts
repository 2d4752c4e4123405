import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Bucket } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';

/** The state of each object of a bucket, as JSON, by key. */
export type BucketSnapshot = ReadonlyMap<string, string>;

/** The ETag and attributes of an object. */
export interface ObjectState {
  readonly etag: string;
  readonly contentType: string;
  readonly metadata: unknown;
  readonly tags: unknown;
}

/** Reads all objects of a bucket. Throws when the listing contradicts an object, or a body is torn. */
export async function takeSnapshot(bucket: Bucket): Promise<BucketSnapshot> {
  const states = new Map<string, string>();
  for (const { key, etag } of await bucket.list()) {
    const state = await readObject(bucket, key);
    assert.ok(state !== undefined, `${key} is listed but does not exist`);
    assert.equal(etag, state.etag, `${key} has another ETag in the listing`);
    states.set(key, JSON.stringify(state));
  }
  return states;
}

/** Reads an object with its body; undefined when it does not exist. Throws when the body is torn. */
export async function readObject(bucket: Bucket, key: string): Promise<ObjectState | undefined> {
  try {
    const object = await bucket.get(key);
    const { etag, size, contentType, metadata } = object.info;
    const body = await object.bytes();
    assert.equal(body.length, size, `${key} is torn: the body has ${body.length} of ${size} bytes`);
    if (!etag.includes('-'))
      assert.equal(createHash('md5').update(body).digest('hex'), etag, `${key} is torn: the MD5 of the body differs`);
    return { etag, contentType, metadata, tags: await bucket.tags(key) };
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}

/** Checks that each object is in its old or its new state. */
export function assertOldOrNew(actual: BucketSnapshot, before: BucketSnapshot, after: BucketSnapshot, context: string): void {
  for (const key of new Set([...actual.keys(), ...before.keys(), ...after.keys()])) {
    const state = actual.get(key);
    assert.ok(state === before.get(key) || state === after.get(key), `${context}: ${key} is neither old nor new, but ${state}`);
  }
}
