import fs, { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileCalls } from '@anybucket/backend-fs';
import type { Bucket, Datastore } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';
import { describe, expect, test } from 'vitest';
import { callsWith } from '../support/calls.js';
import { compareKeys } from '@anybucket/core/backend';
import { scratch } from '../support/scratch.js';

const scope = scratch();
const victimFiles = ['k', 'own', 'd/k', 'd/own', 'photos/d/k', 'alice/bodies/x', 'bodies/x', 'records/x', 'x'];

/** Calls an action before each system call. */
function interrupted(before: () => void): FileCalls {
  return new Proxy<FileCalls>(fs, {
    get(target, name: keyof FileCalls) {
      const call = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        before();
        return call.apply(target, args);
      };
    },
  });
}

const operations: [string, (bucket: Bucket, store: Datastore) => Promise<unknown>][] = [
  ['put', (bucket) => bucket.put('d/k', 'mine', { metadata: { a: 'b' } })],
  ['put of a stream', (bucket) => bucket.put('d/k', new Blob(['x'.repeat(1_500_000)]))],
  ['put in a new directory', (bucket) => bucket.put('d/new/deep', 'mine')],
  ['put of a hashed body', (bucket) => bucket.put('d/', 'mine')],
  ['get', async (bucket) => (await bucket.get('d/own')).text()],
  ['copy', (bucket) => bucket.fcopyTo('photos', 'copy', 'd/own')],
  ['delete', (bucket) => bucket.delete(['d/k', 'd/own', 'd/'])],
  ['setTags', (bucket) => bucket.setTags('d/k', { a: 'b' })],
  ['list', (bucket) => bucket.list()],
  ['createBucket', (_bucket, store) => store.createBucket('alice')],
  ['removeBucket', (_bucket, store) => store.removeBucket('empty')],
];

describe
  .runIf(process.platform === 'linux')
  .each(['photos/d', 'photos', '.anybucket/buckets', '.anybucket/buckets/photos', '.anybucket/tmp'])(
  'while %s is exchanged with a symbolic link before any system call',
  (target) => {
    test.each(operations)('%s reaches no file outside the root', { timeout: 60_000 }, async (_name, operate) => {
      for (let n = 1, isDone = false; !isDone; n += 1) {
        const root = scope.directory();
        const victim = scope.directory();
        for (const file of victimFiles) {
          mkdirSync(join(victim, file, '..'), { recursive: true });
          writeFileSync(join(victim, file), 'secret');
        }
        const before = (readdirSync(victim, { recursive: true }) as string[]).toSorted(compareKeys);
        let left = Infinity;
        const exchange = (): void => {
          if (--left !== 0 || !existsSync(join(root, target))) return;
          renameSync(join(root, target), join(root, 'moved'));
          symlinkSync(victim, join(root, target));
        };
        const store = scope.open(root, { calls: interrupted(exchange), lockTimeout: 200 });
        const bucket = store.bucket('photos');
        for (const name of ['photos', 'empty']) await store.createBucket(name);
        for (const key of ['d/k', 'd/other', 'd/']) await bucket.put(key, 'mine');
        left = n;
        const result = await operate(bucket, store).catch((error: unknown) => error);
        expect(result).not.toBe('secret');
        expect(result instanceof Error && (!isStorageError(result) || result.code === 'InternalError')).toBe(false);
        isDone = left > 0;
        left = Infinity;
        expect((readdirSync(victim, { recursive: true }) as string[]).toSorted(compareKeys)).toEqual(before);
        for (const file of victimFiles) expect(readFileSync(join(victim, file), 'utf8')).toBe('secret');
        await store.close();
        rmSync(root, { recursive: true });
        rmSync(victim, { recursive: true });
      }
    });
  },
);

test('createBucket removes nothing through a symbolic link', async () => {
  const { root, store } = await scope.bucket();
  const victim = scope.directory();
  mkdirSync(join(victim, 'alice'));
  writeFileSync(join(victim, 'alice/file'), 'x');
  renameSync(join(root, '.anybucket/buckets'), join(root, 'x'));
  symlinkSync(victim, join(root, '.anybucket/buckets'));
  await store.createBucket('alice').catch(() => {});
  await store.removeBucket('alice').catch(() => {});
  expect(readFileSync(join(victim, 'alice/file'), 'utf8')).toBe('x');
});

test('without /proc, paths are checked, and objects are stored as usual', async () => {
  const readlinkSync = (): never => {
    throw Object.assign(new Error('ENOENT'), { code: 'ENOENT', errno: -2 });
  };
  const { root, store, bucket } = await scope.bucket({ calls: callsWith({ readlinkSync }) });
  const outside = scope.directory();
  symlinkSync(outside, join(root, 'photos/link'));
  await bucket.put('a/b/c', 'x', { metadata: { a: 'b' } });
  await bucket.put('a/b', 'y');
  await bucket.delete('a/b/c');
  expect(await bucket.listFilename()).toEqual(['a/b']);
  await expect(bucket.put('link/a', 'x')).rejects.toMatchObject({ code: 'AccessDenied' });
  rmSync(join(root, '.anybucket/lock'));
  await bucket.put('a/b', 'z', { ifMatch: (await bucket.stat('a/b')).etag });
  expect(readdirSync(outside)).toEqual([]);
  await store.close();
});
