import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { describe, expect, test } from 'vitest';
import { scratch, textOf } from '../support/scratch.js';

const scope = scratch();

async function increment(bucket: Bucket, times: number, between: () => void = () => {}): Promise<void> {
  for (let done = 0; done < times;) {
    const object = await bucket.get('counter');
    const value = Number(await object.text());
    try {
      await bucket.put('counter', `${value + 1}`, { ifMatch: object.info.etag });
      done++;
      between();
    } catch (error) {
      if (!isStorageError(error, 'PreconditionFailed')) throw error;
    }
  }
}

test.each(['removed', 'renamed'])('no increment is lost when the lock file is %s while the root is open', async (how) => {
  const { root, bucket } = await scope.bucket();
  const other = scope.open(root).bucket('photos');
  await bucket.put('counter', '0');
  const lock = join(root, '.anybucket/lock');
  let count = 0;
  const damage = (): void => {
    if (count++ % 5 !== 0) return;
    if (how === 'removed') rmSync(lock, { force: true });
    else renameSync(lock, `${lock}-${count}`);
  };
  await Promise.all([increment(bucket, 60, damage), increment(other, 60), increment(scope.open(root).bucket('photos'), 60)]);
  expect(await textOf(bucket, 'counter')).toBe('180');
});

test('the temp directory is created again', async () => {
  const { root, store, bucket } = await scope.bucket();
  rmSync(join(root, '.anybucket/tmp'), { recursive: true });
  await bucket.put('a', 'x');
  await bucket.put('b', new Blob(['y'.repeat(2_000_000)]));
  expect(await textOf(bucket, 'a')).toBe('x');
  const [own = ''] = readdirSync(join(root, '.anybucket/tmp'));
  expect(readdirSync(join(root, '.anybucket/tmp', own))).toEqual(['lock']);
  // It is locked again: another process does not remove it.
  await scope.open(root).list();
  expect(readdirSync(join(root, '.anybucket/tmp'))).toContain(own);
  await store.close();
});

test('the internal directory is created again', async () => {
  const { root, bucket } = await scope.bucket();
  await bucket.put('a', 'x');
  rmSync(join(root, '.anybucket'), { recursive: true });
  await bucket.put('b/', 'y', { metadata: { by: 'me' } });
  expect(await bucket.listFilename()).toEqual(['a', 'b/']);
  expect((await bucket.stat('b/')).metadata).toEqual({ by: 'me' });
  expect(readdirSync(join(root, '.anybucket'))).toEqual(expect.arrayContaining(['format.json', 'lock', 'tmp']));
});

test('a root that is removed has no buckets, and createBucket creates it again', async () => {
  const { root, store, bucket } = await scope.bucket();
  await bucket.put('a', 'x');
  await bucket.put('b/', 'x');
  rmSync(root, { recursive: true });
  for (const call of [
    () => bucket.get('a'),
    () => bucket.stat('b/'),
    () => bucket.list(),
    () => bucket.put('a', 'x'),
    () => bucket.put('a', new Blob(['x'])),
    () => bucket.delete('a'),
    () => bucket.setTags('a', {}),
  ])
    await expect(call()).rejects.toMatchObject({ code: 'NoSuchBucket' });
  expect(await store.list()).toEqual([]);
  expect(await store.removeBucket('photos')).toBe(false);
  expect(await store.createBucket('photos')).toBe(true);
  await bucket.put('a', 'y');
  await bucket.put('b/', 'z');
  expect(await bucket.listFilename()).toEqual(['a', 'b/']);
  expect(await textOf(scope.open(root).bucket('photos'), 'a')).toBe('y');
});

