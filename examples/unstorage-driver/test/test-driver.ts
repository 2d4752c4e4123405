import type { Bucket } from '@anybucket/core';
import { createStorage, restoreSnapshot, snapshot } from 'unstorage';
import { afterEach, expect, test } from 'vitest';
import { bucketDriver } from '../src/bucket-driver.js';

/** Tests what unstorage expects of a driver. */
export function testDriver(bucket: Bucket): void {
  const storage = createStorage({ driver: bucketDriver({ bucket, prefix: 'cache/' }) });
  afterEach(() => storage.clear());

  test('returns null for a missing item', async () => {
    expect(await storage.hasItem('missing')).toBe(false);
    expect(await storage.getItem('missing')).toBeNull();
    expect(await storage.getItemRaw('missing')).toBeNull();
    expect(await storage.getKeys()).toEqual([]);
  });

  test.each(['text', 0, false, true, { nested: { list: [1, 2] } }])('returns %j as it was set', async (value) => {
    await storage.setItem('data:value.json', value);
    expect(await storage.getItem('data:value.json')).toEqual(value);
  });

  test('keeps raw bytes', async () => {
    await storage.setItemRaw('raw.bin', new Uint8Array([0, 1, 254, 255]));
    expect([...((await storage.getItemRaw<Uint8Array>('raw.bin')) ?? [])]).toEqual([0, 1, 254, 255]);
  });

  test('lists keys below a base, up to a depth', async () => {
    for (const key of ['a', 'a:b', 'a:b:c', 'b']) await storage.setItem(key, key);
    expect((await storage.getKeys()).toSorted()).toEqual(['a', 'a:b', 'a:b:c', 'b']);
    expect((await storage.getKeys('a')).toSorted()).toEqual(['a:b', 'a:b:c']);
    expect((await storage.getKeys('', { maxDepth: 0 })).toSorted()).toEqual(['a', 'b']);
  });

  test('clears only objects with the prefix', async () => {
    await bucket.put('other.txt', 'kept');
    await storage.setItem('a:1', 'x');
    await storage.clear();
    expect(await storage.getKeys()).toEqual([]);
    expect(await bucket.exists('other.txt')).toBe(true);
    await bucket.delete('other.txt');
  });

  test('removes an item', async () => {
    await storage.setItem('a', 'x');
    await storage.removeItem('a');
    expect(await storage.hasItem('a')).toBe(false);
  });

  test('reports size, time and ETag', async () => {
    await storage.setItem('page.html', '<p>');
    expect(await storage.getMeta('page.html')).toMatchObject({
      size: 3,
      mtime: expect.any(Date) as Date,
      etag: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      contentType: 'text/html',
    });
  });

  test('restores a snapshot', async () => {
    await storage.setItem('a:1', 'one');
    const saved = await snapshot(storage, '');
    await storage.setItem('a:1', 'two');
    await restoreSnapshot(storage, saved);
    expect(await storage.getItem('a:1')).toBe('one');
  });
}
