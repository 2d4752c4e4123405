// put, get, stat and delete of 4 KiB in files, sequentially and with 32 concurrent calls.
import assert from 'node:assert/strict';

const body = Buffer.alloc(4096, 'anybucket');
const keys = Array.from({ length: 2000 }, (_, index) => `folder/object-${index}`);
const keyAt = (index) => keys[index % keys.length];
const concurrency = 32;
const common = { unit: 'us', digits: 1, options: { time: 200, warmupTime: 30 } };

async function fill(handle) {
  for (const key of keys) await handle.put(key, body);
  assert.deepEqual(Buffer.from(await handle.get(keyAt(7))), body);
}

const actions = {
  'put 4 KiB, new': (handle, index) => handle.put(`new-${index % 100}/object-${index}`, body),
  'put 4 KiB, overwrite': (handle, index) => handle.put(keyAt(index), body),
  'get 4 KiB': (handle, index) => handle.get(keyAt(index)),
  stat: (handle, index) => handle.stat(keyAt(index)),
  'put and delete': async (handle, index) => {
    await handle.put(`deleted/object-${index}`, body);
    await handle.delete(`deleted/object-${index}`);
  },
};

const rowOf = ([name, action]) => ({ ...common, name, scale: 1000, supports: () => true, prepare: fill, run: action });

const concurrentRowOf = ([name, action]) => ({
  ...rowOf([`${name}, ${concurrency} concurrent`, action]),
  scale: 1000 / concurrency,
  run: (handle, index) => Promise.all(Array.from({ length: concurrency }, (_, offset) => action(handle, index * concurrency + offset))),
});

export const fileRows = [...Object.entries(actions).map(rowOf), ...Object.entries(actions).map(concurrentRowOf)];

/** Measures the cost of flushing to the disk before a put succeeds. */
export const durableRow = { ...rowOf(['put 4 KiB, new', actions['put 4 KiB, new']]), prepare: async () => {} };
