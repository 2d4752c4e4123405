import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Bucket } from '../../src/api/datastore.js';
import { failureOf, thrownBy } from '../failure.js';
import { testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

/** Calls a method with valid arguments, except for those given. */
type Call = (store: TestStore, given: { key?: unknown; options?: unknown }) => Promise<unknown>;

const missingFile = join(tmpdir(), 'anybucket-no-such-folder', 'file');
const respondWith = (text: string) => async () => new Response(text);

function onBucket(call: (bucket: Bucket, key: string, options: never) => unknown): Call {
  return async ({ bucket }, given) => call(bucket, 'key' in given ? (given.key as string) : 'k', given.options as never);
}

/** Methods that take a key. */
const keyMethods: Readonly<Record<string, Call>> = {
  get: onBucket((bucket, key, options) => bucket.get(key, options)),
  fget: onBucket((bucket, key, options) => bucket.fget(key, missingFile, options)),
  put: onBucket((bucket, key, options) => bucket.put(key, 'data', undefined, options)),
  fput: onBucket((bucket, key, options) => bucket.fput(key, missingFile, options)),
  putRequest: onBucket((bucket, key, options) => bucket.putRequest('http://localhost', key, options)),
  delete: onBucket((bucket, key, options) => bucket.delete(key, options)),
  stat: onBucket((bucket, key, options) => bucket.stat(key, options)),
  fcopyTo: onBucket((bucket, key, options) => bucket.fcopyTo('photos', key, 'source', options)),
  exists: onBucket((bucket, key, options) => bucket.exists(key, options)),
  tags: onBucket((bucket, key, options) => bucket.tags(key, options)),
  setTags: onBucket((bucket, key, options) => bucket.setTags(key, {}, options)),
  removeTags: onBucket((bucket, key, options) => bucket.removeTags(key, options)),
  presign: onBucket((bucket, key, options) => bucket.presign('GET', key, options)),
};

/** Methods that take no key, or a list of keys. */
const bucketMethods: Readonly<Record<string, Call>> = {
  list: onBucket((bucket, _, options) => bucket.list(options)),
  iterate: onBucket((bucket, _, options) => bucket.iterate(options).next()),
  listPage: onBucket((bucket, _, options) => bucket.listPage(options)),
  listFilename: onBucket((bucket, _, options) => bucket.listFilename(options)),
  'delete of several': onBucket((bucket, _, options) => bucket.delete(['k'], options)),
  'stat of several': onBucket((bucket, _, options) => bucket.stat(['k'], options)),
  listVersions: onBucket((bucket, _, options) => bucket.listVersions(options)),
  setVersioning: onBucket((bucket, _, options) => bucket.setVersioning('enabled', options)),
  versioning: onBucket((bucket, _, options) => bucket.versioning(options)),
};

/** Methods of the datastore. */
const datastoreMethods: Readonly<Record<string, Call>> = {
  list: ({ store }, { options }) => store.list(options as never),
  'list by return type': ({ store }, { options }) => store.list('str', options as never),
  getBuckets: ({ store }, { options }) => store.getBuckets(options as never),
  getBucket: ({ store }, { options }) => store.getBucket('photos', options as never),
  createBucket: ({ store }, { options }) => store.createBucket('photos', options as never),
  removeBucket: ({ store }, { options }) => store.removeBucket('photos', options as never),
  bucketExists: ({ store }, { options }) => store.bucketExists('photos', options as never),
};

const allBucketMethods = { ...keyMethods, ...bucketMethods };
const allMethods: [name: string, call: Call][] = [
  ...Object.entries(allBucketMethods),
  ...Object.entries(datastoreMethods).map(([name, call]): [string, Call] => [`datastore ${name}`, call]),
];

/** Returns the `operation` of the errors of a call. */
const operationOf = (name: string) => name.replace(/^datastore | of several| by return type/g, '');

test.for(
  Object.entries(keyMethods).flatMap(([name, call]) =>
    (
      [undefined, null, 1, ['k'], '', '/a', 'a//b', '../other/k', 'a\0', '\uD800', 'x__XLDIR__', 'k'.repeat(256), 'k/'.repeat(513)] as const
    ).map((key) => [name, key, call] as const),
  ),
)('%s rejects the key %j before any I/O', async ([name, key, call]) => {
  // With a list of keys, these methods are a different call.
  if (Array.isArray(key) && (name === 'delete' || name === 'stat')) return;
  const context = testStore();
  const failure = await failureOf(() => call(context, { key }));
  expect(['InvalidArgument', 'KeyTooLongError', 'InvalidKey', 'InvalidKey']).toContain(failure.code);
  expect([failure.operation, failure.bucket, failure.key, failure.status]).toEqual([
    name,
    'photos',
    typeof key === 'string' ? key : undefined,
    400,
  ]);
  expect(context.calls).toEqual([]);
});

test.for(allMethods.flatMap(([name, call]) => [null, 5, 'text', [], true].map((options) => [name, options, call] as const)))(
  '%s rejects %o in place of options',
  async ([name, options, call]) => {
    const context = testStore();
    const failure = await failureOf(() => call(context, { options }));
    expect([failure.code, failure.operation]).toEqual(['InvalidArgument', operationOf(name)]);
    expect(context.calls).toEqual([]);
  },
);

test.for(allMethods)('%s rejects an unknown option by name, even if its value is undefined', async ([name, call]) => {
  for (const value of ['x', undefined]) {
    const context = testStore();
    const failure = await failureOf(() => call(context, { options: { contentTyp: value } }));
    expect([failure.code, failure.operation]).toEqual(['InvalidArgument', operationOf(name)]);
    expect(failure.message).toContain('"contentTyp"');
    expect(context.calls).toEqual([]);
  }
});

test.for(allMethods)('%s rejects a signal of another type', async ([, call]) => {
  for (const signal of [null, {}, new AbortController(), new EventTarget()]) {
    const context = testStore();
    expect((await failureOf(() => call(context, { options: { signal } }))).code).toBe('InvalidArgument');
    expect(context.calls).toEqual([]);
  }
});

test.for(allMethods)('%s rejects with the reason of an aborted signal, even if other arguments are invalid', async ([, call]) => {
  const context = testStore();
  const reason = { reason: 'stop' };
  expect(await thrownBy(() => call(context, { key: '//', options: { signal: AbortSignal.abort(reason), unknown: 1 } }))).toBe(reason);
  expect(context.calls).toEqual([]);
});

const conditions = {
  ifMatch: [1, null, '', '""'],
  ifNoneMatch: [1, null, '', 'a\n'],
  ifModifiedSince: ['2020', 0, null],
  ifUnmodifiedSince: ['2020', 0, null],
};
const attributes = {
  contentType: [1, null, '', 'é'],
  cacheControl: [1, null, ''],
  contentDisposition: [1, null, ''],
  contentEncoding: [1, null, ''],
  contentLanguage: [1, null, ''],
  expires: ['2020', 0, null, new Date(Number.NaN)],
  metadata: [1, null, 'a', [], { a: 1 }, new Map(), { 'a b': 'x' }],
  tags: [1, null, 'a', [], { a: 1 }],
  ifMatch: conditions.ifMatch,
  ifNoneMatch: conditions.ifNoneMatch,
  native: [
    1,
    null,
    'a',
    [],
    { header: {} },
    { headers: 'a' },
    { headers: { a: 1 } },
    { query: [] },
    { query: { a: null } },
    { headers: new Headers() },
  ],
};
const readOptions = {
  ...conditions,
  range: [1, null, 'a', {}, { start: -1 }, { start: 0, length: 1 }],
  versionId: [1, null, ''],
  native: attributes.native,
};
const writeOptions = {
  ...attributes,
  contentMD5: [1, null],
  partSize: ['5', null, 0, 5 * 2 ** 20 - 1, 5 * 2 ** 30 + 1, 5.5 * 2 ** 20 + 0.5, Number.NaN, Infinity],
  concurrency: ['1', null, 0, 65, 1.5],
  progress: [1, null, {}, 'a'],
};
const listOptions = {
  recursive: [1, null, 'true'],
  prefix: [1, null, {}, '\uD800'],
  startAfter: [1, null, {}, '\uDC00'],
  delimiter: [1, null, {}, '', '\uD83C'],
  limit: [-1, 1.5, '1', null, Number.NaN, Infinity],
};
const pageOptions = { pageSize: [0, -1, 1.5, '1', null] };
const metadata = { metadata: [1, null, 'true'] };

/** Invalid values of each option, by method. */
const invalidValues: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  get: readOptions,
  fget: { ...readOptions, progress: writeOptions.progress },
  put: writeOptions,
  fput: writeOptions,
  putRequest: {
    ...writeOptions,
    data: [1, null, true],
    method: [1, null, ''],
    headers: [1, null, [], { a: 1 }, new Map()],
    fetch: [1, null, {}],
  },
  delete: { versionId: [1, null, ''], ifMatch: conditions.ifMatch },
  stat: { versionId: [1, null, ''], native: attributes.native },
  fcopyTo: {
    ...attributes,
    sourceVersionId: [1, null, ''],
    sourceIfMatch: conditions.ifMatch,
    sourceIfNoneMatch: conditions.ifNoneMatch,
    sourceIfModifiedSince: conditions.ifModifiedSince,
    sourceIfUnmodifiedSince: conditions.ifUnmodifiedSince,
  },
  tags: { versionId: [1, null, ''] },
  setTags: { versionId: [1, null, ''] },
  removeTags: { versionId: [1, null, ''] },
  presign: { versionId: [1, null, ''], expiresIn: [0, -1, 1.5, '1', null, 604_801, Infinity], contentType: ['text/plain'] },
  list: { ...listOptions, ...metadata },
  iterate: { ...listOptions, ...metadata, ...pageOptions },
  listPage: { ...listOptions, ...metadata, ...pageOptions, token: [1, null, '', 'junk'], limit: [1, null] },
  listFilename: { ...listOptions, returnType: ['string', 1, null], contains: [1, null, {}] },
  listVersions: { prefix: [1, null, {}] },
};

test.for(
  Object.entries(invalidValues).flatMap(([name, options]) =>
    Object.entries(options).flatMap(([option, values]) => values.map((value) => [name, option, value] as const)),
  ),
)('%s rejects the option %s with the value %o', async ([name, option, value]) => {
  const context = testStore();
  const failure = await failureOf(() => allBucketMethods[name]?.(context, { options: { [option]: value } }));
  expect([failure.code, failure.operation]).toEqual(['InvalidArgument', name]);
  expect(context.calls).toEqual([]);
});

// An option with the value undefined must be accepted if it is known. A driver call proves that the calls above are otherwise valid.
test.for(Object.entries(allBucketMethods).filter(([name]) => name !== 'fput' && name !== 'fget'))(
  '%s accepts undefined for each of its options, and calls the driver',
  async ([name, call]) => {
    const context = testStore();
    context.objects.set('k', Buffer.from('data'));
    const options = Object.fromEntries(
      [...Object.keys(invalidValues[name] ?? {}), 'signal'].map((option): [string, unknown] => [option, undefined]),
    );
    if (name === 'putRequest') options['fetch'] = respondWith('data');
    await call(context, { options });
    expect(context.calls.length).toBe(1);
  },
);
