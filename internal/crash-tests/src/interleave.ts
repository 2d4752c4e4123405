import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bucket, Datastore, StorageError } from '@anybucket/core';
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
  /** Returns what the caller sees. It must be the same in every run that is sequential in the same order. */
  readonly operation: (bucket: Bucket) => Promise<unknown>;
}

const rivalAttributes = { contentType: 'x/rival', metadata: { state: 'rival' }, tags: { state: 'rival' } };

async function putRival(bucket: Bucket, key: string, conditions: { ifNoneMatch?: '*' } = {}): Promise<string> {
  return (await bucket.put(key, 'rival', { ...rivalAttributes, ...conditions })).etag;
}

async function copy(bucket: Bucket, target: string, source: string): Promise<string> {
  return (await bucket.fcopyTo(bucket.name, target, source)).etag;
}

async function putAndDelete(bucket: Bucket): Promise<void> {
  await putRival(bucket, 'a/b/d');
  await bucket.delete('a/b/d');
}

async function list(bucket: Bucket): Promise<unknown> {
  return [...(await takeSnapshot(bucket))];
}

/** Deletes the oldest version of `a`. */
async function deleteOldest(bucket: Bucket): Promise<void> {
  const versions = await bucket.listVersions({ prefix: 'a' });
  await bucket.delete('a', { versionId: versions.at(-1)?.versionId });
}

/** Adds a delete marker to `a`, whose id is random. */
async function hide(bucket: Bucket): Promise<void> {
  await bucket.delete('a');
}

/** Operations that conflict with a scenario. */
export const interleavings: readonly Interleaving[] = [
  { scenario: 'overwrite', name: 'read', operation: (bucket) => readObject(bucket, 'a') },
  { scenario: 'overwrite', name: 'list', operation: list },
  { scenario: 'overwrite', name: 'delete', operation: (bucket) => bucket.delete('a') },
  { scenario: 'overwrite', name: 'set tags', operation: (bucket) => bucket.setTags('a', { state: 'rival' }) },
  { scenario: 'overwrite', name: 'put', operation: (bucket) => putRival(bucket, 'a') },
  { scenario: 'overwrite', name: 'put a/b', operation: (bucket) => putRival(bucket, 'a/b') },
  { scenario: 'overwrite', name: 'copy a', operation: (bucket) => copy(bucket, 'b', 'a') },
  { scenario: 'put a/b below a', name: 'read a', operation: (bucket) => readObject(bucket, 'a') },
  { scenario: 'put a/b below a', name: 'read a/b', operation: (bucket) => readObject(bucket, 'a/b') },
  { scenario: 'put a/b below a', name: 'list', operation: list },
  { scenario: 'put a/b below a', name: 'put a', operation: (bucket) => putRival(bucket, 'a') },
  { scenario: 'put a/b below a', name: 'delete a', operation: (bucket) => bucket.delete('a') },
  { scenario: 'move a back to its path', name: 'read a', operation: (bucket) => readObject(bucket, 'a') },
  { scenario: 'move a back to its path', name: 'list', operation: list },
  { scenario: 'move a back to its path', name: 'put a/b', operation: (bucket) => putRival(bucket, 'a/b') },
  { scenario: 'put a new key in new folders', name: 'put and delete in the same folder', operation: putAndDelete },
  { scenario: 'delete', name: 'read', operation: (bucket) => readObject(bucket, 'a') },
  { scenario: 'delete', name: 'put if it does not exist', operation: (bucket) => putRival(bucket, 'a', { ifNoneMatch: '*' }) },
  { scenario: 'delete the last key in its folders', name: 'put in the same folder', operation: (bucket) => putRival(bucket, 'a/b/d') },
  { scenario: 'delete the last key in its folders', name: 'put and delete in the same folder', operation: putAndDelete },
  { scenario: 'delete the last key in its folders', name: 'list', operation: list },
  { scenario: 'delete a above a/b', name: 'read a/b', operation: (bucket) => readObject(bucket, 'a/b') },
  { scenario: 'set tags', name: 'read', operation: (bucket) => readObject(bucket, 'a') },
  { scenario: 'set tags', name: 'put', operation: (bucket) => putRival(bucket, 'a') },
  { scenario: 'copy over an object', name: 'read', operation: (bucket) => readObject(bucket, 'a') },
  { scenario: 'copy over an object', name: 'put the source', operation: (bucket) => putRival(bucket, 'b') },
  { scenario: 'overwrite a version', name: 'list', operation: list },
  { scenario: 'overwrite a version', name: 'put', operation: (bucket) => putRival(bucket, 'a') },
  { scenario: 'overwrite a version', name: 'add a delete marker', operation: hide },
  { scenario: 'overwrite a version', name: 'delete an older version', operation: deleteOldest },
  { scenario: 'overwrite a version', name: 'suspend versioning', operation: (bucket) => bucket.setVersioning('suspended') },
  { scenario: 'add a delete marker', name: 'list', operation: list },
  { scenario: 'add a delete marker', name: 'put', operation: (bucket) => putRival(bucket, 'a') },
  { scenario: 'delete the latest version', name: 'list', operation: list },
  { scenario: 'delete the latest version', name: 'put', operation: (bucket) => putRival(bucket, 'a') },
  { scenario: 'delete the latest delete marker', name: 'put', operation: (bucket) => putRival(bucket, 'a') },
];

