import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FsDriver } from '@anybucket/backend-fs';
import type { Bucket, Datastore } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';
import { PortableDatastore } from '@anybucket/core/backend';
import { sceneBucket } from './play-scene.js';
import { untilStopped } from './run-task.js';
import { scenes } from './scenes.js';
import type { Scene } from './scenes.js';
import { readWhole, snapshot } from './snapshot.js';
import type { Snapshot } from './snapshot.js';

/** A writer that is stopped at each of its steps, and what another process does meanwhile. */
export interface Pair {
  /** The name of the writer's scene. */
  readonly scene: string;
  readonly name: string;
  readonly rival: (bucket: Bucket) => Promise<unknown>;
}

const rivalHeaders = { contentType: 'x/rival', metadata: { state: 'rival' }, tags: { state: 'rival' } };

/** Pairs that get in each other's way. */
export const pairs: readonly Pair[] = [
  { scene: 'put over', name: 'read', rival: (bucket) => readWhole(bucket, 'a') },
  { scene: 'put over', name: 'delete', rival: (bucket) => bucket.delete('a') },
  { scene: 'put over', name: 'set tags', rival: (bucket) => bucket.setTags('a', { state: 'rival' }) },
  { scene: 'put over', name: 'put', rival: (bucket) => bucket.put('a', 'rival', rivalHeaders) },
  { scene: 'put over', name: 'put a/b', rival: (bucket) => bucket.put('a/b', 'rival', rivalHeaders) },
  { scene: 'put a/b where a is', name: 'read a', rival: (bucket) => readWhole(bucket, 'a') },
  { scene: 'put a/b where a is', name: 'list', rival: (bucket) => snapshot(bucket) },
  { scene: 'put a/b where a is', name: 'put a', rival: (bucket) => bucket.put('a', 'rival', rivalHeaders) },
  { scene: 'put a/b where a is', name: 'delete a', rival: (bucket) => bucket.delete('a') },
  { scene: 'put a back to its path', name: 'read a', rival: (bucket) => readWhole(bucket, 'a') },
  { scene: 'put a back to its path', name: 'put a/b', rival: (bucket) => bucket.put('a/b', 'rival', rivalHeaders) },
  {
    scene: 'put new, in new folders',
    name: 'put and delete beside it',
    rival: (bucket) => bucket.put('a/b/d', 'rival').then(() => bucket.delete('a/b/d')),
  },
  { scene: 'delete, the last in its folders', name: 'put beside it', rival: (bucket) => bucket.put('a/b/d', 'rival', rivalHeaders) },
  { scene: 'set tags', name: 'put', rival: (bucket) => bucket.put('a', 'rival', rivalHeaders) },
];

/**
 * Stops the writer before its n-th call of the system, lets the rival act, and wakes the writer. What is left must be what comes of one after
 * the other. Linux only: it looks for the writer's state.
 * @param program `step-child.js`, built.
 * @returns false when the writer has fewer calls.
 */
export async function interleave(program: URL, pair: Pair, n: number): Promise<boolean> {
  const scene = scenes.find(({ name }) => name === pair.scene);
  assert.ok(scene, pair.scene);
  return inRoot(scene, async (store, root) => {
    const writer = spawn(process.execPath, [fileURLToPath(program), root, scene.name, String(n), 'SIGSTOP'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(writer, 'exit');
    const [first] = (await Promise.race([once(writer.stdout, 'data'), exit])) as unknown[];
    if (!Buffer.isBuffer(first)) return false;
    await untilStopped(writer);
    const acted = await attempt(() => pair.rival(store.bucket(sceneBucket)));
    writer.kill('SIGCONT');
    assert.deepEqual(await exit, [0, null], `${scene.name} failed`);
    const left = await snapshot(store.bucket(sceneBucket));
    const possible = acted ? await bothOrders(pair, scene) : [await outcome(scene, [writes(scene)])];
    const where = `${pair.name} during ${scene.name}, before call ${n} (${first.toString()})`;
    assert.ok(
      possible.some((order) => isSame(left, order)),
      `${where}: left is ${show(left)}, in order it is ${possible.map(show).join(' or ')}`,
    );
    return true;
  });
}

/** The same for each step of a pair: found out once. */
const orders = new WeakMap<Pair, Promise<Snapshot[]>>();

function bothOrders(pair: Pair, scene: Scene): Promise<Snapshot[]> {
  const known = orders.get(pair) ?? Promise.all([outcome(scene, [writes(scene), pair.rival]), outcome(scene, [pair.rival, writes(scene)])]);
  orders.set(pair, known);
  return known;
}

function writes(scene: Scene): (bucket: Bucket) => Promise<unknown> {
  return (bucket) => scene.act(bucket, bucket.datastore);
}

/** What is left when acts follow one another. */
async function outcome(scene: Scene, acts: readonly ((bucket: Bucket) => Promise<unknown>)[]): Promise<Snapshot> {
  return inRoot(scene, async (store) => {
    for (const act of acts) await attempt(() => act(store.bucket(sceneBucket)));
    return snapshot(store.bucket(sceneBucket));
  });
}

/** @returns false when the writer holds the lock: then nothing was done. */
async function attempt(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (isStorageError(error, 'Timeout')) return false;
    if (isStorageError(error, 'NoSuchKey')) return true;
    throw error;
  }
}

async function inRoot<T>(scene: Scene, use: (store: Datastore, root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'anybucket-interleave-'));
  const store = new PortableDatastore(new FsDriver({ root }, { lockTimeout: 50 }));
  try {
    await store.createBucket(sceneBucket);
    await scene.prepare(store.bucket(sceneBucket), store);
    return await use(store, root);
  } finally {
    await store.close();
    rmSync(root, { recursive: true });
  }
}

function isSame(a: Snapshot, b: Snapshot): boolean {
  return show(a) === show(b);
}

function show(state: Snapshot): string {
  return JSON.stringify([...state]);
}
