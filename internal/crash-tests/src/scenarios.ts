import type { Bucket } from '@anybucket/core';
import { newAttributes, oldAttributes } from './scenario.js';
import type { Scenario } from './scenario.js';
import { uploadScenarios } from './upload-scenarios.js';
import { versionScenarios } from './version-scenarios.js';

/** The bucket that all scenarios use. */
export const scenarioBucket = 'photos';

/** The writes without versions. */
const plainScenarios: readonly Scenario[] = [
  { name: 'put a new key', prepare: none, run: (bucket) => bucket.put('a', 'new', newAttributes) },
  { name: 'put a new key in new folders', prepare: none, run: (bucket) => bucket.put('a/b/c', 'new', newAttributes) },
  { name: 'overwrite', prepare: (bucket) => putOld(bucket, 'a'), run: (bucket) => bucket.put('a', 'new', newAttributes) },
  {
    name: 'overwrite with a stream',
    prepare: (bucket) => putOld(bucket, 'a'),
    run: (bucket) => bucket.put('a', largeStream(2), newAttributes),
  },
  {
    name: 'overwrite a streamed object',
    prepare: async (bucket) => void (await bucket.put('a', largeStream(1), oldAttributes)),
    run: (bucket) => bucket.put('a', 'new', newAttributes),
  },
  {
    name: 'overwrite with ifMatch',
    prepare: (bucket) => putOld(bucket, 'a'),
    run: async (bucket) => bucket.put('a', 'new', { ...newAttributes, ifMatch: (await bucket.stat('a')).etag }),
  },
  {
    name: 'overwrite with the same body',
    prepare: (bucket) => putOld(bucket, 'a'),
    run: (bucket) => bucket.put('a', 'old', newAttributes),
  },
  {
    name: 'overwrite and compact the record file',
    prepare: (bucket) => fillRecordFile(bucket, 'a'),
    run: (bucket) => bucket.put('a', 'new', { ...newAttributes, metadata: { state: 'x'.repeat(1500) } }),
  },
  { name: 'put a/b below a', prepare: (bucket) => putOld(bucket, 'a'), run: (bucket) => bucket.put('a/b', 'new', newAttributes) },
  { name: 'put a above a/b', prepare: (bucket) => putOld(bucket, 'a/b'), run: (bucket) => bucket.put('a', 'new', newAttributes) },
  { name: 'move a back to its path', prepare: leaveAtDigest, run: (bucket) => bucket.put('a', 'new', newAttributes) },
  { name: 'put a/', prepare: (bucket) => putOld(bucket, 'a/b'), run: (bucket) => bucket.put('a/', 'new', newAttributes) },
  { name: 'delete', prepare: (bucket) => putOld(bucket, 'a'), run: (bucket) => bucket.delete('a') },
  { name: 'delete the last key in its folders', prepare: (bucket) => putOld(bucket, 'a/b/c'), run: (bucket) => bucket.delete('a/b/c') },
  {
    name: 'delete a above a/b',
    prepare: async (bucket) => putOld(bucket, 'a').then(() => putOld(bucket, 'a/b')),
    run: (bucket) => bucket.delete('a'),
  },
  {
    name: 'delete several keys',
    prepare: async (bucket) => void (await Promise.all(['a', 'b', 'c/d'].map((key) => putOld(bucket, key)))),
    run: (bucket) => bucket.delete(['a', 'b', 'c/d']),
  },
  { name: 'set tags', prepare: (bucket) => putOld(bucket, 'a'), run: (bucket) => bucket.setTags('a', { state: 'new' }) },
  {
    name: 'set tags and compact the record file',
    prepare: (bucket) => fillRecordFile(bucket, 'a'),
    run: (bucket) => bucket.setTags('a', { state: 'x'.repeat(200), more: 'y'.repeat(256) }),
  },
  { name: 'remove tags', prepare: (bucket) => putOld(bucket, 'a'), run: (bucket) => bucket.removeTags('a') },
  { name: 'copy over an object', prepare: putTwo, run: (bucket) => bucket.fcopyTo(bucket.name, 'a', 'b') },
  {
    name: 'copy an object onto itself',
    prepare: (bucket) => putOld(bucket, 'a'),
    run: (bucket) => bucket.fcopyTo(bucket.name, 'a', 'a', { metadata: { state: 'new' }, tags: { state: 'new' } }),
  },
  {
    name: 'create and remove a bucket',
    prepare: (bucket) => putOld(bucket, 'a'),
    run: async (_bucket, datastore) => (await datastore.createBucket('other')) && (await datastore.removeBucket('other')),
  },
];

/** Every kind of write. */
export const scenarios: readonly Scenario[] = [...plainScenarios, ...versionScenarios, ...uploadScenarios];

async function none(): Promise<void> {}

async function putOld(bucket: Bucket, key: string): Promise<void> {
  await bucket.put(key, 'old', oldAttributes);
}

async function putTwo(bucket: Bucket): Promise<void> {
  await putOld(bucket, 'a');
  await bucket.put('b', 'source', newAttributes);
}

/** Writes so many records that the next one rewrites the record file. */
async function fillRecordFile(bucket: Bucket, key: string): Promise<void> {
  for (let i = 0; i < 3; i++) await bucket.put(key, 'old', { ...oldAttributes, metadata: { state: `${i}`.repeat(1200) } });
}

/** Leaves `a` stored under its digest, although nothing occupies its path any more. */
async function leaveAtDigest(bucket: Bucket): Promise<void> {
  await putOld(bucket, 'a');
  await putOld(bucket, 'a/b');
  await bucket.delete('a/b');
}

async function* largeStream(fill: number): AsyncGenerator<Uint8Array, void, undefined> {
  const chunk = Buffer.alloc(300_000, fill);
  for (let i = 0; i < 5; i++) yield chunk;
}
