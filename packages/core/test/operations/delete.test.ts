import { expect, test } from 'vitest';
import { BatchDeleteError, StorageError, isStorageError } from '../../src/api/errors.js';
import { failureOf, thrownBy } from '../failure.js';
import { testStore } from './test-store.js';
import type { ObjectVersionId } from '../../src/api/results.js';
import type { DriverOverrides } from './test-store.js';

const keys = Array.from({ length: 2500 }, (_, index) => `k${index}`);
const failWith = (code: string) => new StorageError({ code, message: 'failed' });

/** Returns the number of keys of each request. */
async function batchSizesOf(keysToDelete: string[]): Promise<number[]> {
  const { bucket, calls } = testStore();
  await bucket.delete(keysToDelete);
  return calls.map(({ args }) => (args[0] as ObjectVersionId[]).length);
}

test('passes the options to the driver', async () => {
  const { bucket, calls } = testStore();
  const { signal } = new AbortController();
  await bucket.delete('k', { versionId: 'v', ifMatch: '"e"', signal });
  await bucket.delete(['k'], { signal });
  expect(calls.map(({ name, args }) => [name, ...args])).toEqual([
    ['deleteObject', 'k', { versionId: 'v', ifMatch: 'e', signal }],
    ['deleteObjects', [{ key: 'k' }], { signal }],
  ]);
});

test.for([
  [[], [0]],
  [keys.slice(0, 1), [1]],
  [keys.slice(0, 1000), [1000]],
  [keys.slice(0, 1001), [1000, 1]],
  [keys.slice(0, 2000), [1000, 1000]],
  [keys, [1000, 1000, 500]],
  [['a', 'b', 'a'], [2]],
] as const)('deletes at most 1000 keys per request (row %$)', async ([keysToDelete, sizes]) => {
  expect(await batchSizesOf([...keysToDelete])).toEqual(sizes);
});

test('returns the deleted keys in the order given, without duplicates', async () => {
  expect(await testStore().bucket.delete(['b', 'a', 'b'])).toEqual({ deleted: ['b', 'a'] });
  expect(await testStore().bucket.delete([])).toEqual({ deleted: [] });
});

test.for([
  ['an invalid key', ['a', '../other/k'], 'InvalidKey'],
  ['a number', ['a', 1], 'InvalidArgument'],
  ['an empty version id', ['a', { key: 'b', versionId: '' }], 'InvalidArgument'],
  ['an unknown field', ['a', { key: 'b', version: 'v' }], 'InvalidArgument'],
  ['an object without a key', ['a', { versionId: 'v' }], 'InvalidArgument'],
  ['an array hole', Object.assign([], { 1: 'a' }), 'InvalidArgument'],
  ['a nested list', [['a']], 'InvalidArgument'],
] as const)('rejects the whole list for %s before any I/O', async ([, keysToDelete, code]) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.delete(keysToDelete as string[]))).code).toBe(code);
  expect(calls).toEqual([]);
});

test.for([{ versionId: 'v' }, { ifMatch: '*' }])('rejects %o for a list of keys', async (options) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.delete(['k'], options as object))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('throws one BatchDeleteError after attempting all keys', async () => {
  const { bucket, calls } = testStore({
    deleteObjects: async (batch) =>
      batch.map(({ key }) => (key === 'k1' ? failWith('AccessDenied') : key === 'k2400' ? failWith('SlowDown') : {})),
  });
  const error = await failureOf(() => bucket.delete(keys));
  expect(calls.length).toBe(3);
  expect(error).toMatchObject({ code: 'AccessDenied', operation: 'delete', bucket: 'photos', status: 403, retryable: false });
  expect(isStorageError(error, 'AccessDenied')).toBe(true);
  const { deleted, failures, cause } = error as BatchDeleteError;
  expect(deleted).toEqual(keys.filter((key) => key !== 'k1' && key !== 'k2400'));
  expect(failures.map((failure) => [failure.key, failure.error.code, failure.error.key, failure.error.bucket])).toEqual([
    ['k1', 'AccessDenied', 'k1', 'photos'],
    ['k2400', 'SlowDown', 'k2400', 'photos'],
  ]);
  expect(cause).toBe(failures[0]?.error);
});

