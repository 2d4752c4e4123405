import { expect, test } from 'vitest';
import type { CopyOptions } from '../../src/api/options.js';
import { failureOf } from '../failure.js';
import { testStore } from './test-store.js';

/** Copies an object. Returns the arguments of the driver call, and the bucket that received it. */
async function driverCallOf(newBucket: string, key: string, source: string, options?: CopyOptions) {
  const { bucket, calls } = testStore();
  await bucket.fcopyTo(newBucket, key, source, options);
  expect(calls.length).toBe(1);
  return { targetBucket: calls[0]?.bucket, args: calls[0]?.args };
}

test('calls the driver of the target bucket with the source in this bucket', async () => {
  expect(await driverCallOf('other', 't', 's')).toEqual({ targetBucket: 'other', args: ['t', { bucket: 'photos', key: 's' }, {}] });
  expect(await driverCallOf('photos', 't', 's')).toEqual({ targetBucket: 'photos', args: ['t', { bucket: 'photos', key: 's' }, {}] });
});

test('passes normalised options to the driver', async () => {
  const { signal } = new AbortController();
  const native = { query: {} };
  const { args } = await driverCallOf('other', 't', 's', {
    contentType: ' a/b ',
    metadata: { A: ' b ' },
    tags: { x: 'y' },
    ifMatch: '"e"',
    sourceVersionId: 'v',
    sourceIfMatch: '"s"',
    sourceIfUnmodifiedSince: new Date(1999),
    native,
    signal,
  });
  expect(args).toEqual([
    't',
    { bucket: 'photos', key: 's', versionId: 'v', conditions: { ifMatch: 's', ifUnmodifiedSince: new Date(1000) } },
    { replace: { contentType: 'a/b', metadata: { a: 'b' } }, tags: { x: 'y' }, conditions: { ifMatch: 'e' }, native, signal },
  ]);
});

test.for([
  [{ sourceIfNoneMatch: '*' }, { ifNoneMatch: '*' }],
  [{ sourceIfModifiedSince: new Date(1999) }, { ifModifiedSince: new Date(1000) }],
] as const)('passes the condition %o to the driver', async ([options, conditions]) => {
  expect((await driverCallOf('other', 't', 's', options)).args?.[1]).toMatchObject({ conditions });
});

// Any header or metadata replaces all headers and all metadata.
test.for([
  [{}, undefined],
  [{ tags: { a: 'b' } }, undefined],
  [{ metadata: {} }, { contentType: 'binary/octet-stream', metadata: {} }],
  [{ metadata: { a: 'b' } }, { contentType: 'binary/octet-stream', metadata: { a: 'b' } }],
  [{ cacheControl: 'no-cache' }, { contentType: 'binary/octet-stream', cacheControl: 'no-cache', metadata: {} }],
  [{ expires: new Date(0) }, { contentType: 'binary/octet-stream', expires: new Date(0), metadata: {} }],
] as const)('passes %o as `replace: %o`', async ([options, replace]) => {
  expect((await driverCallOf('other', 't', 's', options)).args?.[2]).toEqual(expect.objectContaining({ replace }));
});

test('replaces the tags of the source with empty tags', async () => {
  expect((await driverCallOf('other', 't', 's', { tags: {} })).args?.[2]).toEqual({ tags: {} });
});

test.for([
  undefined,
  {},
  { sourceIfMatch: '*' },
  { ifMatch: '*' },
  { contentType: undefined, tags: undefined },
  { native: { headers: {} } },
])('rejects a copy onto itself with %o', async (options) => {
  const { bucket, calls } = testStore();
  expect(await failureOf(() => bucket.fcopyTo('photos', 'k', 'k', options))).toMatchObject({
    code: 'InvalidRequest',
    key: 'k',
    status: 400,
  });
  expect(calls).toEqual([]);
});

test.for([{ metadata: {} }, { tags: {} }, { contentType: 'a/b' }, { sourceVersionId: 'v' }, { native: { headers: { a: 'b' } } }])(
  'accepts a copy onto itself with %o',
  async (options) => {
    expect((await driverCallOf('photos', 'k', 'k', options)).targetBucket).toBe('photos');
  },
);

test('accepts a copy to the same key in another bucket', async () => {
  expect((await driverCallOf('other', 'k', 'k')).targetBucket).toBe('other');
});

test.for([
  [['other', 't', '//'], 'InvalidKey', 'photos', '//'],
  [['other', '..', 's'], 'InvalidKey', 'other', '..'],
  [['other', 't', undefined], 'InvalidArgument', 'other', 't'],
  [['no_bucket', 't', 's'], 'InvalidBucketName', 'no_bucket', 't'],
] as const)('rejects %j with %s before any I/O', async ([args, code, errorBucket, key]) => {
  const { bucket, calls } = testStore();
  expect(await failureOf(() => bucket.fcopyTo(...(args as unknown as [string, string, string])))).toMatchObject({
    code,
    operation: 'fcopyTo',
    bucket: errorBucket,
    key,
  });
  expect(calls).toEqual([]);
});

test('rejects two conditions on the source or on the target', async () => {
  const { bucket } = testStore();
  for (const options of [
    { sourceIfMatch: '*', sourceIfNoneMatch: '*' },
    { ifMatch: '*', ifNoneMatch: '*' },
  ]) {
    expect((await failureOf(() => bucket.fcopyTo('other', 't', 's', options))).code).toBe('InvalidArgument');
  }
});
