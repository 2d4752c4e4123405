import fs, { appendFileSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callsWith } from './support/calls.js';
import { scratch } from './support/scratch.js';

const scope = scratch();

/** Appends to a file whenever a block of it is read, as a fast writer does. */
function appendingCalls(path: () => string) {
  return callsWith({
    read: ((fd: number, ...rest: [Uint8Array, number, number, number, () => void]) => {
      appendFileSync(path(), 'one more line\n');
      fs.read(fd, ...rest);
    }) as unknown as typeof fs.read,
  });
}

test('a file that another program always appends to is read as of one moment', { timeout: 20_000 }, async () => {
  const { root, store } = await scope.bucket();
  await store.close();
  const path = join(root, 'photos/log');
  writeFileSync(path, 'a line\n'.repeat(200_000));
  const bucket = scope.open(root, { calls: appendingCalls(() => path) }).bucket('photos');
  const md5 = (size: number): string => createHash('md5').update(readFileSync(path).subarray(0, size)).digest('hex');
  const info = await bucket.stat('log');
  expect(info.etag).toBe(md5(info.size));
  const object = await bucket.get('log');
  const body = await object.bytes();
  expect(body.length).toBe(object.info.size);
  expect(createHash('md5').update(body).digest('hex')).toBe(object.info.etag);
  expect(await bucket.exists('log')).toBe(true);
  const [listed] = await bucket.list();
  expect(listed?.etag).toBe(md5(listed?.size ?? 0));
  await bucket.fcopyTo('photos', 'copy', 'log');
  const copy = await bucket.stat('copy');
  expect(copy.etag).toBe(md5(copy.size));
});

test('a condition that fails on a file that another program always appends to is reported at once', async () => {
  const { root, store } = await scope.bucket();
  await store.close();
  const path = join(root, 'photos/log');
  writeFileSync(path, 'a line\n'.repeat(200_000));
  let reads = 0;
  const calls = appendingCalls(() => path);
  const bucket = scope
    .open(root, { calls: { ...calls, read: ((...args: Parameters<typeof fs.read>) => (reads++, calls.read(...args))) as typeof fs.read } })
    .bucket('photos');
  const ifMatch = '0'.repeat(32);
  await expect(bucket.delete('log', { ifMatch })).rejects.toMatchObject({ code: 'PreconditionFailed' });
  await expect(bucket.put('log', 'x', { ifMatch })).rejects.toMatchObject({ code: 'PreconditionFailed' });
  await expect(bucket.put('log', 'x', { ifNoneMatch: '*' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
  // Each call hashes the file at most twice.
  expect(reads).toBeLessThan(100);
});

test('an object whose file is replaced in each attempt fails with a retryable error', async () => {
  const { root, store } = await scope.bucket();
  await store.close();
  const path = join(root, 'photos/a');
  writeFileSync(path, 'x');
  let seconds = 1e9;
  const calls = callsWith({
    openSync: ((file: string, flags: number) => {
      if (file.endsWith('/a')) utimesSync(path, seconds, seconds++);
      return fs.openSync(file, flags);
    }) as typeof fs.openSync,
  });
  const bucket = scope.open(root, { calls }).bucket('photos');
  await expect(bucket.stat('a')).rejects.toMatchObject({ code: 'SlowDown', retryable: true });
  await expect(bucket.get('a')).rejects.toMatchObject({ code: 'SlowDown', retryable: true });
});

test('a file that is added to a directory whose modification time is restored is listed', async () => {
  const { root, bucket } = await scope.bucket();
  await bucket.put('a', 'x');
  const directory = join(root, 'photos');
  utimesSync(directory, 1e9, 1e9);
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(await bucket.listFilename()).toEqual(['a']);
  expect(await bucket.listFilename()).toEqual(['a']);
  writeFileSync(join(directory, 'b'), 'x');
  utimesSync(directory, 1e9, 1e9);
  expect(statSync(directory).mtimeMs).toBe(1e12);
  expect(await bucket.listFilename()).toEqual(['a', 'b']);
});
