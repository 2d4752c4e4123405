import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bucket, Datastore } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';
import { readObject, takeSnapshot } from './bucket-snapshot.js';
import type { BucketSnapshot } from './bucket-snapshot.js';
import { openDatastore } from './open-datastore.js';
import { waitUntilStopped } from './run-task.js';
import { scenarioBucket, scenarios } from './scenarios.js';
import type { Scenario } from './scenario.js';

/** A writer that is stopped in the middle of a scenario, and an operation that this process runs meanwhile. */
export interface Interleaving {
  /** The name of the writer's scenario. */
  readonly scenario: string;
  /** The name of the operation. */
  readonly name: string;
  readonly operation: (bucket: Bucket) => Promise<unknown>;
}

const rivalAttributes = { contentType: 'x/rival', metadata: { state: 'rival' }, tags: { state: 'rival' } };

/** Operations that conflict with a scenario. */
export const interleavings: readonly Interleaving[] = [
  { scenario: 'overwrite', name: 'read', operation: (bucket) => readObject(bucket, 'a') },
  { scenario: 'overwrite', name: 'delete', operation: (bucket) => bucket.delete('a') },
  { scenario: 'overwrite', name: 'set tags', operation: (bucket) => bucket.setTags('a', { state: 'rival' }) },
  { scenario: 'overwrite', name: 'put', operation: (bucket) => bucket.put('a', 'rival', rivalAttributes) },
  { scenario: 'overwrite', name: 'put a/b', operation: (bucket) => bucket.put('a/b', 'rival', rivalAttributes) },
  { scenario: 'put a/b below a', name: 'read a', operation: (bucket) => readObject(bucket, 'a') },
  { scenario: 'put a/b below a', name: 'list', operation: (bucket) => takeSnapshot(bucket) },
  { scenario: 'put a/b below a', name: 'put a', operation: (bucket) => bucket.put('a', 'rival', rivalAttributes) },
  { scenario: 'put a/b below a', name: 'delete a', operation: (bucket) => bucket.delete('a') },
  { scenario: 'move a back to its path', name: 'read a', operation: (bucket) => readObject(bucket, 'a') },
  { scenario: 'move a back to its path', name: 'put a/b', operation: (bucket) => bucket.put('a/b', 'rival', rivalAttributes) },
  {
    scenario: 'put a new key in new folders',
    name: 'put and delete in the same folder',
    operation: (bucket) => bucket.put('a/b/d', 'rival').then(() => bucket.delete('a/b/d')),
  },
  {
    scenario: 'delete the last key in its folders',
    name: 'put in the same folder',
    operation: (bucket) => bucket.put('a/b/d', 'rival', rivalAttributes),
  },
  { scenario: 'set tags', name: 'put', operation: (bucket) => bucket.put('a', 'rival', rivalAttributes) },
  { scenario: 'overwrite a version', name: 'read all versions', operation: (bucket) => takeSnapshot(bucket) },
  { scenario: 'overwrite a version', name: 'put', operation: (bucket) => bucket.put('a', 'rival', rivalAttributes) },
  { scenario: 'overwrite a version', name: 'add a delete marker', operation: (bucket) => bucket.delete('a') },
  { scenario: 'overwrite a version', name: 'delete an older version', operation: (bucket) => deleteOldest(bucket) },
  { scenario: 'overwrite a version', name: 'suspend versioning', operation: (bucket) => bucket.setVersioning('suspended') },
  { scenario: 'add a delete marker', name: 'read all versions', operation: (bucket) => takeSnapshot(bucket) },
  { scenario: 'add a delete marker', name: 'put', operation: (bucket) => bucket.put('a', 'rival', rivalAttributes) },
  { scenario: 'delete the latest version', name: 'read all versions', operation: (bucket) => takeSnapshot(bucket) },
  { scenario: 'delete the latest version', name: 'put', operation: (bucket) => bucket.put('a', 'rival', rivalAttributes) },
  { scenario: 'delete the latest delete marker', name: 'put', operation: (bucket) => bucket.put('a', 'rival', rivalAttributes) },
];

