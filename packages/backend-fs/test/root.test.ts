import assert from 'node:assert/strict';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FsDatastore } from '@anybucket/backend-fs';
import { isStorageError } from '@anybucket/core';
import { describe, expect, test, vi } from 'vitest';
import { systemCalls } from '../src/system/file-calls.js';
import { rootRange } from '../src/locking/locks.js';
import { loadRangeLocks } from '../src/locking/range-locks.js';
import { callsWith, failingCalls } from './support/calls.js';
import { scratch, textOf } from './support/scratch.js';

const scope = scratch();

describe('the root', () => {
  test('is not touched before the first call', async () => {
    const root = join(scope.folder(), 'not/there');
    const store = new FsDatastore({ root });
    store.bucket('photos');
    expect(store.pathOf('photos', 'a.txt')).toBe(join(root, 'photos/a.txt'));
    await store.close();
    expect(existsSync(root)).toBe(false);
  });

  test('is made where it is missing', async () => {
    const root = join(scope.folder(), 'not/there');
    expect(await scope.open(root).list()).toEqual([]);
    expect(existsSync(root)).toBe(true);
  });

  test('is not made with create: false', async () => {
    const root = join(scope.folder(), 'not/there');
    await expect(scope.open(root, {}, { create: false }).list()).rejects.toMatchObject({ code: 'ConfigError' });
    expect(existsSync(root)).toBe(false);
  });

  test('that was missing is found by a later call', async () => {
    const root = join(scope.folder(), 'later');
    const store = scope.open(root, {}, { create: false });
    await expect(store.list()).rejects.toMatchObject({ code: 'ConfigError' });
    mkdirSync(root);
    expect(await store.list()).toEqual([]);
  });

  test.each(['file', 'file/below'])('that is a file is refused: %s', async (path) => {
    const folder = scope.folder();
    writeFileSync(join(folder, 'file'), '');
    await expect(scope.open(join(folder, path)).list()).rejects.toMatchObject({ code: 'ConfigError' });
    await expect(scope.open(join(folder, path), {}, { create: false }).list()).rejects.toMatchObject({ code: 'ConfigError' });
  });

  test('that can not be written is refused, with the cause', async () => {
    const root = scope.folder();
    const calls = failingCalls(['mkdirSync'], '.anybucket', 'EACCES');
    await expect(scope.open(root, { calls }).list()).rejects.toMatchObject({ code: 'AccessDenied', cause: { code: 'EACCES' } });
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('without permission is refused, with the cause', async () => {
    const root = scope.folder();
    chmodSync(root, 0o500);
    await expect(scope.open(root).list()).rejects.toMatchObject({ code: 'AccessDenied', cause: { code: 'EACCES' } });
  });

  test('may be a link', async () => {
    const folder = scope.folder();
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const store = scope.open(join(folder, 'link'));
    await store.createBucket('photos');
    await store.bucket('photos').put('a', 'x');
    expect(readdirSync(join(folder, 'real/photos'))).toEqual(['a']);
  });

  test('whose hidden folder is a link is refused', async () => {
    const folder = scope.folder();
    for (const name of ['root', 'outside']) mkdirSync(join(folder, name));
    symlinkSync(join(folder, 'outside'), join(folder, 'root/.anybucket'));
    await expect(scope.open(join(folder, 'root')).list()).rejects.toMatchObject({ code: 'ConfigError' });
    expect(readdirSync(join(folder, 'outside'))).toEqual([]);
  });
});

describe('options', () => {
  test.each([
    {},
    { root: '' },
    { root: 5 },
    { root: 'a\0b' },
    { root: '.', durable: 'yes' },
    { root: '.', create: 1 },
    { root: '.', name: 5 },
    { root: '.', durabel: true },
    null,
  ])('%j are refused', (options) => {
    expect(() => new FsDatastore(options as never)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });

  test('durable syncs body, record and folders before the call succeeds', async () => {
    const synced: string[] = [];
    const fs = await vi.importActual<typeof import('node:fs')>('node:fs');
    const paths = new Map<number, string>();
    const calls = callsWith({
      openSync: ((path: string, ...rest: [number]) => {
        const fd = fs.openSync(path, ...rest);
        paths.set(fd, path);
        return fd;
      }) as typeof fs.openSync,
      fsyncSync(fd) {
        synced.push(paths.get(fd) ?? '');
        fs.fsyncSync(fd);
      },
    });
    const root = scope.folder();
    const store = scope.open(root, { calls }, { durable: true });
    await store.createBucket('photos');
    await store.bucket('photos').put('sub/a', 'x');
    const short = synced.map((path) => path.replace(/[0-9a-f]{12,}/g, '*'));
    expect(short).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/tmp\/\*\/\d+$/),
        expect.stringMatching(/records\/..\/\*$/),
        join(root, 'photos/sub'),
        join(root, 'photos'),
      ]),
    );
    synced.length = 0;
    await store.bucket('photos').delete('sub/a');
    expect(synced).toContain(join(root, 'photos/sub'));
  });
});

test('temp files of a process that is gone are swept at the next opening, those of one that lives are not', async () => {
  const { root, bucket } = await scope.bucket();
  const temp = join(root, '.anybucket/tmp');
  const [own = ''] = readdirSync(temp);
  writeFileSync(join(temp, own, 'in-use'), 'x');
  mkdirSync(join(temp, 'feedfacecafe'));
  writeFileSync(join(temp, 'feedfacecafe/0'), 'left');
  await scope.open(root).list();
  expect(readdirSync(temp)).toContain(own);
  expect(readdirSync(temp)).not.toContain('feedfacecafe');
  expect(readdirSync(join(temp, own))).toContain('in-use');
  await bucket.put('a', 'x');
  expect(await textOf(bucket, 'a')).toBe('x');
});

test('a datastore that closes waits until no other process opens or sweeps', async () => {
  const { root, store } = await scope.bucket();
  const temp = join(root, '.anybucket/tmp');
  const fd = openSync(join(root, '.anybucket/lock'), 'r+');
  const kernel = await loadRangeLocks(systemCalls, join(root, '.anybucket'));
  expect(kernel.tryLock(fd, rootRange.offset, rootRange.length)).toBe(true);
  const closed = store.close();
  await setTimeout(50);
  expect(readdirSync(temp)).toHaveLength(1);
  closeSync(fd);
  await closed;
  expect(readdirSync(temp)).toEqual([]);
});

test('two datastores of one process share a root', async () => {
  const { root, bucket } = await scope.bucket();
  const other = scope.open(root).bucket('photos');
  await bucket.put('a', '0');
  const add = async (target: typeof bucket) => {
    let left = 50;
    while (left > 0) {
      const object = await target.get('a');
      const value = Number(await object.text());
      try {
        await target.put('a', `${value + 1}`, { ifMatch: object.info.etag });
        left--;
      } catch (error) {
        assert.ok(isStorageError(error, 'PreconditionFailed'));
      }
    }
  };
  await Promise.all([add(bucket), add(other), add(bucket)]);
  expect(await textOf(other, 'a')).toBe('150');
});
