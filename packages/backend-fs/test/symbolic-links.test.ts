import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Bucket } from '@anybucket/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callsWith, failingCalls } from './support/calls.js';
import { scratch } from './support/scratch.js';

const scope = scratch();
let root: string;
let outside: string;
let bucket: Bucket;

beforeEach(async () => {
  ({ root, bucket } = await scope.bucket());
  outside = scope.directory();
  writeFileSync(join(outside, 'secret'), 'secret');
});

afterEach(() => {
  assert.deepEqual(readdirSync(outside), ['secret']);
  assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), 'secret');
});

describe.skipIf(process.platform === 'win32')('a symbolic link', () => {
  beforeEach(() => {
    symlinkSync(join(outside, 'secret'), join(root, 'photos/file'));
    symlinkSync(outside, join(root, 'photos/folder'));
    symlinkSync(outside, join(root, 'linked-bucket'));
  });

  test('is not an object, nor is anything below it', async () => {
    for (const key of ['file', 'folder', 'folder/secret']) {
      await expect(bucket.get(key)).rejects.toMatchObject({ code: 'NoSuchKey' });
      await expect(bucket.stat(key)).rejects.toMatchObject({ code: 'NoSuchKey' });
      await expect(bucket.fcopyTo('photos', 'copy', key)).rejects.toMatchObject({ code: 'NoSuchKey' });
    }
    expect(await bucket.list()).toEqual([]);
    expect(await bucket.list({ recursive: false })).toEqual([]);
  });

  test('is neither followed by a write nor replaced', async () => {
    for (const key of ['file', 'folder', 'folder/secret', 'folder/new', 'folder/sub/new', 'file/new']) {
      await expect(bucket.put(key, 'x')).rejects.toMatchObject({ code: 'AccessDenied' });
    }
    expect(lstatSync(join(root, 'photos/file')).isSymbolicLink()).toBe(true);
  });

  test('is not deleted, nor is anything below it', async () => {
    await bucket.delete(['file', 'folder', 'folder/secret']);
    expect(readdirSync(join(root, 'photos')).sort()).toEqual(['file', 'folder']);
  });

  test('is not a bucket', async () => {
    const store = scope.open(root);
    expect(await store.list()).toEqual(['photos']);
    expect(await store.bucketExists('linked-bucket')).toBe(false);
    await expect(store.bucket('linked-bucket').get('secret')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(store.createBucket('linked-bucket')).rejects.toMatchObject({ code: 'BucketAlreadyExists' });
    expect(await store.removeBucket('linked-bucket')).toBe(false);
  });

  test('prevents the removal of its bucket', async () => {
    await expect(scope.open(root).removeBucket('photos')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
    expect(readdirSync(join(root, 'photos')).sort()).toEqual(['file', 'folder']);
  });

  test.each(['records', 'bodies', '.'])('in the place of the internal directory %s is rejected', async (name) => {
    const store = scope.open(root);
    await store.createBucket('other');
    mkdirSync(join(root, '.anybucket/buckets'), { recursive: true });
    if (name !== '.') mkdirSync(join(root, '.anybucket/buckets/other'));
    symlinkSync(outside, join(root, '.anybucket/buckets/other', name));
    await expect(store.bucket('other').put('a/', 'x')).rejects.toMatchObject({ code: 'AccessDenied' });
    // The body of `a` is not in the internal directory.
    const result: unknown = await store
      .bucket('other')
      .put('a', 'x')
      .catch((error: unknown) => error);
    expect(result).toMatchObject(name === 'bodies' ? { etag: '9dd4e461268c8034f5c8564e155c67a6' } : { code: 'AccessDenied' });
  });
});

describe.skipIf(process.platform === 'win32')('a special file', () => {
  test('is never opened, listed, replaced or deleted', { timeout: 20_000 }, async () => {
    execFileSync('mkfifo', [join(root, 'photos/pipe')]);
    const server = createServer().listen(join(root, 'photos/socket'));
    await once(server, 'listening');
    for (const key of ['pipe', 'socket', 'pipe/below']) {
      await expect(bucket.get(key)).rejects.toMatchObject({ code: 'NoSuchKey' });
      await expect(bucket.put(key, 'x')).rejects.toMatchObject({ code: 'AccessDenied' });
      await bucket.delete(key);
    }
    expect(await bucket.list()).toEqual([]);
    expect(readdirSync(join(root, 'photos')).sort()).toEqual(['pipe', 'socket']);
    server.close();
  });
});

describe('a file that cannot be read', () => {
  test.each(['openSync', 'lstatSync'] as const)('fails with AccessDenied and the cause, not with NoSuchKey (%s)', async (call) => {
    writeFileSync(join(root, 'photos/locked.txt'), 'x');
    const store = scope.open(root, { calls: failingCalls([call], 'locked.txt', 'EACCES') });
    const locked = store.bucket('photos');
    for (const attempt of [() => locked.get('locked.txt'), () => locked.stat('locked.txt'), () => locked.exists('locked.txt')]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'AccessDenied', cause: { code: 'EACCES' } });
    }
    // Nothing but its name is known.
    writeFileSync(join(root, 'photos/readable.txt'), 'x');
    expect(await locked.listFilename()).toEqual(['readable.txt']);
  });

  test('is one failure of a batch delete', async () => {
    await bucket.put('locked.txt', 'x');
    await bucket.put('free.txt', 'x');
    const store = scope.open(root, { calls: failingCalls(['unlinkSync'], 'locked.txt', 'EPERM') });
    await expect(store.bucket('photos').delete(['locked.txt', 'free.txt'])).rejects.toMatchObject({
      deleted: ['free.txt'],
      failures: [{ key: 'locked.txt', error: { code: 'AccessDenied', cause: { code: 'EPERM' } } }],
    });
    expect(await bucket.listFilename()).toEqual(['locked.txt']);
  });
});

test('omits a file that is deleted while a page is built, and fills the page', async () => {
  for (const key of ['a', 'b', 'c', 'd']) await bucket.put(key, key);
  const calls = callsWith({
    lstatSync: ((path: string, options: { throwIfNoEntry: false }) =>
      /\/[ab]$/.test(path) ? undefined : lstatSync(path, options)) as never,
  });
  const store = scope.open(root, { calls });
  expect(await store.bucket('photos').listFilename()).toEqual(['c', 'd']);
  const page = await store.bucket('photos').listPage({ pageSize: 1 });
  expect(page.entries.map(({ key }) => key)).toEqual(['c']);
  await expect(store.bucket('photos').get('a')).rejects.toMatchObject({ code: 'NoSuchKey' });
});
