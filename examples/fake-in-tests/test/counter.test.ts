import { MemoryDatastore } from '@anybucket/backend-memory';
import { expect, test } from 'vitest';
import { increment } from '../src/counter.js';

test('starts at one', async () => {
  const store = new MemoryDatastore({ buckets: { stats: {} } });
  expect(await increment(store.bucket('stats'), 'visits')).toBe(1);
});

test('goes on from what is stored', async () => {
  const store = new MemoryDatastore({ buckets: { stats: { visits: '41' } } });
  expect(await increment(store.bucket('stats'), 'visits')).toBe(42);
});

test('loses no count of many at once', async () => {
  const store = new MemoryDatastore({ buckets: { stats: {} } });
  await Promise.all(Array.from({ length: 20 }, () => increment(store.bucket('stats'), 'visits')));
  expect(await (await store.bucket('stats').get('visits')).text()).toBe('20');
});

test('says what is missing', async () => {
  const store = new MemoryDatastore();
  await expect(increment(store.bucket('stats'), 'visits')).rejects.toMatchObject({ code: 'NoSuchBucket', bucket: 'stats' });
});
