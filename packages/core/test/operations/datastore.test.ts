import { expect, test } from 'vitest';
import { PortableDatastore } from '../../src/operations/datastore.js';
import type { DatastoreDriver } from '../../src/driver/datastore-driver.js';
import { codeOf, failureOf } from '../failure.js';
import { testStore } from './test-store.js';

const names = ['b-2', 'a.b', 'b-10', 'a-b', 'ab0'];

test('lists names in byte order, as an array or in one string', async () => {
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

test('of no bucket the string is empty', async () => {
  expect(await testStore({ listBuckets: async () => [] }).store.list('str')).toBe('');
});

test.for(['text', '', null, 1, ['str']])('refuses %o for a return type', async (returnType) => {
  const { store, calls } = testStore();
  expect((await failureOf(() => store.list(returnType as 'str'))).code).toBe('InvalidArgument');
  expect((await failureOf(() => store.list({ returnType: returnType as 'str' }))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('hands the signal on', async () => {
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

test('gives handles', async () => {
  const { store, calls } = testStore({ listBuckets: async () => [...names] });
  expect((await store.getBuckets()).map(({ name }) => name)).toEqual(['a-b', 'a.b', 'ab0', 'b-10', 'b-2']);
  const handle = await store.getBucket('photos');
  expect([handle.name, handle.datastore]).toEqual(['photos', store]);
  calls.length = 0;
  expect(store.bucket('other').name).toBe('other');
  expect(calls).toEqual([]);
});

test('getBucket of a missing bucket is NoSuchBucket', async () => {
  const { store } = testStore({ bucketExists: async () => false });
  expect(await failureOf(() => store.getBucket('photos'))).toMatchObject({
    code: 'NoSuchBucket',
    operation: 'getBucket',
    bucket: 'photos',
    status: 404,
  });
  expect(await store.bucketExists('photos')).toBe(false);
});

test.for([true, false])('create and remove answer what the driver answers: %s', async (answer) => {
  const { store } = testStore({ createBucket: async () => answer, removeBucket: async () => answer });
  expect(await store.createBucket('photos')).toBe(answer);
  expect(await store.removeBucket('photos')).toBe(answer);
});

test.for([
  ['ab', 'InvalidBucketName'],
  ['minio', 'AllAccessDisabled'],
  [undefined, 'InvalidArgument'],
  [5, 'InvalidArgument'],
] as const)('the name %o is refused by every method with %s, before any I/O', async ([name, code]) => {
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

test('is named after its backend unless it has a name', () => {
  const driver = { backend: 'test', capabilities: {} } as DatastoreDriver;
  expect(new PortableDatastore(driver)).toMatchObject({ name: 'test', backend: 'test' });
  expect(new PortableDatastore(driver, { name: undefined }).name).toBe('test');
  expect(new PortableDatastore(driver, { name: 'archive' })).toMatchObject({ name: 'archive', backend: 'test' });
});

test('neither a datastore nor a bucket nor an object can be taken for a promise', async () => {
  const { store, bucket, objects } = testStore();
  objects.set('k', Buffer.from('data'));
  for (const one of [store, bucket, await bucket.get('k')]) expect('then' in one).toBe(false);
});
