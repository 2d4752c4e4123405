// A stream of 1 GiB, in a process of its own: how long it takes, how much memory, and the longest pause of the event loop.
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from '../contenders/scratch.mjs';

const size = 2 ** 30;
const chunk = Buffer.alloc(2 ** 18, 'anybucket');

async function* chunks() {
  for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
}

/** What one process measures: seconds, MiB above the idle process, ms. */
async function measure(name, act) {
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  await act();
  const seconds = (performance.now() - start) / 1000;
  delay.disable();
  clearInterval(watch);
  return { name, seconds, mebibytes: (peak - idle) / 2 ** 20, pause: delay.max / 1e6 };
}

const acts = {
  async 'anybucket fs, put'() {
    const { anybucketFs } = await import('../contenders/anybucket-fs.mjs');
    const handle = await anybucketFs.open();
    await handle.put('warm', chunk);
    return measure('anybucket fs, put', () => handle.putStream('large', chunks));
  },
  async 'anybucket fs, get'() {
    const { anybucketFs } = await import('../contenders/anybucket-fs.mjs');
    const handle = await anybucketFs.open();
    await handle.putStream('large', chunks);
    return measure('anybucket fs, get', () => handle.getStream('large'));
  },
  async 'MD5 alone'() {
    return measure('MD5 alone', async () => {
      const md5 = createHash('md5');
      for await (const one of chunks()) md5.update(one);
      md5.digest();
    });
  },
  async 'copy of a file'() {
    const folder = scratchFolder();
    const file = join(folder, 'file');
    for (let sent = 0; sent < size; sent += chunk.length) writeFileSync(file, chunk, { flag: 'a' });
    return measure('copy of a file', async () => copyFileSync(file, join(folder, 'copy')));
  },
  async 'node:fs/promises, put'() {
    const { rawFs } = await import('../contenders/raw-fs.mjs');
    const handle = await rawFs.open();
    return measure('node:fs/promises, put', () => handle.putStream('large', chunks));
  },
};

/** All, each in a process of its own. @returns rows of a table. */
export function measureGibibyte() {
  return Object.keys(acts).map((name) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
    const { seconds, mebibytes, pause } = JSON.parse(stdout);
    return [name, `${seconds.toFixed(2)} s`, `${mebibytes.toFixed(0)} MiB`, `${pause.toFixed(1)} ms`];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await acts[process.argv[2]]()));
