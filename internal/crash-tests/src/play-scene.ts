import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import type { Bucket } from '@anybucket/core';
import type { Scene } from './scenes.js';
import { snapshot } from './snapshot.js';
import type { Snapshot } from './snapshot.js';

/** Does a scene's act in a root, dying before its n-th call of the system. @returns that call, or undefined when there are fewer. */
export type Play = (root: string, scene: Scene, n: number) => Promise<string | undefined>;

export const sceneBucket = 'photos';

/** Kills a scene before each of its calls in turn, and looks at what is left. @returns the calls before which it was killed. */
export async function playAllSteps(scene: Scene, play: Play): Promise<string[]> {
  const kills: string[] = [];
  for (;;) {
    const call = await playStep(scene, play, kills.length + 1);
    if (call === undefined) return kills;
    kills.push(call);
  }
}

async function playStep(scene: Scene, play: Play, n: number): Promise<string | undefined> {
  const root = mkdtempSync(join(tmpdir(), 'anybucket-steps-'));
  try {
    const before = await withStore(root, async (store) => {
      await store.createBucket(sceneBucket);
      await scene.prepare(store.bucket(sceneBucket), store);
      return snapshot(store.bucket(sceneBucket));
    });
    const call = await play(root, scene, n);
    await withStore(root, async (store) => {
      const bucket = store.bucket(sceneBucket);
      const left = await snapshot(bucket);
      // What a kill may leave: each object old, or as the act makes it. Doing it now shows what that is, and that no lock is left behind.
      await scene.act(bucket, store).catch(() => {});
      assertOldOrNew(left, before, await snapshot(bucket), `${scene.name}, killed before call ${n} (${call})`);
      assert.equal(readdirSync(join(root, '.anybucket', 'tmp')).length, 1, 'a temp folder of a dead process is left');
      await empty(bucket);
      assert.equal(await store.removeBucket(sceneBucket), true);
    });
    return call;
  } finally {
    rmSync(root, { recursive: true });
  }
}

function assertOldOrNew(left: Snapshot, before: Snapshot, after: Snapshot, where: string): void {
  for (const key of new Set([...left.keys(), ...before.keys(), ...after.keys()])) {
    const state = left.get(key);
    assert.ok(state === before.get(key) || state === after.get(key), `${where}: ${key} is neither old nor new but ${state}`);
  }
}

async function empty(bucket: Bucket): Promise<void> {
  await bucket.delete(await bucket.listFilename());
}

async function withStore<T>(root: string, use: (store: FsDatastore) => Promise<T>): Promise<T> {
  const store = new FsDatastore({ root });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
