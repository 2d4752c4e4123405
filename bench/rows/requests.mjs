// put, get, stat and delete of 4 KiB on a server, one at a time and 32 at once, and a listing of 10,000 objects with metadata.
import assert from 'node:assert/strict';

const body = Buffer.alloc(4096, 'anybucket');
const count = 100;
const listed = 10_000;
const common = { digits: 0, rounds: 7, can: (handle) => 'put' in handle };
const keyAt = (handle, index) => `${handle.prefix}/object-${index % count}`;

async function inBatches(total, size, act) {
  for (let start = 0; start < total; start += size)
    await Promise.all(Array.from({ length: Math.min(size, total - start) }, (_, index) => act(start + index)));
}

async function fill(handle) {
  await inBatches(count, 20, (index) => handle.put(keyAt(handle, index), body));
  assert.deepEqual(Buffer.from(await handle.get(keyAt(handle, 7))), body);
}

const actions = {
  'put 4 KiB': (handle, index) => handle.put(keyAt(handle, index), body),
  'get 4 KiB': (handle, index) => handle.get(keyAt(handle, index)),
  stat: (handle, index) => handle.stat(keyAt(handle, index)),
  // Of a key that is not there: the server does the same, and the row needs no put in between.
  delete: (handle, index) => handle.delete(`${handle.prefix}/none-${index}`),
};

const rowOf = ([name, act]) => ({
  ...common,
  name,
  unit: 'us',
  scale: 1000,
  options: { time: 0, iterations: 100 },
  prepare: fill,
  step: act,
});

const rowAtOnce = ([name, act]) => ({
  ...rowOf([`${name}, 32 at once`, act]),
  scale: 1000 / 32,
  options: { time: 0, iterations: 6 },
  step: (handle, index) => Promise.all(Array.from({ length: 32 }, (_, one) => act(handle, index * 32 + one))),
});

/** A listing with the metadata of each object, by whoever can. */
const listing = {
  ...common,
  name: 'list 10,000 with metadata',
  unit: 'ms',
  scale: 1,
  options: { time: 0, iterations: 1 },
  can: (handle) => 'list' in handle,
  async prepare(handle) {
    await inBatches(listed, 50, (index) => handle.put(`${handle.prefix}-listed/object-${index}`, Buffer.from('x')));
    assert.equal(await handle.list(`${handle.prefix}-listed/`), listed);
  },
  step: (handle) => handle.list(`${handle.prefix}-listed/`),
};

export const requestRows = [...Object.entries(actions).map(rowOf), ...Object.entries(actions).map(rowAtOnce), listing];
