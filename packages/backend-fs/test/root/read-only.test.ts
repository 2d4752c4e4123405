import { join } from 'node:path';
import fs, { chmodSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import type { FileCalls } from '@anybucket/backend-fs';
import { describe, expect, test } from 'vitest';
import { callsWith, failingCalls } from '../support/calls.js';
import { compareKeys } from '@anybucket/core/backend';
import { scratch, textOf } from '../support/scratch.js';

const scope = scratch();
const writes: readonly (keyof FileCalls)[] = [
  'mkdirSync',
  'renameSync',
  'rmdirSync',
  'unlinkSync',
  'write',
  'writeSync',
  'futimesSync',
  'fchmodSync',
];

/** Simulates a volume that rejects every change. */
function unwritable(code: string): FileCalls {
  const fail = (): never => {
    throw Object.assign(new Error(code), { code, errno: -1 });
  };
  const openSync = ((path: string, flags: number) =>
    (flags & (fs.constants.O_CREAT | fs.constants.O_RDWR | fs.constants.O_WRONLY)) === 0
      ? fs.openSync(path, flags)
      : fail()) as typeof fs.openSync;
  return callsWith({ ...Object.fromEntries(writes.map((name) => [name, fail])), openSync });
}

describe.each([
  ['with readOnly: true', {}, { readOnly: true }],
  ['on a read-only volume', { calls: unwritable('EROFS') }, {}],
  ['of another user', { calls: unwritable('EACCES') }, {}],
])('a root %s', (_name, internals, options) => {
  test('is read, including files without a record', async () => {
    const { root, store, bucket } = await scope.bucket();
    await bucket.put('a/b', 'hello', { metadata: { by: 'me' }, tags: { t: 'u' } });
    await bucket.put('a/', 'folder');
    writeFileSync(join(root, 'photos/hand.txt'), 'by hand');
    utimesSync(join(root, 'photos/hand.txt'), 1e9, 1e9);
    await store.close();
    const before = (readdirSync(root, { recursive: true }) as string[]).toSorted(compareKeys);
    const reader = scope.open(root, internals, options);
    const photos = reader.bucket('photos');
    expect(await reader.list()).toEqual(['photos']);
    expect(await photos.listFilename()).toEqual(['a/', 'a/b', 'hand.txt']);
    expect(await photos.stat('a/b')).toMatchObject({ metadata: { by: 'me' } });
    expect(await photos.tags('a/b')).toEqual({ t: 'u' });
    expect(await textOf(photos, 'hand.txt')).toBe('by hand');
    expect(await photos.exists('missing')).toBe(false);
    await reader.close();
    expect((readdirSync(root, { recursive: true }) as string[]).toSorted(compareKeys)).toEqual(before);
  });

  test('rejects writes with AccessDenied', async () => {
    const { root, store, bucket } = await scope.bucket();
    await bucket.put('a', 'x');
    await store.close();
    const reader = scope.open(root, internals, options);
    const photos = reader.bucket('photos');
    for (const write of [
      () => reader.createBucket('other'),
      () => reader.removeBucket('photos'),
      () => photos.put('a', 'y'),
      () => photos.put('a', 'y', { ifNoneMatch: '*' }),
      () => photos.fcopyTo('photos', 'b', 'a'),
      () => photos.delete('a'),
      () => photos.delete(['a', 'b']),
      () => photos.setTags('a', { t: 'u' }),
    ])
      await expect(write()).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(await textOf(photos, 'a')).toBe('x');
  });

  test('that was never opened before is read', async () => {
    const root = scope.directory();
    mkdirSync(join(root, 'photos'));
    writeFileSync(join(root, 'photos/A.txt'), 'hello');
    expect(await textOf(scope.open(root, internals, options).bucket('photos'), 'A.txt')).toBe('hello');
    expect(readdirSync(root)).toEqual(['photos']);
  });
});

test('a write with readOnly: true fails before any I/O', async () => {
  const calls = new Proxy<FileCalls>(fs, {
    get(_target, name) {
      throw new Error(`${String(name)} was called`);
    },
  });
  const store = scope.open('/nonexistent', { calls }, { readOnly: true });
  await expect(store.bucket('photos').put('a', 'x')).rejects.toMatchObject({ code: 'AccessDenied' });
});

test('a missing root is not created with readOnly: true', async () => {
  const root = join(scope.directory(), 'missing');
  await expect(scope.open(root, {}, { readOnly: true }).list()).rejects.toMatchObject({ code: 'ConfigError' });
});

test.each([
  ['ENOSPC', 'StorageFull'],
  ['EROFS', 'AccessDenied'],
])('a root on a volume that fails with %s is read, and written as soon as that is possible', async (errno, code) => {
  const { root, store, bucket } = await scope.bucket();
  await bucket.put('a', 'x');
  await store.close();
  let isFull = true;
  const full = unwritable(errno);
  const calls = new Proxy<FileCalls>(fs, { get: (target, name: keyof FileCalls) => (isFull ? full : target)[name] });
  const reopened = scope.open(root, {
    calls: callsWith(
      Object.fromEntries(
        [...writes, 'openSync' as const].map((name) => [
          name,
          (...args: unknown[]) => (calls[name] as (...all: unknown[]) => unknown)(...args),
        ]),
      ),
    ),
  });
  expect(await textOf(reopened.bucket('photos'), 'a')).toBe('x');
  await expect(reopened.bucket('photos').put('a', 'y')).rejects.toMatchObject({ code });
  isFull = false;
  await reopened.bucket('photos').put('a', 'y');
  expect(await textOf(reopened.bucket('photos'), 'a')).toBe('y');
});

test('a record that cannot be saved does not prevent reading', async () => {
  const { root, store } = await scope.bucket();
  await store.close();
  writeFileSync(join(root, 'photos/a.txt'), 'hello');
  utimesSync(join(root, 'photos/a.txt'), 1e9, 1e9);
  for (const code of ['ENOSPC', 'EROFS', 'EACCES', 'EDQUOT', 'EMFILE']) {
    const calls = callsWith({
      writeSync: ((fd: number, bytes: Uint8Array, ...rest: [number, number]) => {
        if (Buffer.from(bytes).includes('"body"')) throw Object.assign(new Error(code), { code, errno: -1 });
        return fs.writeSync(fd, bytes, ...rest);
      }) as typeof fs.writeSync,
    });
    const bucket = scope.open(root, { calls }).bucket('photos');
    expect(await bucket.list()).toMatchObject([{ key: 'a.txt', etag: '5d41402abc4b2a76b9719d911017c592' }]);
    expect(await textOf(bucket, 'a.txt')).toBe('hello');
  }
});

test('a directory that cannot be read is omitted from a listing, but not that of the bucket', async () => {
  const { root, bucket } = await scope.bucket();
  await bucket.put('a', 'x');
  mkdirSync(join(root, 'photos/lost+found'));
  const isLost = (path: string): boolean => (path.startsWith('/proc') ? fs.readlinkSync(path) : path).endsWith('lost+found');
  const calls = callsWith({
    readdirSync: ((path: string, options: { withFileTypes: true }) => {
      if (isLost(path)) throw Object.assign(new Error('EACCES'), { code: 'EACCES', errno: -13 });
      return fs.readdirSync(path, options);
    }) as unknown as typeof fs.readdirSync,
  });
  expect(await scope.open(root, { calls }).bucket('photos').listFilename()).toEqual(['a']);
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'a directory without permission to read is omitted from a listing',
  async () => {
    const { root, bucket } = await scope.bucket();
    await bucket.put('a', 'x');
    mkdirSync(join(root, 'photos/closed'));
    chmodSync(join(root, 'photos/closed'), 0);
    expect(await bucket.listFilename()).toEqual(['a']);
    chmodSync(join(root, 'photos'), 0o300);
    await expect(bucket.listFilename()).rejects.toMatchObject({ code: 'AccessDenied' });
    chmodSync(join(root, 'photos'), 0o700);
  },
);

test('one file that cannot be hashed is omitted from a listing', async () => {
  const { root, store } = await scope.bucket();
  await store.bucket('photos').put('b', 'x');
  writeFileSync(join(root, 'photos/a'), 'x');
  const bucket = scope.open(root, { calls: failingCalls(['openSync'], '/a', 'EIO') }).bucket('photos');
  expect(await bucket.listFilename()).toEqual(['b']);
  expect(statSync(join(root, 'photos/a')).size).toBe(1);
  rmSync(join(root, 'photos/a'));
});
