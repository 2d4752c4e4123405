import type { Bucket, Datastore } from '@anybucket/core';

/** A kind of write, to be killed at each of its steps. */
export interface Scene {
  readonly name: string;
  /** What is there before. */
  prepare(bucket: Bucket, store: Datastore): Promise<void>;
  act(bucket: Bucket, store: Datastore): Promise<unknown>;
}

const old = { contentType: 'x/old', metadata: { state: 'old' }, tags: { state: 'old' } };
const next = { contentType: 'x/new', metadata: { state: 'new' }, tags: { state: 'new' } };
const large = (fill: number): AsyncIterable<Uint8Array> => chunks(Buffer.alloc(300_000, fill), 5);

/** Every kind of write. */
export const scenes: readonly Scene[] = [
  { name: 'put new', prepare: nothing, act: (bucket) => bucket.put('a', 'new', next) },
  { name: 'put new, in new folders', prepare: nothing, act: (bucket) => bucket.put('a/b/c', 'new', next) },
  { name: 'put over', prepare: (bucket) => put(bucket, 'a'), act: (bucket) => bucket.put('a', 'new', next) },
  { name: 'put a stream over', prepare: (bucket) => put(bucket, 'a'), act: (bucket) => bucket.put('a', large(2), next) },
  {
    name: 'put over a stream',
    prepare: async (bucket) => void (await bucket.put('a', large(1), old)),
    act: (bucket) => bucket.put('a', 'new', next),
  },
  {
    name: 'put over, with ifMatch',
    prepare: (bucket) => put(bucket, 'a'),
    act: async (bucket) => bucket.put('a', 'new', { ...next, ifMatch: (await bucket.stat('a')).etag }),
  },
  {
    name: 'put over a long record',
    prepare: (bucket) => longRecord(bucket, 'a'),
    act: (bucket) => bucket.put('a', 'new', { ...next, metadata: { state: 'x'.repeat(1500) } }),
  },
  { name: 'put a/b where a is', prepare: (bucket) => put(bucket, 'a'), act: (bucket) => bucket.put('a/b', 'new', next) },
  { name: 'put a where a/b is', prepare: (bucket) => put(bucket, 'a/b'), act: (bucket) => bucket.put('a', 'new', next) },
  { name: 'put a back to its path', prepare: withoutBelow, act: (bucket) => bucket.put('a', 'new', next) },
  { name: 'put a/', prepare: (bucket) => put(bucket, 'a/b'), act: (bucket) => bucket.put('a/', 'new', next) },
  { name: 'delete', prepare: (bucket) => put(bucket, 'a'), act: (bucket) => bucket.delete('a') },
  { name: 'delete, the last in its folders', prepare: (bucket) => put(bucket, 'a/b/c'), act: (bucket) => bucket.delete('a/b/c') },
  {
    name: 'delete a beside a/b',
    prepare: async (bucket) => put(bucket, 'a').then(() => put(bucket, 'a/b')),
    act: (bucket) => bucket.delete('a'),
  },
  {
    name: 'delete many',
    prepare: async (bucket) => void (await Promise.all(['a', 'b', 'c/d'].map((key) => put(bucket, key)))),
    act: (bucket) => bucket.delete(['a', 'b', 'c/d']),
  },
  { name: 'set tags', prepare: (bucket) => put(bucket, 'a'), act: (bucket) => bucket.setTags('a', { state: 'new' }) },
  {
    name: 'set tags on a long record',
    prepare: (bucket) => longRecord(bucket, 'a'),
    act: (bucket) => bucket.setTags('a', { state: 'x'.repeat(200), more: 'y'.repeat(256) }),
  },
  { name: 'remove tags', prepare: (bucket) => put(bucket, 'a'), act: (bucket) => bucket.removeTags('a') },
  {
    name: 'copy over',
    prepare: twoObjects,
    act: (bucket) => bucket.fcopyTo(bucket.name, 'a', 'b'),
  },
  {
    name: 'copy onto itself',
    prepare: (bucket) => put(bucket, 'a'),
    act: (bucket) => bucket.fcopyTo(bucket.name, 'a', 'a', { metadata: { state: 'new' }, tags: { state: 'new' } }),
  },
  {
    name: 'make and remove a bucket',
    prepare: (bucket) => put(bucket, 'a'),
    act: async (_bucket, store) => (await store.createBucket('other')) && (await store.removeBucket('other')),
  },
];

async function nothing(): Promise<void> {}

async function put(bucket: Bucket, key: string): Promise<void> {
  await bucket.put(key, 'old', old);
}

async function twoObjects(bucket: Bucket): Promise<void> {
  await put(bucket, 'a');
  await bucket.put('b', 'source', next);
}

/** So many lines that the next one makes the record anew. */
async function longRecord(bucket: Bucket, key: string): Promise<void> {
  for (let i = 0; i < 3; i++) await bucket.put(key, 'old', { ...old, metadata: { state: `${i}`.repeat(1200) } });
}

/** Leaves `a` under its digest, with nothing at its path. */
async function withoutBelow(bucket: Bucket): Promise<void> {
  await put(bucket, 'a');
  await put(bucket, 'a/b');
  await bucket.delete('a/b');
}

async function* chunks(chunk: Uint8Array, count: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let i = 0; i < count; i++) yield chunk;
}
