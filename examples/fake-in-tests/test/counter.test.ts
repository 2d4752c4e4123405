import { MemoryDatastore } from '@anybucket/backend-memory';
import { expect, test } from 'vitest';
import { increment } from '../src/counter.js';

test('starts at 1', async () => {
  const datastore = new MemoryDatastore({ buckets: { stats: {} } });
  expect(await increment(datastore.bucket('stats'), 'visits')).toBe(1);
});

test('increments the stored value', async () => {
  const datastore = new MemoryDatastore({ buckets: { stats: { visits: '41' } } });
  expect(await increment(datastore.bucket('stats'), 'visits')).toBe(42);
});

test('counts concurrent increments', async () => {
  const datastore = new MemoryDatastore({ buckets: { stats: {} } });
  await Promise.all(Array.from({ length: 20 }, () => increment(datastore.bucket('stats'), 'visits')));
  expect(await (await datastore.bucket('stats').get('visits')).text()).toBe('20');
});

test('rejects a missing bucket with NoSuchBucket', async () => {
  const datastore = new MemoryDatastore();
  await expect(increment(datastore.bucket('stats'), 'visits')).rejects.toMatchObject({ code: 'NoSuchBucket', bucket: 'stats' });
});
