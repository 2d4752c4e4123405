import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Bucket } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';

/** The state of each object of a bucket with its versions, as JSON, by key. */
export type BucketSnapshot = ReadonlyMap<string, string>;

/** The ETag and attributes of an object. */
export interface ObjectState {
  readonly etag: string;
  readonly contentType: string;
  readonly metadata: unknown;
  readonly tags: unknown;
}

/** A version or delete marker. Its id is left out, since it is random. */
interface VersionState {
  readonly isNull: boolean;
  readonly isLatest: boolean;
  /** Absent for a delete marker. */
  readonly object?: ObjectState | undefined;
}

/** Reads all objects of a bucket. Throws when a listing contradicts an object, or a body is torn. */
export async function takeSnapshot(bucket: Bucket): Promise<BucketSnapshot> {
  const states = new Map<string, ObjectState>();
  for (const { key, etag } of await bucket.list()) {
    const state = await readObject(bucket, key);
    assert.ok(state !== undefined, `${key} is listed but does not exist`);
    assert.equal(etag, state.etag, `${key} has another ETag in the listing`);
    states.set(key, state);
  }
  const histories = await readHistories(bucket);
  for (const [key, state] of states)
    assert.deepEqual(
      histories.get(key)?.[0],
      { ...histories.get(key)?.[0], isLatest: true, object: state },
      `${key} is not its latest version`,
    );
  for (const [key, [latest]] of histories)
    assert.equal(
      states.has(key),
      latest?.object !== undefined,
      `${key} is listed, but its latest version is a delete marker, or the reverse`,
    );
  return new Map([...histories].map(([key, versions]) => [key, JSON.stringify(versions)]));
}

/** Reads all versions of a bucket by key, newest first. */
async function readHistories(bucket: Bucket): Promise<Map<string, VersionState[]>> {
  const histories = new Map<string, VersionState[]>();
  for (const { key, versionId, isLatest, isDeleteMarker, etag } of await bucket.listVersions()) {
    const object = isDeleteMarker ? undefined : await readObject(bucket, key, versionId);
    assert.ok(isDeleteMarker || object !== undefined, `${key} has a version ${versionId} that does not exist`);
    assert.equal(etag, object?.etag ?? '', `a version of ${key} has another ETag in the listing`);
    const versions = histories.get(key) ?? [];
    histories.set(key, [...versions, { isNull: versionId === 'null', isLatest, object }]);
  }
  return histories;
}

/** Reads an object with its body; undefined when it does not exist. Throws when the body is torn. */
export async function readObject(bucket: Bucket, key: string, versionId?: string): Promise<ObjectState | undefined> {
  try {
    const object = await bucket.get(key, { versionId });
    const { etag, size, contentType, metadata } = object.info;
    const body = await object.bytes();
    assert.equal(body.length, size, `${key} is torn: the body has ${body.length} of ${size} bytes`);
    if (!etag.includes('-'))
      assert.equal(createHash('md5').update(body).digest('hex'), etag, `${key} is torn: the MD5 of the body differs`);
    return { etag, contentType, metadata, tags: await bucket.tags(key, { versionId }) };
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey') || isStorageError(error, 'NoSuchVersion')) return undefined;
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
