// put, get, stat and a page of 1000 by the number of objects in the bucket, and the memory of the objects.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { runInChild, residentMemory } from '../support/child-process.mjs';
import { stopServer } from '../support/minio-server.mjs';
import { openContender } from '../contenders/pairs.mjs';
import { measureRow } from '../support/measure-row.mjs';

const file = fileURLToPath(import.meta.url);
const body = Buffer.alloc(100, 'anybucket');
const objectsPerFolder = 1000;
const fillConcurrency = 16;
const rounds = 5;

/** A permutation, so that neither folders nor objects are put in key order. */
const scattered = (index) => String((index * 389) % 1000).padStart(3, '0');
const folderOf = (index) => `folder-${scattered(Math.floor(index / objectsPerFolder))}`;
const keyOf = (index) => `${folderOf(index)}/object-${scattered(index % objectsPerFolder)}`;

/**
 * Measures in a separate process.
 * @param names the names of the contenders; several share a bucket and take turns, without measuring memory
 * @param sizes the numbers of objects, in ascending order
 * @returns points `{ name, row, size, value }`, in microseconds per call, and in total bytes for the row `memory`
 */
export function measureObjects(names, sizes) {
  return runInChild(file, { names, sizes });
}

async function measure({ names, sizes }) {
  const handles = await Promise.all(names.map(openContender));
  for (const handle of handles) await warmUp(handle);
  const contenders = names.map((name, index) => ({ name, open: async () => handles[index] }));
  const idle = await residentMemory();
  const points = [];
  let count = 0;
  for (const size of sizes) {
    // The measured puts are the last ones.
    const puts = Math.min(size / 20, 200);
    const filled = size - puts * rounds * handles.length;
    await fill(handles[0], count, filled);
    count = filled;
    for (const row of rowsAt(size, puts, () => keyOf(count++))) {
      const { values } = await measureRow({ rounds, unit: 'us', scale: 1000, supports: () => true, ...row }, contenders);
      for (const [name, value] of values) points.push({ name, row: row.name, size, value });
      if (row.name === 'put' && names.length === 1)
        points.push({ name: names[0], row: 'memory', size, value: (await residentMemory()) - idle });
    }
    assert.equal(count, size);
  }
  for (const handle of handles) await handle.close?.();
  await stopServer();
  return points;
}

/** Calls all operations for a second, on objects that are part of the bucket anyway. */
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
  await Promise.all(Array.from({ length: fillConcurrency }, puts));
}

function rowsAt(size, puts, newKey) {
  const repeated = { time: 60, iterations: 20, warmup: false };
  const keyAt = (index) => keyOf((index * 7919) % size);
  // Before the first key of a folder, so that the page is full.
  const startAfterAt = (index) => `${folderOf((index * 7919 * objectsPerFolder) % size)}/`;
  const prepare = async () => {};
  return [
    { name: 'put', prepare, options: { time: 0, iterations: puts, warmup: false }, run: (handle) => handle.put(newKey(), body) },
    { name: 'get', prepare, options: repeated, run: (handle, index) => handle.get(keyAt(index)) },
    { name: 'stat', prepare, options: repeated, run: (handle, index) => handle.stat(keyAt(index)) },
    {
      name: 'page of 1000',
      rounds: 3,
      options: { time: 60, iterations: 1, warmup: false },
      prepare: async (handle) => assert.equal(await handle.page(startAfterAt(0)), 1000),
      run: (handle, index) => handle.page(startAfterAt(index)),
    },
  ];
}

if (process.argv[1] === file) console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]))));
