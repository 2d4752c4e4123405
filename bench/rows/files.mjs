// put, get, stat and delete of 4 KiB on a disk: one at a time, and 32 at once.
import assert from 'node:assert/strict';

const body = Buffer.alloc(4096, 'anybucket');
const keys = Array.from({ length: 2000 }, (_, index) => `folder/object-${index}`);
const keyAt = (index) => keys[index % keys.length];
const atOnce = 32;
const common = { unit: 'us', digits: 1, options: { time: 200, warmupTime: 30 } };

async function fill(handle) {
  for (const key of keys) await handle.put(key, body);
  assert.deepEqual(Buffer.from(await handle.get(keyAt(7))), body);
}

const actions = {
  'put 4 KiB, new': (handle, index) => handle.put(`new-${index % 100}/object-${index}`, body),
  'put 4 KiB, over': (handle, index) => handle.put(keyAt(index), body),
  'get 4 KiB': (handle, index) => handle.get(keyAt(index)),
  stat: (handle, index) => handle.stat(keyAt(index)),
  'put and delete': async (handle, index) => {
    await handle.put(`deleted/object-${index}`, body);
    await handle.delete(`deleted/object-${index}`);
  },
};

const rowOf = ([name, act]) => ({ ...common, name, scale: 1000, can: () => true, prepare: fill, step: act });

const rowAtOnce = ([name, act]) => ({
  ...rowOf([`${name}, ${atOnce} at once`, act]),
  scale: 1000 / atOnce,
  step: (handle, index) => Promise.all(Array.from({ length: atOnce }, (_, one) => act(handle, index * atOnce + one))),
});

export const fileRows = [...Object.entries(actions).map(rowOf), ...Object.entries(actions).map(rowAtOnce)];

/** What it costs to be on the disk before the call succeeds. */
export const durableRow = { ...rowOf(['put 4 KiB, new', actions['put 4 KiB, new']]), prepare: async () => {} };
