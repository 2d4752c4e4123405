import { expect, test } from 'vitest';
import { StorageError } from '../../src/api/errors.js';
import { failureOf, thrownBy } from '../failure.js';
import { settled } from '../body/streams.js';
import { infoOf, testStore } from './test-store.js';

const emptyBody = Buffer.alloc(0);
const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);

test('passes the options to the driver', async () => {
  const { bucket, calls, objects } = testStore();
  objects.set('k', emptyBody);
  const { signal } = new AbortController();
  const native = { headers: {} };
  expect((await bucket.stat('k', { versionId: 'v', native, signal })).key).toBe('k');
  expect(calls[0]?.args).toEqual(['k', { versionId: 'v', native, signal }]);
  await bucket.stat(['k'], { signal });
  expect(calls[1]?.args).toEqual(['k', { signal }]);
});

test('fails with NoSuchKey for one missing object, and returns undefined for it in a list', async () => {
  const { bucket, objects } = testStore();
  objects.set('a', emptyBody).set('b', emptyBody);
  expect((await failureOf(() => bucket.stat('x'))).code).toBe('NoSuchKey');
  expect((await bucket.stat(['b', 'x', 'a', 'b'])).map((info) => info?.key)).toEqual(['b', undefined, 'a', 'b']);
  expect(await bucket.stat([])).toEqual([]);
  expect([await bucket.exists('a'), await bucket.exists('x')]).toEqual([true, false]);
});

test.for(['NoSuchBucket', 'AccessDenied', 'NoSuchVersion', 'InternalError'])('does not treat %s as a missing object', async (code) => {
  const { bucket } = testStore({
    headObject: async () => {
      throw new StorageError({ code, message: 'failed' });
    },
  });
  expect((await failureOf(() => bucket.stat(['k']))).code).toBe(code);
  expect((await failureOf(() => bucket.exists('k'))).code).toBe(code);
});

test('requests 16 objects in parallel and returns them in order', async () => {
  let running = 0;
  let maxRunning = 0;
  const { bucket, calls } = testStore({
    headObject: async (key) => {
      maxRunning = Math.max(maxRunning, ++running);
      await settled();
      running--;
      return infoOf(key, emptyBody);
    },
  });
  expect((await bucket.stat(keys)).map((info) => info?.key)).toEqual(keys);
  expect([maxRunning, calls.length]).toEqual([16, 50]);
});

test('sends no requests after a failure, and waits for those in flight', async () => {
  let running = 0;
  const { bucket, calls } = testStore({
    headObject: async (key) => {
      running++;
      await settled();
      if (key !== 'k0') await settled();
      running--;
      if (key === 'k0') throw new StorageError({ code: 'AccessDenied', message: 'failed' });
      return infoOf(key, emptyBody);
    },
  });
  expect(await failureOf(() => bucket.stat(keys))).toMatchObject({ code: 'AccessDenied', operation: 'stat', bucket: 'photos', key: 'k0' });
  expect([running, calls.length]).toEqual([0, 16]);
});

test('rejects with the reason of an abort', async () => {
  const controller = new AbortController();
  const { bucket } = testStore({
    headObject: (_key, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('socket closed')))),
  });
  const thrown = thrownBy(() => bucket.stat(keys, { signal: controller.signal }));
  controller.abort('stop');
  expect(await thrown).toBe('stop');
});

test.for([[['a', '//']], [['a', undefined]], [[['a']]], [Object.assign([], { 1: 'a' })]])(
  'rejects the list %o with an invalid key before any I/O',
  async ([keysToStat]) => {
    const { bucket, calls } = testStore();
    await failureOf(() => bucket.stat(keysToStat as string[]));
    expect(calls).toEqual([]);
  },
);

test('copies the list of keys before any I/O', async () => {
  const { bucket, objects } = testStore();
  objects.set('a', emptyBody);
  const mutableKeys = ['a'];
  const infos = bucket.stat(mutableKeys);
  mutableKeys[0] = '//';
  expect((await infos).map((info) => info?.key)).toEqual(['a']);
});
