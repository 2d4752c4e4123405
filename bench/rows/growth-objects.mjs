// put, get, stat and a page of 1000 in a bucket that holds more and more objects, and the memory that these take.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { inChild, settledMemory } from '../child.mjs';
import { stopServer } from '../contenders/minio-server.mjs';
import { open } from '../contenders/pairs.mjs';
import { measureRow } from '../measure.mjs';

const file = fileURLToPath(import.meta.url);
const body = Buffer.alloc(100, 'anybucket');
const perFolder = 1000;
const atOnce = 16;
const rounds = 5;

/** Neither folders nor the objects of one come in the order of their names. */
const scattered = (index) => String((index * 389) % 1000).padStart(3, '0');
const folderOf = (index) => `folder-${scattered(Math.floor(index / perFolder))}`;
const keyOf = (index) => `${folderOf(index)}/object-${scattered(index % perFolder)}`;

/**
 * Measures in a process of its own.
 * @param names the contenders: one, or several that share a bucket and take turns; the memory is measured of one alone
 * @param sizes of the bucket, growing
 * @returns `{ name, row, size, value }`, in microseconds a call and, for the memory, bytes in all
 */
export function measureObjects(names, sizes) {
  return inChild(file, { names, sizes });
}

async function measure({ names, sizes }) {
  const handles = await Promise.all(names.map(open));
  for (const handle of handles) await warmUp(handle);
  const contenders = names.map((name, index) => ({ name, open: async () => handles[index] }));
  const idle = await settledMemory();
  const points = [];
  let count = 0;
  for (const size of sizes) {
    // The last puts are those that are measured.
    const puts = Math.min(size / 20, 200);
    const filled = size - puts * rounds * handles.length;
    await fill(handles[0], count, filled);
    count = filled;
    for (const row of rowsAt(size, puts, () => keyOf(count++))) {
      const { values } = await measureRow({ rounds, unit: 'us', scale: 1000, can: () => true, ...row }, contenders);
      for (const [name, value] of values) points.push({ name, row: row.name, size, value });
      if (row.name === 'put' && names.length === 1)
        points.push({ name: names[0], row: 'memory', size, value: (await settledMemory()) - idle });
    }
    assert.equal(count, size);
  }
  for (const handle of handles) await handle.close?.();
  await stopServer();
  return points;
}

/** A second of all calls, on objects that will be there anyway: what is measured is a program that has run for a while. */
async function warmUp(handle) {
  const end = performance.now() + 1000;
  for (let index = 0; performance.now() < end; index++) {
    const key = keyOf(index % 100);
    await handle.put(key, body);
    assert.equal((await handle.get(key)).length, body.length);
    await handle.stat(key);
    if (index % 100 === 0) await handle.page('');
  }
}

async function fill(handle, from, to) {
  let next = from;
  const puts = async () => {
    while (next < to) await handle.put(keyOf(next++), body);
  };
  await Promise.all(Array.from({ length: atOnce }, puts));
}

function rowsAt(size, puts, newKey) {
  const repeated = { time: 60, iterations: 20, warmup: false };
  const keyAt = (index) => keyOf((index * 7919) % size);
  // Before a folder, so that a whole page follows.
  const placeAt = (index) => `${folderOf((index * 7919 * perFolder) % size)}/`;
  const prepare = async () => {};
  return [
    { name: 'put', prepare, options: { time: 0, iterations: puts, warmup: false }, step: (handle) => handle.put(newKey(), body) },
    { name: 'get', prepare, options: repeated, step: (handle, index) => handle.get(keyAt(index)) },
    { name: 'stat', prepare, options: repeated, step: (handle, index) => handle.stat(keyAt(index)) },
    {
      name: 'page of 1000',
      rounds: 3,
      options: { time: 60, iterations: 1, warmup: false },
      prepare: async (handle) => assert.equal(await handle.page(placeAt(0)), 1000),
      step: (handle, index) => handle.page(placeAt(index)),
    },
  ];
}

if (process.argv[1] === file) console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]))));
