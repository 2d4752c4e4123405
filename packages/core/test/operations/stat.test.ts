import { expect, test } from 'vitest';
import { StorageError } from '../../src/api/errors.js';
import { failureOf, thrownBy } from '../failure.js';
import { settled } from '../body/streams.js';
import { infoOf, testStore } from './test-store.js';

const nothing = Buffer.alloc(0);
const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);

test('the driver gets what was given', async () => {
  const { bucket, calls, objects } = testStore();
  objects.set('k', nothing);
  const { signal } = new AbortController();
  const native = { headers: {} };
  expect((await bucket.stat('k', { versionId: 'v', native, signal })).key).toBe('k');
  expect(calls[0]?.args).toEqual(['k', { versionId: 'v', native, signal }]);
  await bucket.stat(['k'], { signal });
  expect(calls[1]?.args).toEqual(['k', { signal }]);
});

test('of one that is missing there is an error, of many undefined', async () => {
  const { bucket, objects } = testStore();
  objects.set('a', nothing).set('b', nothing);
  expect((await failureOf(() => bucket.stat('x'))).code).toBe('NoSuchKey');
  expect((await bucket.stat(['b', 'x', 'a', 'b'])).map((info) => info?.key)).toEqual(['b', undefined, 'a', 'b']);
  expect(await bucket.stat([])).toEqual([]);
  expect([await bucket.exists('a'), await bucket.exists('x')]).toEqual([true, false]);
});

test.for(['NoSuchBucket', 'AccessDenied', 'NoSuchVersion', 'InternalError'])('%s is not taken for missing', async (code) => {
  const { bucket } = testStore({
    headObject: async () => {
      throw new StorageError({ code, message: 'no' });
    },
  });
  expect((await failureOf(() => bucket.stat(['k']))).code).toBe(code);
  expect((await failureOf(() => bucket.exists('k'))).code).toBe(code);
});

test('many are asked 16 at a time, and answered in order', async () => {
  let running = 0;
  let most = 0;
  const { bucket, calls } = testStore({
    headObject: async (key) => {
      most = Math.max(most, ++running);
      await settled();
      running--;
      return infoOf(key, nothing);
    },
  });
  expect((await bucket.stat(keys)).map((info) => info?.key)).toEqual(keys);
  expect([most, calls.length]).toEqual([16, 50]);
});

test('after a failure nothing more is asked, and nothing runs when the call has ended', async () => {
  let running = 0;
  const { bucket, calls } = testStore({
    headObject: async (key) => {
      running++;
      await settled();
      if (key !== 'k0') await settled();
      running--;
      if (key === 'k0') throw new StorageError({ code: 'AccessDenied', message: 'no' });
      return infoOf(key, nothing);
    },
  });
  expect(await failureOf(() => bucket.stat(keys))).toMatchObject({ code: 'AccessDenied', operation: 'stat', bucket: 'photos', key: 'k0' });
  expect([running, calls.length]).toEqual([0, 16]);
});

test('an abort ends it with its reason', async () => {
  const controller = new AbortController();
  const { bucket } = testStore({
    headObject: (_key, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('socket closed')))),
  });
  const thrown = thrownBy(() => bucket.stat(keys, { signal: controller.signal }));
  controller.abort('enough');
  expect(await thrown).toBe('enough');
});

test.for([[['a', '//']], [['a', undefined]], [[['a']]], [Object.assign([], { 1: 'a' })]])(
  'one bad key of %o refuses all, before any I/O',
  async ([some]) => {
    const { bucket, calls } = testStore();
    await failureOf(() => bucket.stat(some as string[]));
    expect(calls).toEqual([]);
  },
);

test('the keys may be altered meanwhile', async () => {
  const { bucket, objects } = testStore();
  objects.set('a', nothing);
  const some = ['a'];
  const asked = bucket.stat(some);
  some[0] = '//';
  expect((await asked).map((info) => info?.key)).toEqual(['a']);
});
