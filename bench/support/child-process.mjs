// Runs measurements in separate processes, so that memory readings are meaningful.
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { selectDataFolder } from './data-folder.mjs';

/** The folder of the data, with enough space for a million objects of the file system backend. */
export const dataFolder = selectDataFolder(14 * 2 ** 30, 2_500_000);

/**
 * Runs a file as a program, with a task as its argument.
 * @returns its output, parsed as JSON.
 */
export function runInChild(file, task) {
  const { status, stdout } = spawnSync(process.execPath, ['--expose-gc', file, JSON.stringify(task)], {
    env: { ...process.env, TMPDIR: dataFolder },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the measurement ${JSON.stringify(task)} failed with exit code ${status}`);
  return JSON.parse(stdout);
}

/** Returns the resident memory in bytes after garbage collection. */
export async function residentMemory() {
  globalThis.gc();
  await sleep(100);
  globalThis.gc();
  return process.memoryUsage.rss();
}
