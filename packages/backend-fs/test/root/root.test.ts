import assert from 'node:assert/strict';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FsDatastore } from '@anybucket/backend-fs';
import { isStorageError } from '@anybucket/core';
import { describe, expect, test, vi } from 'vitest';
import { systemCalls } from '../../src/system/file-calls.js';
import { rootRange } from '../../src/locking/locks.js';
import { loadRangeLocks } from '../../src/locking/range-locks.js';
import { callsWith, failingCalls } from '../support/calls.js';
import { scratch, textOf } from '../support/scratch.js';

const scope = scratch();

describe('the root', () => {
  test('is not created before the first operation', async () => {
    const root = join(scope.directory(), 'not/there');
    const store = new FsDatastore({ root });
    store.bucket('photos');
    expect(store.pathOf('photos', 'a.txt')).toBe(join(root, 'photos/a.txt'));
    await store.close();
    expect(existsSync(root)).toBe(false);
  });

  test('is created if it is missing', async () => {
    const root = join(scope.directory(), 'not/there');
    expect(await scope.open(root).list()).toEqual([]);
    expect(existsSync(root)).toBe(true);
  });

  test('is not created with create: false', async () => {
    const root = join(scope.directory(), 'not/there');
    await expect(scope.open(root, {}, { create: false }).list()).rejects.toMatchObject({ code: 'ConfigError' });
    expect(existsSync(root)).toBe(false);
  });

  test('that is created later is found by the next operation', async () => {
    const root = join(scope.directory(), 'later');
    const store = scope.open(root, {}, { create: false });
    await expect(store.list()).rejects.toMatchObject({ code: 'ConfigError' });
    mkdirSync(root);
    expect(await store.list()).toEqual([]);
  });

  test.each(['file', 'file/below'])('that is or is below a file is rejected: %s', async (path) => {
    const directory = scope.directory();
    writeFileSync(join(directory, 'file'), '');
    await expect(scope.open(join(directory, path)).list()).rejects.toMatchObject({ code: 'ConfigError' });
    await expect(scope.open(join(directory, path), {}, { create: false }).list()).rejects.toMatchObject({ code: 'ConfigError' });
  });

  test('that cannot be written rejects writes with the cause', async () => {
    const root = scope.directory();
    const calls = failingCalls(['mkdirSync'], '.anybucket', 'EACCES');
    const store = scope.open(root, { calls });
    expect(await store.list()).toEqual([]);
    await expect(store.createBucket('photos')).rejects.toMatchObject({ code: 'AccessDenied', cause: { code: 'EACCES' } });
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('without permissions is rejected with the cause', async () => {
    const root = scope.directory();
    chmodSync(root, 0);
    await expect(scope.open(root).list()).rejects.toMatchObject({ code: 'AccessDenied', cause: { code: 'EACCES' } });
  });

  test('may be a symbolic link', async () => {
    const directory = scope.directory();
    mkdirSync(join(directory, 'real'));
    symlinkSync(join(directory, 'real'), join(directory, 'link'));
    const store = scope.open(join(directory, 'link'));
    await store.createBucket('photos');
    await store.bucket('photos').put('a', 'x');
    expect(readdirSync(join(directory, 'real/photos'))).toEqual(['a']);
  });

  test('whose internal directory is a symbolic link is rejected', async () => {
    const directory = scope.directory();
    for (const name of ['root', 'outside']) mkdirSync(join(directory, name));
    symlinkSync(join(directory, 'outside'), join(directory, 'root/.anybucket'));
    await expect(scope.open(join(directory, 'root')).list()).rejects.toMatchObject({ code: 'ConfigError' });
    expect(readdirSync(join(directory, 'outside'))).toEqual([]);
  });
});

test('with durable: true, body, record and directories are flushed before a write succeeds', async () => {
  const synced: string[] = [];
  const fs = await vi.importActual<typeof import('node:fs')>('node:fs');
  const paths = new Map<number, string>();
  const calls = callsWith({
    openSync: ((path: string, ...rest: [number]) => {
      const fd = fs.openSync(path, ...rest);
      paths.set(fd, process.platform === 'linux' ? fs.readlinkSync(`/proc/self/fd/${fd}`) : path);
      return fd;
    }) as typeof fs.openSync,
    fsyncSync(fd) {
      synced.push(paths.get(fd) ?? '');
      fs.fsyncSync(fd);
    },
  });
  const root = scope.directory();
  const store = scope.open(root, { calls }, { durable: true });
  await store.createBucket('photos');
  await store.bucket('photos').put('sub/a', 'x');
  const shortened = synced.map((path) => path.replace(/[0-9a-f]{12,}/g, '*'));
  expect(shortened).toEqual(
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

test.runIf(process.platform === 'linux')('a durable delete succeeds when another process removes the empty directory', async () => {
  const fs = await vi.importActual<typeof import('node:fs')>('node:fs');
  const root = scope.directory();
  const synced: string[] = [];
  const calls = callsWith({
    unlinkSync(path) {
      fs.unlinkSync(path);
      if (String(path).endsWith('/file')) fs.rmSync(join(root, 'photos/sub'), { recursive: true });
    },
    fsyncSync(fd) {
      synced.push(fs.readlinkSync(`/proc/self/fd/${fd}`));
      fs.fsyncSync(fd);
    },
  });
  const bucket = scope.open(root, { calls }, { durable: true }).bucket('photos');
  await bucket.datastore.createBucket('photos');
  await bucket.put('sub/sub/file', 'x');
  synced.length = 0;
  await bucket.delete('sub/sub/file');
  expect(await bucket.exists('sub/sub/file')).toBe(false);
  expect(synced).toContain(join(root, 'photos'));
});

test('the temp files of dead processes are removed when the root is opened, those of live ones are not', async () => {
  const { root, bucket } = await scope.bucket();
  const temp = join(root, '.anybucket/tmp');
  const [own = ''] = readdirSync(temp);
  writeFileSync(join(temp, own, 'in-use'), 'x');
  mkdirSync(join(temp, 'feedfacecafe'));
  writeFileSync(join(temp, 'feedfacecafe/0'), 'x');
  await scope.open(root).list();
  expect(readdirSync(temp)).toContain(own);
  expect(readdirSync(temp)).not.toContain('feedfacecafe');
  expect(readdirSync(join(temp, own))).toContain('in-use');
  await bucket.put('a', 'x');
  expect(await textOf(bucket, 'a')).toBe('x');
});

test('close waits until no other process opens the root', async () => {
  const { root, store } = await scope.bucket();
  const temp = join(root, '.anybucket/tmp');
  const fd = openSync(join(root, '.anybucket/lock'), 'r+');
  const kernel = await loadRangeLocks(systemCalls, join(root, '.anybucket/sole-process'));
  expect(kernel.tryLock(fd, rootRange.offset, rootRange.length)).toBe(true);
  const closed = store.close();
  await setTimeout(50);
  expect(readdirSync(temp)).toHaveLength(1);
  closeSync(fd);
  await closed;
  expect(readdirSync(temp)).toEqual([]);
});

test('two datastores in one process share a root', async () => {
  const { root, bucket } = await scope.bucket();
  const other = scope.open(root).bucket('photos');
  await bucket.put('a', '0');
  const increment = async (target: typeof bucket) => {
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
  await Promise.all([increment(bucket), increment(other), increment(bucket)]);
  expect(await textOf(other, 'a')).toBe('150');
});