test('another root in the place of the first one is used', async () => {
  const { root, bucket } = await scope.bucket();
  await bucket.put('a', 'old');
  renameSync(root, `${root}-moved`);
  mkdirSync(root);
  const other = scope.open(root);
  await other.createBucket('photos');
  await other.bucket('photos').put('a', 'new');
  expect(await textOf(bucket, 'a')).toBe('new');
  await bucket.put('b', 'new');
  expect(await other.bucket('photos').listFilename()).toEqual(['a', 'b']);
  expect(readdirSync(`${root}-moved/photos`)).toEqual(['a']);
  rmSync(`${root}-moved`, { recursive: true });
});

test.each(['bytes', 'stream'])('a put (%s) right after the root was replaced writes to the new root', async (type) => {
  const { root, bucket } = await scope.bucket();
  const other = scope.open(`${root}-other`);
  await other.createBucket('photos');
  await bucket.put('a', 'old');
  renameSync(root, `${root}-moved`);
  renameSync(`${root}-other`, root);
  await bucket.put('a', type === 'bytes' ? 'new' : new Blob(['new']));
  expect(await textOf(scope.open(root).bucket('photos'), 'a')).toBe('new');
  expect(readFileSync(`${root}-moved/photos/a`, 'utf8')).toBe('old');
  rmSync(`${root}-moved`, { recursive: true });
});

test('a put right after the root was moved fails with NoSuchBucket', async () => {
  const { root, bucket } = await scope.bucket();
  await bucket.put('a', 'x');
  renameSync(root, `${root}-moved`);
  await expect(bucket.put('b', 'x')).rejects.toMatchObject({ code: 'NoSuchBucket' });
  expect(() => readdirSync(root)).toThrow('ENOENT');
  expect(readdirSync(`${root}-moved/photos`)).toEqual(['a']);
  rmSync(`${root}-moved`, { recursive: true });
});

test.each(['removed', 'replaced'])('a process without kernel locks is noticed after the temp directory was %s', async (how) => {
  const { root, bucket } = await scope.bucket();
  await bucket.put('a', 'x');
  const temp = join(root, '.anybucket/tmp', readdirSync(join(root, '.anybucket/tmp'))[0] ?? '');
  rmSync(temp, { recursive: true });
  if (how === 'replaced') mkdirSync(temp);
  const exclusiveLock = join(root, '.anybucket/sole-process');
  mkdirSync(exclusiveLock);
  writeFileSync(join(exclusiveLock, 'owner'), JSON.stringify({ id: 'feedface', pid: 1, host: 'elsewhere', started: '' }));
  for (const write of [() => bucket.delete('a'), () => bucket.setTags('a', {}), () => bucket.put('a', 'y')])
    await expect(write()).rejects.toMatchObject({ code: 'ConfigError', message: expect.stringContaining('elsewhere') as string });
  expect(await textOf(bucket, 'a')).toBe('x');
  rmSync(exclusiveLock, { recursive: true });
  await bucket.put('a', 'y');
});

describe('after the lock file was replaced by a directory', () => {
  test('no lock of a failed write remains', async () => {
    const { root, bucket } = await scope.bucket();
    await bucket.put('a', 'x');
    const other = scope.open(root, { lockTimeout: 500 }).bucket('photos');
    await other.put('a', 'y');
    const lock = join(root, '.anybucket/lock');
    renameSync(lock, `${lock}-moved`);
    mkdirSync(lock);
    await expect(bucket.put('a', 'z')).rejects.toMatchObject({ code: 'ConfigError' });
    rmdirSync(lock);
    renameSync(`${lock}-moved`, lock);
    await other.put('a', 'z');
    expect(await textOf(bucket, 'a')).toBe('z');
  });

  test('close removes the temp directory', async () => {
    const { root, store } = await scope.bucket();
    const lock = join(root, '.anybucket/lock');
    rmSync(lock);
    mkdirSync(lock);
    await store.close();
    expect(readdirSync(join(root, '.anybucket/tmp'))).toEqual([]);
  });
});

test('close after the root was removed does not create it', async () => {
  const { root, store } = await scope.bucket();
  rmSync(root, { recursive: true });
  await store.close();
  expect(() => readdirSync(root)).toThrow('ENOENT');
});
