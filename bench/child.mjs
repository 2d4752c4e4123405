// Measurements in processes of their own, so that readings of memory mean something.
import { spawnSync } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** What a million objects of the file system backend take, with room to spare. */
const needed = { bytes: 14 * 2 ** 30, files: 2_500_000 };

/** Where the data of a measurement goes: a RAM disk, where there is one that holds it. */
export const dataFolder = isLargeEnough('/dev/shm') ? '/dev/shm' : tmpdir();

function isLargeEnough(folder) {
  if (!existsSync(folder)) return false;
  const { bavail, bsize, ffree } = statfsSync(folder);
  return bavail * bsize >= needed.bytes && ffree >= needed.files;
}

/**
 * Runs a file as a program, with the task as its argument.
 * @returns what it printed, read as JSON
 */
export function inChild(file, task) {
  const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', file, JSON.stringify(task)], {
    env: { ...process.env, TMPDIR: dataFolder },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`failed: ${JSON.stringify(task)}`);
  return JSON.parse(stdout);
}

/** Resident memory in bytes, after garbage collection. */
export async function settledMemory() {
  globalThis.gc();
  await wait(100);
  globalThis.gc();
  return process.memoryUsage.rss();
}
