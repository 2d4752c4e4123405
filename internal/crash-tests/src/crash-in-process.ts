import fs from 'node:fs';
import type { CrashScenario } from './crash-steps.js';
import { interceptCalls } from './intercept-calls.js';
import { openDatastore } from './open-datastore.js';
import { scenarioBucket } from './scenarios.js';

/** Simulates a crash within this process: from the n-th system call on, every call fails without effect; then all open files are closed. */
export const crashInProcess: CrashScenario = async (root, scenario, n) => {
  let crashedAt: string | undefined;
  let remaining = Infinity;
  const calls = interceptCalls((name) => {
    if (--remaining > 0) return;
    crashedAt ??= name;
    throw new Error('crashed');
  });
  const openFiles = new Set<number>();
  const trackedCalls = new Proxy(calls, {
    get(target, name: keyof typeof calls) {
      if (name === 'openSync') return (...args: Parameters<typeof fs.openSync>) => track(openFiles, target.openSync(...args));
      if (name === 'closeSync') return (fd: number) => (target.closeSync(fd), openFiles.delete(fd));
      return target[name];
    },
  });
  const datastore = openDatastore(root, { calls: trackedCalls });
  // Opens the root, so that only the calls of the scenario count.
  await datastore.list();
  remaining = n;
  await scenario.run(datastore.bucket(scenarioBucket), datastore).catch((error: unknown) => {
    if (crashedAt === undefined) throw error;
  });
  if (crashedAt === undefined) remaining = Infinity;
  await datastore.close().catch(() => {});
  for (const fd of openFiles) fs.closeSync(fd);
  return crashedAt;
};

function track(openFiles: Set<number>, fd: number): number {
  openFiles.add(fd);
  return fd;
}