/**
 * Stops the writer before its n-th system call, runs the operation, and continues the writer. What the operation returned and the final
 * state must equal those of running the two one after the other, in either order. Linux only, because it reads the writer's state from `/proc`.
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
    const outcome = await runUnlessLocked(() => interleaving.operation(datastore.bucket(scenarioBucket)));
    writer.kill('SIGCONT');
    assert.deepEqual(await exit, [0, null], `${scenario.name} failed`);
    const actual = format(outcome, await takeSnapshot(datastore.bucket(scenarioBucket)));
    const allowed = outcome === locked ? [await resultWithout(scenario)] : await sequentialResults(interleaving, scenario);
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
  const { operation } = interleaving;
  const results =
    cachedResults.get(interleaving) ??
    Promise.all([
      resultOf(scenario, async (write, bucket) => {
        await write();
        return runUnlessLocked(() => operation(bucket));
      }),
      resultOf(scenario, async (write, bucket) => {
        const outcome = await runUnlessLocked(() => operation(bucket));
        await write();
        return outcome;
      }),
    ]);
  cachedResults.set(interleaving, results);
  return results;
}

/** Returns the result when the operation changed nothing. */
function resultWithout(scenario: Scenario): Promise<string> {
  return resultOf(scenario, async (write) => {
    await write();
    return locked;
  });
}

type Run = (write: () => Promise<unknown>, bucket: Bucket) => Promise<unknown>;

/** Returns the outcome of an operation and the final state, in a new root. */
async function resultOf(scenario: Scenario, run: Run): Promise<string> {
  return inNewRoot(scenario, async (datastore) => {
    const bucket = datastore.bucket(scenarioBucket);
    const outcome = await run(() => scenario.run(bucket, datastore), bucket);
    return format(outcome, await takeSnapshot(bucket));
  });
}

const locked = 'locked';

/** Returns what the operation returned, the code of its error, or {@link locked} when it timed out because the writer holds the lock. */
async function runUnlessLocked(operation: () => Promise<unknown>): Promise<unknown> {
  try {
    return await operation();
  } catch (error) {
    if (isStorageError(error, 'Timeout')) return locked;
    if (['NoSuchKey', 'NoSuchVersion', 'PreconditionFailed'].some((code) => isStorageError(error, code)))
      return (error as StorageError).code;
    throw error;
  }
}

async function inNewRoot<T>(scenario: Scenario, use: (datastore: Datastore, root: string) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'anybucket-interleave-'));
  const datastore = openDatastore(root, { lockTimeoutMs: 50, durable: true });
  try {
    await datastore.createBucket(scenarioBucket);
    await scenario.prepare(datastore.bucket(scenarioBucket));
    return await use(datastore, root);
  } finally {
    await datastore.close();
    rmSync(root, { recursive: true });
  }
}

function format(outcome: unknown, snapshot: BucketSnapshot): string {
  return JSON.stringify([outcome, [...snapshot]]);
}
