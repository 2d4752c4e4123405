// put, get and stat of 4 KiB in memory.
import assert from 'node:assert/strict';

const body = Buffer.alloc(4096, 'anybucket');
const keys = Array.from({ length: 10_000 }, (_, index) => `folder/object-${index}`);
const keyAt = (index) => keys[index % keys.length];
const common = { unit: 'us', scale: 1000, digits: 1, options: { time: 300, warmupTime: 50 } };

async function fill(handle) {
  for (const key of keys) await handle.put(key, body);
  assert.deepEqual(Buffer.from(await handle.get(keyAt(7))), body);
}

export const memoryRows = [
  {
    ...common,
    name: 'put 4 KiB',
    supports: (handle) => 'put' in handle,
    prepare: fill,
    run: (handle, index) => handle.put(keyAt(index), body),
  },
  { ...common, name: 'get 4 KiB', supports: (handle) => 'get' in handle, prepare: fill, run: (handle, index) => handle.get(keyAt(index)) },
  { ...common, name: 'stat', supports: (handle) => 'stat' in handle, prepare: fill, run: (handle, index) => handle.stat(keyAt(index)) },
];
