import { MemoryDatastore } from '@anybucket/backend-memory';
import { isStorageError } from '@anybucket/core';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.restoreAllMocks());

const times: [number | Date, number][] = [
  [0, 0],
  [-1, -1000],
  [1, 0],
  [new Date(0), 0],
  [8.64e15, 8.64e15],
  [new Date(8.64e15), 8.64e15],
];

test.for(times)('stores metadata under a clock of %s', async ([time, expected]) => {
  const bucket = new MemoryDatastore({ buckets: { photos: {} }, now: () => time }).bucket('photos');
  for (const value of ['first', 'second']) {
    await bucket.put('k', 'body', { metadata: { value }, tags: { value } });
    await bucket.fcopyTo('photos', 'copy', 'k');
    await bucket.setTags('k', { value });
    for (const info of await bucket.list()) expect([info.metadata['value'], info.lastModified.getTime()]).toEqual([value, expected]);
  }
});

test.for([NaN, 0, 1e300, -1e300, Infinity])('stores metadata while the time of the system is %d', async (time) => {
  vi.spyOn(Date, 'now').mockReturnValue(time);
  const bucket = new MemoryDatastore({ buckets: { photos: {} } }).bucket('photos');
  await bucket.put('k', 'body', { metadata: { a: 'b' } });
  const { metadata, lastModified } = await bucket.stat('k');
  expect([metadata, Number.isNaN(lastModified.getTime())]).toEqual([{ a: 'b' }, false]);
});

test.for([NaN, 1e300, new Date(NaN)])('rejects a put if the option `now` returns %s, and keeps the object', async (time) => {
  let now: number | Date = 0;
  const bucket = new MemoryDatastore({ buckets: { photos: {} }, now: () => now }).bucket('photos');
  await bucket.put('k', 'old', { metadata: { a: 'b' } });
  now = time;
  const failure: unknown = await bucket.put('k', 'new').catch((error: unknown) => error);
  expect(isStorageError(failure, 'InvalidArgument')).toBe(true);
  expect((await bucket.stat('k')).metadata).toEqual({ a: 'b' });
});
