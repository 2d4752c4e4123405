import { getEventListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Semaphore } from '../../src/operations/semaphore.js';
import { settled } from '../body/streams.js';
import { createTempFolder } from './temp-folder.js';
import { infoOf, testStore } from './test-store.js';

/** Starts work that runs until it is finished from outside. */
function startWork(semaphore: Semaphore, name: string, started: string[], signal?: AbortSignal) {
  const { promise, resolve: finish } = withResolvers();
  const result = semaphore.run(signal, async () => {
    started.push(name);
    await promise;
    return name;
  });
  return { result, finish };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

test('runs as many as there are slots, the rest in the order of arrival', async () => {
  const semaphore = new Semaphore(2);
  const started: string[] = [];
  const work = ['a', 'b', 'c', 'd'].map((name) => startWork(semaphore, name, started));
  await settled();
  expect(started).toEqual(['a', 'b']);
  work[1]?.finish();
  await settled();
  const late = startWork(semaphore, 'e', started);
  await settled();
  expect(started).toEqual(['a', 'b', 'c']);
  for (const { finish } of [...work, late]) finish();
  expect(await Promise.all([...work, late].map(({ result }) => result))).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(started).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('frees the slot of work that fails', async () => {
  const semaphore = new Semaphore(1);
  const failures = [1, 2, 3].map((value) => semaphore.run(undefined, () => Promise.reject(new Error(`${value}`))));
  for (const [index, failure] of failures.entries()) await expect(failure).rejects.toThrow(`${index + 1}`);
  expect(await semaphore.run(undefined, async () => 'free')).toBe('free');
});

test('rejects waiting work when its signal is aborted, and starts the next', async () => {
  const semaphore = new Semaphore(1);
  const started: string[] = [];
  const controller = new AbortController();
  const first = startWork(semaphore, 'a', started);
  const aborted = startWork(semaphore, 'b', started, controller.signal);
  const last = startWork(semaphore, 'c', started, controller.signal);
  const early = startWork(semaphore, 'd', started, AbortSignal.abort('early'));
  await expect(early.result).rejects.toBe('early');
  controller.abort('stop');
  await expect(aborted.result).rejects.toBe('stop');
  await expect(last.result).rejects.toBe('stop');
  first.finish();
  await first.result;
  expect(await semaphore.run(controller.signal, async () => 'free')).toBe('free');
  expect([started, getEventListeners(controller.signal, 'abort').length]).toEqual([['a'], 0]);
});

test('fget and fput run 64 at a time, and close waits for those that wait', async () => {
  const folder = createTempFolder();
  let running = 0;
  let most = 0;
  const counted = async <T>(work: () => T): Promise<T> => {
    most = Math.max(most, ++running);
    await settled();
    running--;
    return work();
  };
  const body = Buffer.from('data');
  const { store, bucket } = testStore({
    getObject: () => counted(() => ({ info: infoOf('k', body), body })),
    putObject: () => counted(() => ({ etag: 'e' })),
  });
  const source = join(folder, 'source');
  writeFileSync(source, 'data');
  const calls = Array.from({ length: 100 }, (_, index) => [bucket.fget('k', join(folder, `${index}`)), bucket.fput('k', source)]).flat();
  await store.close();
  await Promise.all(calls);
  expect(most).toBeLessThanOrEqual(64);
  expect(most).toBeGreaterThan(16);
});

test('fcopyTo runs 64 at a time on each datastore, and may wait for copies of another one', async () => {
  let running = 0;
  let most = 0;
  const behind = testStore({ copyObject: async () => ({ etag: 'e', lastModified: new Date(0) }) });
  const { bucket } = testStore({
    copyObject: async () => {
      most = Math.max(most, ++running);
      const result = await behind.bucket.fcopyTo('photos', 'copy', 'k');
      running--;
      return result;
    },
  });
  await Promise.all(Array.from({ length: 100 }, () => bucket.fcopyTo('photos', 'copy', 'k')));
  expect(most).toBeLessThanOrEqual(64);
  expect(most).toBeGreaterThan(32);
});
