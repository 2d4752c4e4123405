import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { assertOldOrNew, takeSnapshot } from './bucket-snapshot.js';
import type { BucketSnapshot } from './bucket-snapshot.js';
import { openDatastore } from './open-datastore.js';
import { scenarioBucket } from './scenarios.js';
import type { Scenario } from './scenario.js';
import { VolatileDisk } from './volatile-disk.js';

/** How many of the possible states of the disk are tried, besides the one where nothing and the one where everything was written. */
const randomStates = 4;

/**
 * Simulates a power failure before each system call of a durable write, and after the write. What was not flushed may be lost, each change by
 * itself. The objects must be old or new, and new after the write has returned.
 * @returns The number of failures.
 */
export async function failPowerAtEachCall(scenario: Scenario, stride = 1): Promise<number> {
  const after = await resultOf(scenario);
  for (let failures = 1, n = 1; ; failures++, n += stride) {
    if (!(await failPowerAtCall(scenario, n, after))) return failures;
  }
}

/** @returns False when the write was over before its n-th call. */
async function failPowerAtCall(scenario: Scenario, n: number, after: BucketSnapshot): Promise<boolean> {
  const folder = fs.mkdtempSync(join(tmpdir(), 'anybucket-power-'));
  const disk = new VolatileDisk(join(folder, 'disk'));
  try {
    const datastore = openDatastore(join(folder, 'disk', 'root'), { calls: disk.calls, durable: true });
    const bucket = datastore.bucket(scenarioBucket);
    await datastore.createBucket(scenarioBucket);
    await scenario.prepare(bucket);
    const before = await takeSnapshot(bucket);
    disk.stopBefore(n);
    await scenario.run(bucket, datastore).catch((error: unknown) => {
      if (disk.stoppedAt === undefined) throw error;
    });
    const context = `${scenario.name}, power failure ${disk.stoppedAt === undefined ? 'at the end' : `before call ${n} (${disk.stoppedAt})`}`;
    const choices = [() => false, () => true, ...Array.from({ length: randomStates }, () => () => Math.random() < 0.5)];
    for (const [index, isWritten] of choices.entries()) {
      const root = join(folder, String(index), 'root');
      const lost = disk.restore(dirname(root), isWritten);
      try {
        const actual = await snapshotOf(root);
        if (disk.stoppedAt === undefined) assert.deepEqual(actual, after);
        else assertOldOrNew(actual, before, after, context);
      } catch (error) {
        throw new Error(`${context}; lost: ${lost.join(', ') || 'nothing'}`, { cause: error });
      }
    }
    const isStopped = disk.stoppedAt !== undefined;
    disk.resume();
    await datastore.close();
    return isStopped;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function resultOf(scenario: Scenario): Promise<BucketSnapshot> {
  const root = fs.mkdtempSync(join(tmpdir(), 'anybucket-power-'));
  const datastore = new FsDatastore({ root });
  try {
    await datastore.createBucket(scenarioBucket);
    await scenario.prepare(datastore.bucket(scenarioBucket));
    await scenario.run(datastore.bucket(scenarioBucket), datastore);
    return await takeSnapshot(datastore.bucket(scenarioBucket));
  } finally {
    await datastore.close();
    fs.rmSync(root, { recursive: true });
  }
}

async function snapshotOf(root: string): Promise<BucketSnapshot> {
  const datastore = new FsDatastore({ root, create: false });
  try {
    return await takeSnapshot(datastore.bucket(scenarioBucket));
  } finally {
    await datastore.close();
  }
}
