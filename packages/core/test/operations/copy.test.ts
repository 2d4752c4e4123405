import { expect, test } from 'vitest';
import type { CopyOptions } from '../../src/api/options.js';
import { failureOf } from '../failure.js';
import { testStore } from './test-store.js';

/** The call of the driver's primitive, with the bucket it is of. */
async function copied(newBucket: string, key: string, source: string, options?: CopyOptions) {
  const { bucket, calls } = testStore();
  await bucket.fcopyTo(newBucket, key, source, options);
  expect(calls.length).toBe(1);
  return { onto: calls[0]?.bucket, args: calls[0]?.args };
}

test('the target copies from this bucket', async () => {
  expect(await copied('other', 't', 's')).toEqual({ onto: 'other', args: ['t', { bucket: 'photos', key: 's' }, {}] });
  expect(await copied('photos', 't', 's')).toEqual({ onto: 'photos', args: ['t', { bucket: 'photos', key: 's' }, {}] });
});

test('the driver gets everything normalised', async () => {
  const { signal } = new AbortController();
  const native = { query: {} };
  const { args } = await copied('other', 't', 's', {
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
] as const)('hands on the condition %o', async ([options, conditions]) => {
  expect((await copied('other', 't', 's', options)).args?.[1]).toMatchObject({ conditions });
});

// What is not given goes along; any header or metadata replaces them all.
test.for([
  [{}, undefined],
  [{ tags: { a: 'b' } }, undefined],
  [{ metadata: {} }, { contentType: 'binary/octet-stream', metadata: {} }],
  [{ metadata: { a: 'b' } }, { contentType: 'binary/octet-stream', metadata: { a: 'b' } }],
  [{ cacheControl: 'no-cache' }, { contentType: 'binary/octet-stream', cacheControl: 'no-cache', metadata: {} }],
  [{ expires: new Date(0) }, { contentType: 'binary/octet-stream', expires: new Date(0), metadata: {} }],
] as const)('%o replaces with %o', async ([options, replace]) => {
  expect((await copied('other', 't', 's', options)).args?.[2]).toEqual(expect.objectContaining({ replace }));
});

test('empty tags replace those of the source', async () => {
  expect((await copied('other', 't', 's', { tags: {} })).args?.[2]).toEqual({ tags: {} });
});

test.for([undefined, {}, { sourceIfMatch: '*' }, { ifMatch: '*' }, { contentType: undefined, tags: undefined }])(
  'onto itself with %o is an InvalidRequest',
  async (options) => {
    const { bucket, calls } = testStore();
    expect(await failureOf(() => bucket.fcopyTo('photos', 'k', 'k', options))).toMatchObject({
      code: 'InvalidRequest',
      key: 'k',
      status: 400,
    });
    expect(calls).toEqual([]);
  },
);

test.for([{ metadata: {} }, { tags: {} }, { contentType: 'a/b' }, { sourceVersionId: 'v' }, { native: { headers: {} } }])(
  'onto itself with %o is a copy',
  async (options) => {
    expect((await copied('photos', 'k', 'k', options)).onto).toBe('photos');
  },
);

test('the same key in another bucket is a copy', async () => {
  expect((await copied('other', 'k', 'k')).onto).toBe('other');
});

test.for([
  [['other', 't', '//'], 'InvalidKey', 'photos', '//'],
  [['other', '..', 's'], 'InvalidKey', 'other', '..'],
  [['other', 't', undefined], 'InvalidArgument', 'other', 't'],
  [['no_bucket', 't', 's'], 'InvalidBucketName', 'no_bucket', 't'],
] as const)('refuses %j with %s before any I/O', async ([args, code, named, key]) => {
  const { bucket, calls } = testStore();
  expect(await failureOf(() => bucket.fcopyTo(...(args as unknown as [string, string, string])))).toMatchObject({
    code,
    operation: 'fcopyTo',
    bucket: named,
    key,
  });
  expect(calls).toEqual([]);
});

test('two conditions on the source, or on the target, are refused', async () => {
  const { bucket } = testStore();
  for (const options of [
    { sourceIfMatch: '*', sourceIfNoneMatch: '*' },
    { ifMatch: '*', ifNoneMatch: '*' },
  ]) {
    expect((await failureOf(() => bucket.fcopyTo('other', 't', 's', options))).code).toBe('InvalidArgument');
  }
});
