import fs, { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { StorageError } from '@anybucket/core';
import { expect, test, vi } from 'vitest';
import { callsWith } from '../support/calls.js';
import { scratch } from '../support/scratch.js';

vi.mock('../../src/system/descriptor-limit.js', () => ({ descriptorLimit: () => 64 }));
const scope = scratch();

function countingCalls() {
  const open = new Set<number>();
  const counts = { max: 0, open };
  const calls = callsWith({
    openSync: ((path: string, flags: number) => {
      const fd = fs.openSync(path, flags);
      open.add(fd);
      counts.max = Math.max(counts.max, open.size);
      return fd;
    }) as typeof fs.openSync,
    closeSync: (fd) => {
      fs.closeSync(fd);
      open.delete(fd);
    },
  });
  return { calls, counts };
}

const large = Buffer.alloc(600_000, 'large');

test('few files are open, however many objects are read and written at once', { timeout: 60_000 }, async () => {
  const { calls, counts } = countingCalls();
  const { root, store, bucket } = await scope.bucket({ calls });
  await bucket.put('large', large);
  writeFileSync(join(root, 'photos/hand'), large);
  const each = async (call: (index: number) => Promise<unknown>): Promise<void> => {
    await Promise.all(Array.from({ length: 100 }, (_, index) => call(index)));
  };
  await each((index) => bucket.put(`stream/${index}`, Readable.from([large, large])));
  await each(async () => expect((await (await bucket.get('large')).bytes()).equals(large)).toBe(true));
  await each(() => bucket.stat('hand'));
  await each((index) => bucket.fcopyTo('photos', `copy/${index}`, 'large'));
  // A body is read from the store while it is written to it.
  const bodies = await Promise.all(Array.from({ length: 100 }, () => bucket.get('large')));
  await Promise.all(bodies.map((body, index) => bucket.put(`again/${index}`, body.stream())));
  expect((await bucket.stat('again/99')).size).toBe(large.length);
  expect(counts.max).toBeLessThan(48);
  await store.close();
  expect(counts.open.size).toBe(0);
});

test('an unread body whose object is overwritten fails with a retryable error when too many are open', async () => {
  const { bucket } = await scope.bucket();
  await bucket.put('large', large);
  const bodies = [];
  for (let index = 0; index < 50; index++) bodies.push(await bucket.get('large'));
  await bucket.put('large', 'other');
  const results = await Promise.allSettled(bodies.map((body) => body.bytes()));
  // Comparing the buffers with a matcher takes minutes.
  const outcomes = results.map((result) =>
    result.status === 'fulfilled' ? result.value.equals(large) : (result.reason as StorageError).code,
  );
  expect(new Set(outcomes)).toEqual(new Set([true, 'TooManyOpenFiles']));
  expect(results.at(-1)?.status).toBe('fulfilled');
  expect(results[0]?.status).toBe('rejected');
});

test.each([
  ['is damaged', (path: string) => writeFileSync(path, 'not JSON')],
  ['is a directory', (path: string) => mkdirSync(path)],
  ['is a symbolic link', (path: string) => symlinkSync('/dev/zero', path)],
])('a root whose format.json %s is rejected, and leaves nothing open', async (_name, damage) => {
  const root = scope.directory();
  mkdirSync(join(root, '.anybucket'));
  damage(join(root, '.anybucket/format.json'));
  const { calls, counts } = countingCalls();
  const store = scope.open(root, { calls });
  for (let attempt = 0; attempt < 10; attempt++) await expect(store.list()).rejects.toMatchObject({ code: 'ConfigError' });
  expect(counts.open.size).toBe(0);
  expect(readdirSync(join(root, '.anybucket/tmp'))).toEqual([]);
});

test.each(['directory', 'link'])('a root whose lock file is a %s is rejected with ConfigError', async (kind) => {
  const root = scope.directory();
  mkdirSync(join(root, '.anybucket'));
  if (kind === 'link') symlinkSync('elsewhere', join(root, '.anybucket/lock'));
  else mkdirSync(join(root, '.anybucket/lock'));
  const { calls, counts } = countingCalls();
  await expect(scope.open(root, { calls }).list()).rejects.toMatchObject({ code: 'ConfigError' });
  expect(counts.open.size).toBe(0);
});