test('is retryable only if every failure is', async () => {
  const failing = (...codes: string[]): DriverOverrides => ({
    deleteObjects: async () => codes.map(failWith),
  });
  const isRetryable = async (overrides: DriverOverrides) =>
    (await failureOf(() => testStore(overrides).bucket.delete(['k0', 'k1']))).retryable;
  expect(await isRetryable(failing('SlowDown', 'Timeout'))).toBe(true);
  expect(await isRetryable(failing('SlowDown', 'AccessDenied'))).toBe(false);
});

test('throws the error of the first request as is', async () => {
  const { bucket, calls } = testStore({
    deleteObjects: async () => {
      throw failWith('NoSuchBucket');
    },
  });
  const error = await failureOf(() => bucket.delete(keys));
  expect(error).not.toBeInstanceOf(BatchDeleteError);
  expect(error).toMatchObject({ code: 'NoSuchBucket', operation: 'delete', bucket: 'photos' });
  expect(calls.length).toBe(1);
});

test('reports the deleted keys if a later request fails', async () => {
  let requests = 0;
  const { bucket } = testStore({
    deleteObjects: async (batch) => {
      if (++requests > 1) throw failWith('ConnectionFailed');
      return batch.map((_, index) => (index === 0 ? failWith('AccessDenied') : {}));
    },
  });
  const error = await failureOf(() => bucket.delete(keys));
  expect(error).toBeInstanceOf(BatchDeleteError);
  const { deleted, failures } = error as BatchDeleteError;
  expect(deleted).toEqual(keys.slice(1, 1000));
  expect(failures.map(({ key }) => key)).toEqual(['k0', ...keys.slice(1000)]);
  expect(failures.at(-1)?.error).toMatchObject({ code: 'ConnectionFailed', operation: 'delete', bucket: 'photos', key: 'k2499' });
  expect(requests).toBe(2);
});

test('rejects with the reason of an abort between two requests', async () => {
  const controller = new AbortController();
  const { bucket, calls } = testStore({
    deleteObjects: async (batch) => {
      controller.abort('stop');
      return batch.map(() => ({}));
    },
  });
  expect(await thrownBy(() => bucket.delete(keys, { signal: controller.signal }))).toBe('stop');
  expect(calls.length).toBe(1);
});

test('passes versions of a list to the driver, without duplicates', async () => {
  const { bucket, calls } = testStore();
  const targets = [{ key: 'k', versionId: 'v1' }, 'k', { key: 'k', versionId: 'v2' }, { key: 'k', versionId: 'v1' }, { key: 'k' }];
  await bucket.delete(targets);
  expect(calls.map(({ args }) => args[0])).toEqual([[{ key: 'k', versionId: 'v1' }, { key: 'k' }, { key: 'k', versionId: 'v2' }]]);
});

test('returns the outcomes in the order given if there are versions', async () => {
  const { bucket } = testStore({
    deleteObjects: async (targets) =>
      targets.map(({ versionId }) => (versionId === undefined ? { versionId: 'm', isDeleteMarker: true } : { versionId })),
  });
  expect(await bucket.delete([{ key: 'b', versionId: 'v' }, 'a', 'b'])).toEqual({
    deleted: ['b', 'a'],
    outcomes: [
      { key: 'b', versionId: 'v' },
      { key: 'a', versionId: 'm', isDeleteMarker: true },
      { key: 'b', versionId: 'm', isDeleteMarker: true },
    ],
  });
});

test('returns the outcome of one key', async () => {
  const { bucket } = testStore({ deleteObject: async () => ({ versionId: 'm', isDeleteMarker: true }) });
  expect(await bucket.delete('k')).toEqual({ versionId: 'm', isDeleteMarker: true });
  expect(await testStore().bucket.delete('k')).toEqual({});
});

test('a failure names the version', async () => {
  const { bucket } = testStore({ deleteObjects: async () => [failWith('AccessDenied')] });
  const error = await failureOf(() => bucket.delete([{ key: 'k', versionId: 'v' }]));
  expect((error as BatchDeleteError).failures).toMatchObject([{ key: 'k', versionId: 'v', error: { code: 'AccessDenied', key: 'k' } }]);
});

test('rejects a driver that returns fewer results than targets', async () => {
  const { bucket } = testStore({ deleteObjects: async () => [] });
  expect((await failureOf(() => bucket.delete(['a']))).code).toBe('InternalError');
});
