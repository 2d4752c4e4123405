import fs from 'node:fs';
import { FsDriver } from '@anybucket/backend-fs';
import { PortableDatastore } from '@anybucket/core/backend';
import type { Play } from './play-scene.js';
import { sceneBucket } from './play-scene.js';
import { watchedCalls } from './watched-calls.js';

/** Plays in this process, which can't be killed: from the chosen call on every call fails without doing anything, then all its files are closed. */
export const playHere: Play = async (root, scene, n) => {
  let died: string | undefined;
  let left = Infinity;
  const calls = watchedCalls((call) => {
    if (--left > 0) return;
    died ??= call;
    throw new Error('dead');
  });
  const open = new Set<number>();
  const tracked = new Proxy(calls, {
    get(target, name: keyof typeof calls) {
      if (name === 'openSync') return (...given: Parameters<typeof fs.openSync>) => track(open, target.openSync(...given));
      if (name === 'closeSync') return (fd: number) => (target.closeSync(fd), open.delete(fd));
      return target[name];
    },
  });
  const store = new PortableDatastore(new FsDriver({ root }, { calls: tracked }));
  // Opened before: the root is there.
  await store.list();
  left = n;
  await scene.act(store.bucket(sceneBucket), store).catch((error: unknown) => {
    if (died === undefined) throw error;
  });
  if (died === undefined) left = Infinity;
  await store.close().catch(() => {});
  for (const fd of open) fs.closeSync(fd);
  return died;
};

function track(open: Set<number>, fd: number): number {
  open.add(fd);
  return fd;
}
