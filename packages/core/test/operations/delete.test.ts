import { expect, test } from 'vitest';
import { BatchDeleteError, StorageError, isStorageError } from '../../src/api/errors.js';
import { failureOf, thrownBy } from '../failure.js';
import { testStore } from './test-store.js';
import type { Answers } from './test-store.js';

const keys = Array.from({ length: 2500 }, (_, index) => `k${index}`);
const refuse = (code: string) => new StorageError({ code, message: 'no' });

/** How many keys each request had. */
async function batchesOf(some: string[]): Promise<number[]> {
  const { bucket, calls } = testStore();
  await bucket.delete(some);
  return calls.map(({ args }) => (args[0] as string[]).length);
}

test('the driver gets what was given', async () => {
  const { bucket, calls } = testStore();
  const { signal } = new AbortController();
  await bucket.delete('k', { versionId: 'v', ifMatch: '"e"', signal });
  await bucket.delete(['k'], { signal });
  expect(calls.map(({ name, args }) => [name, ...args])).toEqual([
    ['deleteObject', 'k', { versionId: 'v', ifMatch: 'e', signal }],
    ['deleteObjects', ['k'], { signal }],
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
] as const)('batches have at most 1000 keys (row %$)', async ([some, batches]) => {
  expect(await batchesOf([...some])).toEqual(batches);
});

test('tells what is gone, in the order asked, each once', async () => {
  expect(await testStore().bucket.delete(['b', 'a', 'b'])).toEqual({ deleted: ['b', 'a'] });
  expect(await testStore().bucket.delete([])).toEqual({ deleted: [] });
});

test.for([
  ['a bad key', ['a', '../other/k'], 'InvalidKey'],
  ['no string', ['a', 1], 'InvalidArgument'],
  ['a hole', Object.assign([], { 1: 'a' }), 'InvalidArgument'],
  ['a list of lists', [['a']], 'InvalidArgument'],
] as const)('%s rejects the whole call before any I/O', async ([, some, code]) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.delete(some as string[]))).code).toBe(code);
  expect(calls).toEqual([]);
});

test.for([{ versionId: 'v' }, { ifMatch: '*' }])('many take no %o', async (options) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.delete(['k'], options as object))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('when some keys fail there is one error, after all were tried', async () => {
  const { bucket, calls } = testStore({
    deleteObjects: async (batch) =>
      batch
        .filter((key) => key === 'k1' || key === 'k2400')
        .map((key) => ({ key, error: refuse(key === 'k1' ? 'AccessDenied' : 'SlowDown') })),
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

test('it is worth trying again only when each failure is', async () => {
  const failing = (...codes: string[]): Answers => ({
    deleteObjects: async () => codes.map((code, index) => ({ key: `k${index}`, error: refuse(code) })),
  });
  const isRetryable = async (answers: Answers) => (await failureOf(() => testStore(answers).bucket.delete(['k0', 'k1']))).retryable;
  expect(await isRetryable(failing('SlowDown', 'Timeout'))).toBe(true);
  expect(await isRetryable(failing('SlowDown', 'AccessDenied'))).toBe(false);
});

test('what concerns the first request concerns all', async () => {
  const { bucket, calls } = testStore({
    deleteObjects: async () => {
      throw refuse('NoSuchBucket');
    },
  });
  const error = await failureOf(() => bucket.delete(keys));
  expect(error).not.toBeInstanceOf(BatchDeleteError);
  expect(error).toMatchObject({ code: 'NoSuchBucket', operation: 'delete', bucket: 'photos' });
  expect(calls.length).toBe(1);
});

test('a later request that fails leaves the keys known that are gone', async () => {
  let requests = 0;
  const { bucket } = testStore({
    deleteObjects: async (batch) => {
      if (++requests > 1) throw refuse('ConnectionFailed');
      return batch.slice(0, 1).map((key) => ({ key, error: refuse('AccessDenied') }));
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

test('an abort between two requests ends it with its reason', async () => {
  const controller = new AbortController();
  const { bucket, calls } = testStore({
    deleteObjects: async () => {
      controller.abort('enough');
      return [];
    },
  });
  expect(await thrownBy(() => bucket.delete(keys, { signal: controller.signal }))).toBe('enough');
  expect(calls.length).toBe(1);
});