/** Deletes the oldest version of `a`. */
async function deleteOldest(bucket: Bucket): Promise<void> {
  const versions = await bucket.listVersions({ prefix: 'a' });
  await bucket.delete('a', { versionId: versions.at(-1)?.versionId });
}

/**
 * Stops the writer before its n-th system call, runs the operation, and continues the writer. The result must equal that of running the two
 * one after the other, in either order. Linux only, because it reads the writer's state from `/proc`.
 * @param scenarioProcess the built `scenario-process.js`.
 * @returns false when the writer makes fewer calls.
 */
export async function interleave(scenarioProcess: URL, interleaving: Interleaving, n: number): Promise<boolean> {
  const scenario = scenarios.find(({ name }) => name === interleaving.scenario);
  assert.ok(scenario, `unknown scenario ${interleaving.scenario}`);
  return inNewRoot(scenario, async (datastore, root) => {
    const writer = spawn(process.execPath, [fileURLToPath(scenarioProcess), root, scenario.name, String(n), 'SIGSTOP'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(writer, 'exit');
    const [callName] = (await Promise.race([once(writer.stdout, 'data'), exit])) as unknown[];
    if (!Buffer.isBuffer(callName)) return false;
    await waitUntilStopped(writer);
    const hasRun = await runUnlessLocked(() => interleaving.operation(datastore.bucket(scenarioBucket)));
    writer.kill('SIGCONT');
    assert.deepEqual(await exit, [0, null], `${scenario.name} failed`);
    const actual = format(await takeSnapshot(datastore.bucket(scenarioBucket)));
    const allowed = hasRun ? await sequentialResults(interleaving, scenario) : [await resultOf(scenario, [writeOf(scenario)])];
    assert.ok(
      allowed.includes(actual),
      `${interleaving.name} during ${scenario.name}, before call ${n} (${callName.toString()}): expected ${allowed.join(' or ')}, got ${actual}`,
    );
    return true;
  });
}

/** The results do not depend on the step, so they are computed once per interleaving. */
const cachedResults = new WeakMap<Interleaving, Promise<string[]>>();

function sequentialResults(interleaving: Interleaving, scenario: Scenario): Promise<string[]> {
  const write = writeOf(scenario);
  const { operation } = interleaving;
  const results =
    cachedResults.get(interleaving) ?? Promise.all([resultOf(scenario, [write, operation]), resultOf(scenario, [operation, write])]);
  cachedResults.set(interleaving, results);
  return results;
}

function writeOf(scenario: Scenario): (bucket: Bucket) => Promise<unknown> {
  return (bucket) => scenario.run(bucket, bucket.datastore);
}

/** Returns the state after running operations one after the other. */
async function resultOf(scenario: Scenario, operations: readonly ((bucket: Bucket) => Promise<unknown>)[]): Promise<string> {
  return inNewRoot(scenario, async (datastore) => {
    for (const operation of operations) await runUnlessLocked(() => operation(datastore.bucket(scenarioBucket)));
    return format(await takeSnapshot(datastore.bucket(scenarioBucket)));
  });
}

/** Returns false when the operation timed out because the writer holds the lock. It has changed nothing then. */
async function runUnlessLocked(operation: () => Promise<unknown>): Promise<boolean> {
  try {
    await operation();
    return true;
  } catch (error) {
    if (isStorageError(error, 'Timeout')) return false;
    if (isStorageError(error, 'NoSuchKey') || isStorageError(error, 'NoSuchVersion')) return true;
    throw error;
  }
}

async function inNewRoot<T>(scenario: Scenario, use: (datastore: Datastore, root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'anybucket-interleave-'));
  const datastore = openDatastore(root, { lockTimeoutMs: 50 });
  try {
    await datastore.createBucket(scenarioBucket);
    await scenario.prepare(datastore.bucket(scenarioBucket));
    return await use(datastore, root);
  } finally {
    await datastore.close();
    rmSync(root, { recursive: true });
  }
}

function format(snapshot: BucketSnapshot): string {
  return JSON.stringify([...snapshot]);
}
