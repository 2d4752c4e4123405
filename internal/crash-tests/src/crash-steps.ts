import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { assertOldOrNew, takeSnapshot } from './bucket-snapshot.js';
import type { BucketSnapshot } from './bucket-snapshot.js';
import { scenarioBucket } from './scenarios.js';
import type { Scenario } from './scenario.js';

/** Runs a scenario in a root and crashes before its n-th system call. Returns the name of that call; undefined when there are fewer. */
export type CrashScenario = (root: string, scenario: Scenario, n: number) => Promise<string | undefined>;

/** Crashes a scenario before each of its system calls in turn, and checks what is left. Returns the names of those calls. */
export async function crashAtEachCall(scenario: Scenario, crash: CrashScenario): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const name = await crashAtCall(scenario, crash, names.length + 1);
    if (name === undefined) return names;
    names.push(name);
  }
}

async function crashAtCall(scenario: Scenario, crash: CrashScenario, n: number): Promise<string | undefined> {
  const root = mkdtempSync(join(tmpdir(), 'anybucket-steps-'));
  try {
    const before = await prepare(root, scenario);
    const name = await crash(root, scenario, n);
    await withDatastore(root, async (datastore) => {
      const bucket = datastore.bucket(scenarioBucket);
      const afterCrash = await takeSnapshot(bucket);
      assertOldOrNew(afterCrash, before, await snapshotAfter(scenario), `${scenario.name}, crashed before call ${n} (${name})`);
      // Running the scenario again shows that the crash left no lock behind, and removing all that it left nothing else.
      await scenario.run(bucket, datastore).catch(() => {});
      await takeSnapshot(bucket);
      assert.equal(readdirSync(join(root, '.anybucket', 'tmp')).length, 1, 'the temp folder of a dead process was not removed');
      await bucket.delete((await bucket.listVersions()).map(({ key, versionId }) => ({ key, versionId })));
      assert.deepEqual(await bucket.list(), []);
      assert.equal(await datastore.removeBucket(scenarioBucket), true);
    });
    return name;
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Creates the objects that exist before a scenario, and returns their state. */
async function prepare(root: string, scenario: Scenario): Promise<BucketSnapshot> {
  return withDatastore(root, async (datastore) => {
    await datastore.createBucket(scenarioBucket);
    await scenario.prepare(datastore.bucket(scenarioBucket));
    return takeSnapshot(datastore.bucket(scenarioBucket));
  });
}

const snapshotsAfter = new WeakMap<Scenario, Promise<BucketSnapshot>>();

/** Returns the state that a scenario without a crash leads to. */
function snapshotAfter(scenario: Scenario): Promise<BucketSnapshot> {
  const snapshot = snapshotsAfter.get(scenario) ?? runWithoutCrash(scenario);
  snapshotsAfter.set(scenario, snapshot);
  return snapshot;
}

async function runWithoutCrash(scenario: Scenario): Promise<BucketSnapshot> {
  const root = mkdtempSync(join(tmpdir(), 'anybucket-steps-'));
  try {
    await prepare(root, scenario);
    return await withDatastore(root, async (datastore) => {
      await scenario.run(datastore.bucket(scenarioBucket), datastore);
      return takeSnapshot(datastore.bucket(scenarioBucket));
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function withDatastore<T>(root: string, use: (datastore: FsDatastore) => Promise<T>): Promise<T> {
  const datastore = new FsDatastore({ root });
  try {
    return await use(datastore);
  } finally {
    await datastore.close();
  }
}
