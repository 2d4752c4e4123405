import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Bucket } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';

/** All that counts of an object, in one text. */
export type Snapshot = ReadonlyMap<string, string>;

/** Reads every object of a bucket, by listing, `stat`, `get` and `tags`, and checks that they agree and that no body is torn. */
export async function snapshot(bucket: Bucket): Promise<Snapshot> {
  const objects = new Map<string, string>();
  for (const listed of await bucket.list()) {
    const state = await readWhole(bucket, listed.key);
    assert.ok(state !== undefined, `${listed.key} is listed but is not there`);
    assert.equal(listed.etag, state.etag, `the listing of ${listed.key} has another ETag than stat`);
    objects.set(listed.key, JSON.stringify(state));
  }
  return objects;
}

/** One object, whole: undefined when there is none. */
export async function readWhole(
  bucket: Bucket,
  key: string,
): Promise<{ etag: string; type: string; metadata: unknown; tags: unknown } | undefined> {
  try {
    const object = await bucket.get(key);
    const { etag, size, contentType, metadata } = object.info;
    const body = await object.bytes();
    assert.equal(body.length, size, `${key} is torn: ${body.length} of ${size} bytes`);
    if (!etag.includes('-')) assert.equal(createHash('md5').update(body).digest('hex'), etag, `${key} is torn: its body has another MD5`);
    return { etag, type: contentType, metadata, tags: await bucket.tags(key) };
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
