// A stream of 1 GiB in a separate process: its time, its peak memory, and the longest pause of the event loop.
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from '../support/scratch-folder.mjs';

const size = 2 ** 30;
const chunk = Buffer.alloc(2 ** 18, 'anybucket');

async function* chunks() {
  for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
}

/** Measures time, peak memory above that of the idle process, and the longest pause. */
async function measure(name, action) {
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  await action();
  const seconds = (performance.now() - start) / 1000;
  delay.disable();
  clearInterval(watch);
  return { name, seconds, mebibytes: (peak - idle) / 2 ** 20, pauseMs: delay.max / 1e6 };
}

const actions = {
  async 'anybucket fs, put'() {
    const { anybucketFs } = await import('../contenders/anybucket-fs.mjs');
    const handle = await anybucketFs.open();
    await handle.put('warm-up', chunk);
    return measure('anybucket fs, put', () => handle.putStream('large', chunks));
  },
  async 'anybucket fs, get'() {
    const { anybucketFs } = await import('../contenders/anybucket-fs.mjs');
    const handle = await anybucketFs.open();
    await handle.putStream('large', chunks);
    return measure('anybucket fs, get', () => handle.getStream('large'));
  },
  async 'MD5 only'() {
    return measure('MD5 only', async () => {
      const md5 = createHash('md5');
      for await (const one of chunks()) md5.update(one);
      md5.digest();
    });
  },
  async 'file copy'() {
    const folder = scratchFolder();
    const file = join(folder, 'file');
    for (let sent = 0; sent < size; sent += chunk.length) writeFileSync(file, chunk, { flag: 'a' });
    return measure('file copy', async () => copyFileSync(file, join(folder, 'copy')));
  },
  async 'node:fs/promises, put'() {
    const { rawFs } = await import('../contenders/raw-fs.mjs');
    const handle = await rawFs.open();
    return measure('node:fs/promises, put', () => handle.putStream('large', chunks));
  },
};

/** Measures all actions in separate processes, and returns the rows of a table. */
export function measureGibibyteStreams() {
  return Object.keys(actions).map((name) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
    const { seconds, mebibytes, pauseMs } = JSON.parse(stdout);
    return [name, `${seconds.toFixed(2)} s`, `${mebibytes.toFixed(0)} MiB`, `${pauseMs.toFixed(1)} ms`];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await actions[process.argv[2]]()));
