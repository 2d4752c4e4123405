import assert from 'node:assert/strict';
import type { Bucket } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';
import { bodyOf } from './model.js';
import type { Made } from './model.js';

/** What an object is made of, by its metadata; undefined when there is none. Throws where body, type or metadata are of different puts. */
export async function readMade(bucket: Bucket, key: string): Promise<Made | undefined> {
  try {
    const object = await bucket.get(key);
    const { contentType, metadata, size } = object.info;
    const made = { id: Number(metadata.id), size, tags: await bucket.tags(key) };
    assert.equal(contentType, `x/${made.id}`, `${key}: the type is of another put than the metadata`);
    assert.equal(metadata.size, String(size), `${key}: the size is of another put than the metadata`);
    assert.ok((await object.bytes()).equals(bodyOf(made)), `${key}: the body is of another put than the metadata`);
    return made;
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
