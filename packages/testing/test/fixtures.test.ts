import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClock, restore, seed, snapshot, useStoreWith, withFaults } from '../src/index.js';
import { storeTest } from '../src/vitest.js';
import { failure, thrownBy } from './support.js';

const folders: string[] = [];

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anybucket-testing-'));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  vi.useRealTimers();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('seed', () => {
  test('stores an object in any datastore', async () => {
    await using store = new FsDatastore({ root: scratchFolder() });
    await seed(store, { photos: { a: 'text', b: { text: '{}', contentType: 'application/json', tags: { k: 'v' } } }, empty: {} });
    await expect(store.bucket('photos')).toHaveObject('b', { body: '{}', type: 'application/json', tags: { k: 'v' } });
    expect(await store.list()).toEqual(['empty', 'photos']);
  });

  test('stores the files of a folder, and replaces objects', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'photos', 'sub'), { recursive: true });
    writeFileSync(join(folder, 'photos', 'sub', 'a.txt'), 'new');
    const store = new MemoryDatastore({ buckets: { photos: { 'sub/a.txt': 'old', b: '' } } });
    await seed(store, folder);
    await expect(store.bucket('photos')).toHaveObject('sub/a.txt', { body: 'new', type: /^text\/plain/ });
    expect(await store.bucket('photos').listFilename()).toEqual(['b', 'sub/a.txt']);
  });

  test.each([['/no/such/folder'], [3]])('rejects %j', async (contents) => {
    await failure(seed(new MemoryDatastore(), contents as string), 'InvalidArgument');
  });
});

test.each(['memory', 'fs'])('restores a snapshot of %s', async (kind) => {
  await using store = kind === 'fs' ? new FsDatastore({ root: scratchFolder() }) : new MemoryDatastore();
  await seed(store, { photos: { a: { text: 'a', metadata: { m: '1' }, expires: '2026-01-01' }, b: 'b' }, empty: {} });
  const state = await snapshot(store);
  await store.bucket('photos').put('a', 'changed');
  await store.bucket('photos').put('c', '');
  await store.bucket('photos').delete('b');
  await store.removeBucket('empty');
  await store.createBucket('new');
  await store.bucket('new').put('k', '');
  await restore(state);
  expect(await store.list()).toEqual(['empty', 'photos']);
  expect(await store.bucket('photos').listFilename()).toEqual(['a', 'b']);
  await expect(store.bucket('photos')).toHaveObject('a', { body: 'a', metadata: { m: '1' } });
});

describe('the clock', () => {
  test('sets the times of objects', async () => {
    const clock = createClock({ start: '2026-03-01' });
    const bucket = new MemoryDatastore({ now: clock.now, buckets: { photos: {} } }).bucket('photos');
    await bucket.put('a', '');
    clock.advance(60_000);
    await bucket.put('b', '');
    clock.setTime(new Date('2026-04-01'));
    await bucket.put('c', '');
    const times = (await bucket.list()).map(({ lastModified }) => lastModified.toISOString());
    expect(times).toEqual(['2026-03-01T00:00:00.000Z', '2026-03-01T00:01:00.000Z', '2026-04-01T00:00:00.000Z']);
  });

  test('follows fake timers, and fires those that are due', async () => {
    vi.useFakeTimers();
    const clock = createClock({ timers: vi, start: '2026-03-01' });
    const bucket = new MemoryDatastore({ buckets: { photos: {} } }).bucket('photos');
    const fired = vi.fn<() => void>();
    setTimeout(fired, 1000);
    clock.advance(1000);
    await bucket.put('a', '');
    expect(fired).toHaveBeenCalledOnce();
    expect((await bucket.stat('a')).lastModified).toEqual(new Date('2026-03-01T00:00:01Z'));
    expect(clock.now()).toEqual(new Date());
  });

  test.each([['yesterday'], [NaN], [{}]])('rejects the time %j', (time) => {
    expect(thrownBy(() => createClock().setTime(time as string))).toMatchObject({ code: 'InvalidArgument' });
  });

  test('rejects a negative advance', () => {
    expect(thrownBy(() => createClock().advance(-1))).toMatchObject({ code: 'InvalidArgument' });
  });
});

/* oxlint-disable vitest/no-standalone-expect -- the rule does not know extended tests */
describe('a fresh store per test', () => {
  const photoTest = storeTest({ seed: { photos: { a: 'seeded' } } });
  let previous: MemoryDatastore | undefined;

  for (const name of ['first', 'second']) {
    photoTest(`of the ${name} test has the seed alone`, async ({ store }) => {
      expect(await store.bucket('photos').listFilename()).toEqual(['a']);
      await store.bucket('photos').put('b', '');
      expect(store).not.toBe(previous);
      if (previous !== undefined) await failure(previous.list(), 'DatastoreClosed');
      previous = store;
    });
  }

  const faultyTest = storeTest({
    seed: { photos: {} },
    wrap: (memory) => withFaults(memory, [{ operation: 'put', error: 'SlowDown' }]),
  });
  faultyTest('may be wrapped', async ({ store }) => {
    await failure(store.bucket('photos').put('a', ''), 'SlowDown');
    expect(store.faults.occurred).toEqual([1]);
  });

  faultyTest.fails('fails if a fault did not occur', async ({ store }) => {
    await store.list();
  });
});

/* oxlint-enable vitest/no-standalone-expect */

test('hooks of any runner open and dispose of a store', async () => {
  const hooks: Record<string, () => Promise<void>> = {};
  const store = useStoreWith(
    { beforeEach: (hook) => (hooks['before'] = hook), afterEach: (hook) => (hooks['after'] = hook) },
    { seed: { photos: {} }, wrap: (memory) => withFaults(memory, [{ operation: 'put', error: 'SlowDown' }]) },
  );
  expect(thrownBy(store)).toMatchObject({ code: 'InvalidArgument' });
  await hooks['before']?.();
  expect(await store().list()).toEqual(['photos']);
  await expect(hooks['after']?.()).rejects.toThrow('did not occur');
});
