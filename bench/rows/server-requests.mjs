// put, get, stat and delete of 4 KiB on a server, sequentially and with 32 concurrent calls, and a listing of 10,000 objects with metadata.
import assert from 'node:assert/strict';

const body = Buffer.alloc(4096, 'anybucket');
const keyCount = 100;
const concurrency = 32;
const listedCount = 10_000;
const common = { digits: 0, rounds: 7, supports: (handle) => 'put' in handle };
const keyAt = (handle, index) => `${handle.prefix}/object-${index % keyCount}`;

async function inBatches(total, batchSize, action) {
  for (let start = 0; start < total; start += batchSize)
    await Promise.all(Array.from({ length: Math.min(batchSize, total - start) }, (_, index) => action(start + index)));
}

async function fill(handle) {
  await inBatches(keyCount, 20, (index) => handle.put(keyAt(handle, index), body));
  assert.deepEqual(Buffer.from(await handle.get(keyAt(handle, 7))), body);
}

const actions = {
  'put 4 KiB': (handle, index) => handle.put(keyAt(handle, index), body),
  'get 4 KiB': (handle, index) => handle.get(keyAt(handle, index)),
  stat: (handle, index) => handle.stat(keyAt(handle, index)),
  // Of a missing key, which causes the same work on the server, so that the row needs no puts.
  delete: (handle, index) => handle.delete(`${handle.prefix}/none-${index}`),
};

const rowOf = ([name, action]) => ({
  ...common,
  name,
  unit: 'us',
  scale: 1000,
  options: { time: 0, iterations: 100 },
  prepare: fill,
  run: action,
});

const concurrentRowOf = ([name, action]) => ({
  ...rowOf([`${name}, ${concurrency} concurrent`, action]),
  scale: 1000 / concurrency,
  options: { time: 0, iterations: 6 },
  run: (handle, index) => Promise.all(Array.from({ length: concurrency }, (_, offset) => action(handle, index * concurrency + offset))),
});

const listing = {
  ...common,
  name: 'list 10,000 with metadata',
  unit: 'ms',
  scale: 1,
  options: { time: 0, iterations: 1 },
  supports: (handle) => 'list' in handle,
  async prepare(handle) {
    await inBatches(listedCount, 50, (index) => handle.put(`${handle.prefix}-listed/object-${index}`, Buffer.from('x')));
    assert.equal(await handle.list(`${handle.prefix}-listed/`), listedCount);
  },
  run: (handle) => handle.list(`${handle.prefix}-listed/`),
};

export const serverRows = [...Object.entries(actions).map(rowOf), ...Object.entries(actions).map(concurrentRowOf), listing];
