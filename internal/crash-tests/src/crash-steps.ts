import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { assertOldOrNew, takeSnapshot } from './bucket-snapshot.js';
import { scenarioBucket } from './scenarios.js';
import type { Scenario } from './scenarios.js';

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
    const before = await withDatastore(root, async (datastore) => {
      await datastore.createBucket(scenarioBucket);
      await scenario.prepare(datastore.bucket(scenarioBucket));
      return takeSnapshot(datastore.bucket(scenarioBucket));
    });
    const name = await crash(root, scenario, n);
    await withDatastore(root, async (datastore) => {
      const bucket = datastore.bucket(scenarioBucket);
      const afterCrash = await takeSnapshot(bucket);
      // Running the scenario again gives the new state, and shows that the crash left no lock behind.
      await scenario.run(bucket, datastore).catch(() => {});
      assertOldOrNew(afterCrash, before, await takeSnapshot(bucket), `${scenario.name}, crashed before call ${n} (${name})`);
      assert.equal(readdirSync(join(root, '.anybucket', 'tmp')).length, 1, 'the temp folder of a dead process was not removed');
      await bucket.delete(await bucket.listFilename());
      assert.equal(await datastore.removeBucket(scenarioBucket), true);
    });
    return name;
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
