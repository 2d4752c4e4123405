import { expect, test } from 'vitest';
import type { GetCall } from '../../src/driver/calls.js';
import { thrownBy, failureOf } from '../failure.js';
import { TestStream } from '../body/streams.js';
import { infoOf, testStore } from './test-store.js';

test('passes no options to the driver by default', async () => {
  const { bucket, calls, objects } = testStore();
  objects.set('k', Buffer.from('data'));
  await bucket.get('k');
  expect(calls[0]?.args).toEqual(['k', {}]);
});

test('passes normalised options to the driver', async () => {
  const { bucket, calls, objects } = testStore();
  objects.set('k', Buffer.from('data'));
  const { signal } = new AbortController();
  const native = { query: { a: 'b' } };
  const range = { start: 1, end: undefined, suffix: undefined };
  await bucket.get('k', { range, ifMatch: '"e"', ifUnmodifiedSince: new Date(1999), versionId: 'v', native, signal });
  const call = calls[0]?.args[1] as GetCall;
  expect(call).toEqual({
    range: { start: 1 },
    conditions: { ifMatch: 'e', ifUnmodifiedSince: new Date(1000) },
    versionId: 'v',
    native,
    signal,
  });
  expect(call.range).toStrictEqual({ start: 1 });
});

test('returns the requested range, and the metadata of the whole object', async () => {
  const { bucket, objects } = testStore();
  objects.set('k', Buffer.from('hello'));
  const object = await bucket.get('k', { range: { start: 1, end: 3 } });
  expect([object.info.size, object.range, await object.text()]).toEqual([5, { start: 1, end: 3, size: 5 }, 'el']);
});

test('checks the length of a stream against the range', async () => {
  const get = (body: TestStream) =>
    testStore({
      getObject: async (key) => ({ info: { ...infoOf(key, Buffer.alloc(0)), size: 9 }, range: { start: 2, end: 5, size: 9 }, body }),
    }).bucket.get('k');
  expect(await (await get(new TestStream(['ab', 'c']))).text()).toBe('abc');
  expect(await failureOf(async () => (await get(new TestStream(['ab']))).text())).toMatchObject({
    code: 'IncompleteBody',
    operation: 'get',
    bucket: 'photos',
    key: 'k',
  });
});

test.for([
  [{ start: 3, end: 3 }, 'InvalidRange'],
  [{ suffix: 0 }, 'InvalidRange'],
  [{ start: -1 }, 'InvalidArgument'],
] as const)('rejects the range %o with %s before any I/O', async ([range, code]) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.get('k', { range }))).code).toBe(code);
  expect(calls).toEqual([]);
});

test('rejects two conditions before any I/O', async () => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.get('k', { ifMatch: '*', ifNoneMatch: '*' }))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('adds operation, bucket and key to errors of the body', async () => {
  const cause = new Error('gone');
  const { bucket } = testStore({
    getObject: async (key) => ({ info: { ...infoOf(key, Buffer.alloc(0)), size: 9 }, body: new TestStream(['ab'], cause) }),
  });
  const object = await bucket.get('k');
  expect(await failureOf(() => object.text())).toMatchObject({
    code: 'InternalError',
    operation: 'get',
    bucket: 'photos',
    key: 'k',
    cause,
  });
  expect(await failureOf(() => object.text())).toMatchObject({ code: 'BodyUsed', operation: 'get', bucket: 'photos', key: 'k' });
});

test('the signal also cancels the body', async () => {
  const stream = new TestStream([], 'hang');
  const { bucket } = testStore({ getObject: async (key) => ({ info: { ...infoOf(key, Buffer.alloc(0)), size: 9 }, body: stream }) });
  const controller = new AbortController();
  const object = await bucket.get('k', { signal: controller.signal });
  const thrown = thrownBy(() => object.text());
  controller.abort('stop');
  expect([await thrown, stream.cancelled]).toEqual(['stop', 1]);
});
