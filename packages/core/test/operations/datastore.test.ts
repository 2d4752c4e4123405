import { expect, test } from 'vitest';
import { PortableDatastore } from '../../src/operations/datastore.js';
import type { DatastoreDriver } from '../../src/driver/datastore-driver.js';
import { codeOf, failureOf } from '../failure.js';
import { testStore } from './test-store.js';

const names = ['b-2', 'a.b', 'b-10', 'a-b', 'ab0'];

test('lists names in byte order, as an array or as a comma-separated string', async () => {
  const { store } = testStore({ listBuckets: async () => [...names] });
  const sorted = ['a-b', 'a.b', 'ab0', 'b-10', 'b-2'];
  expect(await store.list()).toEqual(sorted);
  expect(await store.list('array')).toEqual(sorted);
  expect(await store.list({ returnType: 'array' })).toEqual(sorted);
  expect(await store.list({ returnType: undefined })).toEqual(sorted);
  expect(await store.list('str')).toBe(sorted.join(','));
  expect(await store.list({ returnType: 'str' })).toBe(sorted.join(','));
  expect(await store.list('str', {})).toBe(sorted.join(','));
});

test('lists no buckets as an empty string', async () => {
  expect(await testStore({ listBuckets: async () => [] }).store.list('str')).toBe('');
});

test.for(['text', '', null, 1, ['str']])('rejects the return type %o', async (returnType) => {
  const { store, calls } = testStore();
  expect((await failureOf(() => store.list(returnType as 'str'))).code).toBe('InvalidArgument');
  expect((await failureOf(() => store.list({ returnType: returnType as 'str' }))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('passes the signal to the driver', async () => {
  const { store, calls } = testStore();
  const { signal } = new AbortController();
  await store.list({ signal });
  await store.list('str', { signal });
  await store.getBuckets({ signal });
  await store.bucketExists('photos', { signal });
  await store.createBucket('photos', { signal });
  await store.removeBucket('photos', { signal });
  expect(calls.map(({ args }) => args.at(-1))).toEqual(calls.map(() => ({ signal })));
});

test('returns bucket handles', async () => {
  const { store, calls } = testStore({ listBuckets: async () => [...names] });
  expect((await store.getBuckets()).map(({ name }) => name)).toEqual(['a-b', 'a.b', 'ab0', 'b-10', 'b-2']);
  const handle = await store.getBucket('photos');
  expect([handle.name, handle.datastore]).toEqual(['photos', store]);
  calls.length = 0;
  expect(store.bucket('other').name).toBe('other');
  expect(calls).toEqual([]);
});

test('getBucket fails with NoSuchBucket if the bucket does not exist', async () => {
  const { store } = testStore({ bucketExists: async () => false });
  expect(await failureOf(() => store.getBucket('photos'))).toMatchObject({
    code: 'NoSuchBucket',
    operation: 'getBucket',
    bucket: 'photos',
    status: 404,
  });
  expect(await store.bucketExists('photos')).toBe(false);
});

test.for([true, false])('createBucket and removeBucket return the result of the driver: %s', async (result) => {
  const { store } = testStore({ createBucket: async () => result, removeBucket: async () => result });
  expect(await store.createBucket('photos')).toBe(result);
  expect(await store.removeBucket('photos')).toBe(result);
});

test.for([
  ['ab', 'InvalidBucketName'],
  ['minio', 'AllAccessDisabled'],
  [undefined, 'InvalidArgument'],
  [5, 'InvalidArgument'],
] as const)('every method rejects the bucket name %o with %s before any I/O', async ([name, code]) => {
  const { store, bucket, calls } = testStore();
  const expected = { code, bucket: typeof name === 'string' ? name : undefined };
  for (const operation of ['getBucket', 'createBucket', 'removeBucket', 'bucketExists'] as const) {
    const failure = await failureOf(() => store[operation](name as string));
    expect({ code: failure.code, bucket: failure.bucket }).toEqual(expected);
    expect(failure.operation).toBe(operation);
  }
  expect(await failureOf(() => store.bucket(name as string))).toMatchObject({ code, operation: 'bucket' });
  expect(codeOf(() => store.bucket(name as string))).toBe(code);
  expect(await failureOf(() => bucket.fcopyTo(name as string, 'k', 's'))).toMatchObject({ code, operation: 'fcopyTo' });
  expect(calls).toEqual([]);
});

test('uses the name of the backend by default', () => {
  const driver = { backend: 'test', capabilities: {} } as DatastoreDriver;
  expect(new PortableDatastore(driver)).toMatchObject({ name: 'test', backend: 'test' });
  expect(new PortableDatastore(driver, { name: undefined }).name).toBe('test');
  expect(new PortableDatastore(driver, { name: 'archive' })).toMatchObject({ name: 'archive', backend: 'test' });
});

test.for<[options: unknown, message: string]>([
  [{ nme: 'archive' }, 'unknown option "nme"; expected one of name'],
  [{ name: 5 }, '`name`'],
  ['archive', 'options'],
  [null, 'options'],
])('rejects the constructor options %j', async ([options, message]) => {
  const driver = { backend: 'test', capabilities: {} } as DatastoreDriver;
  const error = await failureOf(() => new PortableDatastore(driver, options as object));
  expect(error).toMatchObject({ code: 'InvalidArgument', operation: 'PortableDatastore' });
  expect(error.message).toContain(message);
});

test('datastores, buckets and objects are not thenable', async () => {
  const { store, bucket, objects } = testStore();
  objects.set('k', Buffer.from('data'));
  for (const value of [store, bucket, await bucket.get('k')]) expect('then' in value).toBe(false);
});
