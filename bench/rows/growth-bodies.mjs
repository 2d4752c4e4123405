// put and get of larger and larger bodies, as streams, and the memory that the process takes at most.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { inChild, settledMemory } from '../child.mjs';
import { stopServer } from '../contenders/minio-server.mjs';
import { open } from '../contenders/pairs.mjs';
import { median } from '../measure.mjs';

const file = fileURLToPath(import.meta.url);
const largestChunk = Buffer.alloc(2 ** 18, 'anybucket');
/** From here on a body is sent and read once: it is its own mean. */
const large = 2 ** 30;
const rounds = 5;

/**
 * Measures in a process of its own.
 * @param name the contender
 * @param size of the body in bytes, a power of two or a multiple of 256 KiB
 * @returns `{ name, row, size, value }`, in bytes a second and, for the memory, bytes at the most while such bodies go in and out
 */
export function measureBodies(name, size) {
  return inChild(file, { name, size });
}

async function measure({ name, size }) {
  const handle = await open(name);
  const act = { put: () => put(handle, size), get: () => get(handle, size) };
  // Of a size that leaves no large buffers behind.
  for (let index = 0; index < 20; index++) {
    await put(handle, 2 ** 10);
    await get(handle, 2 ** 10);
  }
  const idle = await settledMemory();
  let peak = idle;
  const look = () => (peak = Math.max(peak, process.memoryUsage.rss()));
  const watch = setInterval(look, 10);
  const first = { put: await timeOf(act.put), get: await timeOf(act.get) };
  clearInterval(watch);
  look();
  const points = [{ name, row: 'memory', size, value: peak - idle }];
  const repeats = size < large ? rounds : 0;
  for (const row of ['put', 'get']) {
    const times = [];
    for (let round = 0; round < repeats; round++) times.push(await timeOf(act[row]));
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

/** Seconds a call, over at least a tenth of a second. */
async function timeOf(act) {
  const start = performance.now();
  let calls = 0;
  do {
    await act();
    calls++;
  } while (performance.now() - start < 100);
  return (performance.now() - start) / 1000 / calls;
}

if (process.argv[1] === file) console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]))));
