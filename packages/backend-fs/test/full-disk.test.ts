import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Bucket } from '@anybucket/core';
import { StorageError } from '@anybucket/core';
import { afterEach, describe, expect, test } from 'vitest';
import { callsWith } from './support/calls.js';
import { scratch, textOf } from './support/scratch.js';

const scope = scratch();
const mounted: string[] = [];

afterEach(() => {
  for (const directory of mounted.splice(0)) execFileSync('umount', ['-l', directory]);
});

/** Mounts a volume of a size. Returns undefined where mounting is not permitted. */
function smallVolume(size: string): string | undefined {
  const directory = scope.directory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  mounted.push(directory);
  return directory;
}

/** Fills a volume with all kinds of writes until they fail. Returns the objects that were stored. */
async function fill(bucket: Bucket): Promise<Map<string, string>> {
  const stored = new Map<string, string>();
  const failures: unknown[] = [];
  for (let index = 0; failures.length < 60; index++) {
    const key = `directory-${index % 7}/object-${index % 50}`;
    const size = [10, 4000, 30_000, 300_000][index % 4] ?? 0;
    const body = `${index}`.padEnd(size, 'x');
    const write =
      index % 3 === 0
        ? () => bucket.put(key, Readable.from([Buffer.from(body)]))
        : () => bucket.put(key, body, { metadata: { index: `${index}` } });
    try {
      await write();
      stored.set(key, body);
      await bucket.setTags(key, { index: `${index}` });
    } catch (error) {
      failures.push(error);
    }
  }
  for (const error of failures) {
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ code: 'StorageFull', cause: { code: 'ENOSPC' } });
  }
  return stored;
}

describe('a full disk', () => {
  test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
    'causes StorageFull and leaves every object intact',
    { timeout: 60_000 },
    async (context) => {
      const root = smallVolume('4m');
      if (root === undefined) return context.skip('mounting is not permitted');
      const store = scope.open(root);
      await store.createBucket('photos');
      const bucket = store.bucket('photos');
      const stored = await fill(bucket);
      for (const [key, body] of stored) expect(await textOf(bucket, key)).toBe(body);
      expect(await bucket.listFilename()).toEqual([...stored.keys()].toSorted());
      const [own = ''] = readdirSync(join(root, '.anybucket/tmp'));
      expect(readdirSync(join(root, '.anybucket/tmp', own))).toEqual(['lock']);
      // Writes succeed again once there is space.
      await bucket.delete([...stored.keys()].slice(0, 25));
      await bucket.put('after', 'x');
      expect(await textOf(bucket, 'after')).toBe('x');
      await store.close();
      return undefined;
    },
  );

  test('that accepts only a part of a record line leaves the object unchanged', async () => {
    const { root, bucket } = await scope.bucket();
    await bucket.put('a', 'old', { metadata: { state: 'old' } });
    const fs = await import('node:fs');
    let armed = false;
    const calls = callsWith({
      writeSync: ((fd: number, bytes: Uint8Array, offset: number, length: number) => {
        if (!armed || !Buffer.from(bytes).toString().includes('"body"')) return fs.writeSync(fd, bytes, offset, length);
        if (offset > 0)
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28, syscall: 'write' });
        return fs.writeSync(fd, bytes, 0, 40);
      }) as typeof fs.writeSync,
    });
    const full = scope.open(root, { calls }).bucket('photos');
    await full.stat('a');
    armed = true;
    await expect(full.put('a', 'new', { metadata: { state: 'new' } })).rejects.toMatchObject({
      code: 'StorageFull',
      cause: { code: 'ENOSPC' },
    });
    await expect(full.setTags('a', { state: 'new' })).rejects.toMatchObject({ code: 'StorageFull' });
    expect(await textOf(bucket, 'a')).toBe('old');
    expect(await bucket.stat('a')).toMatchObject({ metadata: { state: 'old' } });
    expect(await bucket.tags('a')).toEqual({});
    await bucket.put('a', 'next', { metadata: { state: 'next' } });
    expect((await bucket.stat('a')).metadata).toEqual({ state: 'next' });
  });
});
