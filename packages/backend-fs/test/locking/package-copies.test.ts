import { closeSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import type { Bucket } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';
import { afterEach, expect, test, vi } from 'vitest';
import { keyHash } from '../../src/layout/key-paths.js';
import { bucketRange, keyRange } from '../../src/locking/locks.js';
import { systemCalls } from '../../src/system/file-calls.js';
import { callsWith } from '../support/calls.js';
import { scratch, textOf } from '../support/scratch.js';

const scope = scratch();

afterEach(() => void vi.unstubAllGlobals());

/** Loads a second copy of the package, as in a process that uses both its ESM and its CommonJS build. */
async function loadCopy(): Promise<typeof import('@anybucket/backend-fs')> {
  vi.resetModules();
  const copy = await import('@anybucket/backend-fs');
  expect(copy.FsDatastore).not.toBe(FsDatastore);
  return copy;
}

async function increment(bucket: Bucket, key: string, times: number): Promise<void> {
  for (let done = 0; done < times;) {
    const object = await bucket.get(key);
    const value = Number(await object.text());
    try {
      await bucket.put(key, `${value + 1}`, { ifMatch: object.info.etag });
      done++;
    } catch (error) {
      if (!isStorageError(error, 'PreconditionFailed')) throw error;
    }
  }
}

test('conditional writes by two copies of the package do not overwrite each other', async () => {
  const { root, bucket } = await scope.bucket();
  const copy = new (await loadCopy()).FsDatastore({ root });
  await bucket.put('a', '0');
  await Promise.all([increment(bucket, 'a', 50), increment(copy.bucket('photos'), 'a', 50)]);
  expect(await textOf(bucket, 'a')).toBe('100');
  await copy.close();
});

test('while one copy of the package commits, another cannot lock the key', async () => {
  const { root } = await scope.bucket();
  vi.resetModules();
  const { loadRangeLocks } = await import('../../src/locking/range-locks.js');
  const locks = await loadRangeLocks(systemCalls, 'unused');
  const fd = openSync(join(root, '.anybucket/lock'), 'r+');
  const { offset, length } = keyRange(bucketRange('photos'), keyHash('a'));
  const attempts: boolean[] = [];
  const calls = callsWith({
    renameSync(from, to) {
      if (String(to).endsWith('/a')) attempts.push(locks.tryLock(fd, offset, length));
      renameSync(from, to);
    },
  });
  await scope.open(root, { calls }).bucket('photos').put('a', 'x');
  expect(attempts).toEqual([false]);
  expect(locks.tryLock(fd, offset, length)).toBe(true);
  closeSync(fd);
});

test('without kernel locks, two copies of the package cannot open the same root', async () => {
  vi.stubGlobal('Deno', {});
  const { root, store } = await scope.bucket();
  const copy = new (await loadCopy()).FsDatastore({ root });
  await expect(copy.list()).rejects.toMatchObject({ code: 'ConfigError' });
  await store.close();
  expect(await copy.list()).toEqual(['photos']);
  await copy.close();
});
