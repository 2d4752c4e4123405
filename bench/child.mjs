// Measurements in processes of their own, so that readings of memory mean something.
import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fastFolder } from './contenders/fast-folder.mjs';

/** Where the data of a measurement goes: with room for what a million objects of the file system backend take. */
export const dataFolder = fastFolder(14 * 2 ** 30, 2_500_000);

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
