// put and get of streams by body size, and the peak memory of the process.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { runInChild, residentMemory } from '../support/child-process.mjs';
import { stopServer } from '../support/minio-server.mjs';
import { openContender } from '../contenders/pairs.mjs';
import { median } from '../support/measure-row.mjs';

const file = fileURLToPath(import.meta.url);
const largestChunk = Buffer.alloc(2 ** 18, 'anybucket');
/** Bodies of this size and more are put and read once only. */
const singleRunBytes = 2 ** 30;
const rounds = 5;

/**
 * Measures in a separate process.
 * @param name the name of the contender
 * @param size the size of the body in bytes, a power of two or a multiple of 256 KiB
 * @returns points `{ name, row, size, value }`, in bytes per second, and in bytes for the row `memory`
 */
export function measureBodies(name, size) {
  return runInChild(file, { name, size });
}

async function measure({ name, size }) {
  const handle = await openContender(name);
  const actions = { put: () => put(handle, size), get: () => get(handle, size) };
  // Warm up with bodies that leave no large buffers behind.
  for (let index = 0; index < 20; index++) {
    await put(handle, 2 ** 10);
    await get(handle, 2 ** 10);
  }
  const idle = await residentMemory();
  let peak = idle;
  const updatePeak = () => (peak = Math.max(peak, process.memoryUsage.rss()));
  const watch = setInterval(updatePeak, 10);
  const first = { put: await timeOf(actions.put), get: await timeOf(actions.get) };
  clearInterval(watch);
  updatePeak();
  const points = [{ name, row: 'memory', size, value: peak - idle }];
  const repeats = size < singleRunBytes ? rounds : 0;
  for (const row of ['put', 'get']) {
    const times = [];
    for (let round = 0; round < repeats; round++) times.push(await timeOf(actions[row]));
    points.push({ name, row, size, value: size / (median(times) ?? first[row]) });
  }
  await handle.close?.();
  await stopServer();
  return points;
}

async function put(handle, size) {
  const chunk = largestChunk.subarray(0, size);
  async function* chunks() {
    for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
  }
  await handle.putStream('body', chunks, size);
}

async function get(handle, size) {
  assert.equal(await handle.getStream('body'), size);
}

/** Returns seconds per call, from calls for at least 100 ms. */
async function timeOf(action) {
  const start = performance.now();
  let calls = 0;
  do {
    await action();
    calls++;
  } while (performance.now() - start < 100);
  return (performance.now() - start) / 1000 / calls;
}

if (process.argv[1] === file) console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]))));
