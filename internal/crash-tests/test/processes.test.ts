import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import type { Bucket } from '@anybucket/core';
import { openDatastore, runTask, waitUntilStopped } from '@anybucket/crash-tests';
import type { TaskRequest } from '@anybucket/crash-tests';
import { afterEach, beforeEach, expect, test } from 'vitest';

// The built file: Node cannot run TypeScript.
const taskProcess = new URL('../dist/task-process.js', import.meta.url);
const processes = 8;

let root: string;
let datastore: FsDatastore;
let bucket: Bucket;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'anybucket-processes-'));
  datastore = new FsDatastore({ root });
  await datastore.createBucket('shared');
  bucket = datastore.bucket('shared');
});

afterEach(async () => {
  await datastore.close();
  rmSync(root, { recursive: true });
});

function run(task: TaskRequest['task'], key: string, rounds: number): Promise<unknown> {
  return runTask(taskProcess, { root, bucket: 'shared', task, key, rounds }).result;
}

test('8 processes that increment a counter 100 times each with ifMatch reach 800, while others put', { timeout: 120_000 }, async () => {
  await bucket.put('counter', '0');
  const incrementing = Array.from({ length: processes }, () => run('increment', 'counter', 100));
  const filling = ['x', 'y'].map((prefix) => run('fill', prefix, 200));
  await Promise.all([...incrementing, ...filling]);
  expect(await (await bucket.get('counter')).text()).toBe('800');
  for (const prefix of ['x/', 'y/']) expect(await bucket.listFilename({ prefix })).toHaveLength(200);
});

test('of 8 processes that put with ifNoneMatch exactly one succeeds, in 200 rounds', { timeout: 120_000 }, async () => {
  const created = (await Promise.all(Array.from({ length: processes }, () => run('create', 'round-', 200)))) as number[][];
  expect(created.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, round) => round));
});

test('8 processes that put and delete versions of one key keep exactly those that they did not delete', { timeout: 120_000 }, async () => {
  await bucket.put('key', 'before versioning');
  await bucket.setVersioning('enabled');
  const ids = (await Promise.all(Array.from({ length: processes }, () => run('putVersions', 'key', 40)))) as string[][];
  const versions = await bucket.listVersions();
  expect(versions.map(({ versionId }) => versionId).sort()).toEqual([...ids.flat(), 'null'].sort());
  expect(versions.filter(({ isLatest }) => isLatest)).toHaveLength(1);
  for (const { versionId, size } of versions) expect((await (await bucket.get('key', { versionId })).bytes()).length).toBe(size);
});

test.runIf(process.platform === 'linux')(
  'a process stopped during a commit blocks writes to that key only, and completes its put once it is continued',
  { timeout: 60_000 },
  async () => {
    await bucket.put('key', 'old');
    const impatient = openDatastore(root, { lockTimeoutMs: 200 });
    const stopped = runTask(taskProcess, { root, bucket: 'shared', task: 'stopInPut', key: 'key', rounds: 1 });
    await waitUntilStopped(stopped.process);
    await expect(impatient.bucket('shared').put('key', 'mine')).rejects.toMatchObject({ code: 'Timeout', retryable: true });
    await expect(impatient.bucket('shared').delete('key')).rejects.toMatchObject({ code: 'Timeout' });
    expect(await (await bucket.get('key')).text()).toBe('old');
    await bucket.put('another', 'key');
    const waiting = bucket.put('key', 'later');
    stopped.process.kill('SIGCONT');
    await stopped.result;
    await waiting;
    expect(await (await bucket.get('key')).text()).toBe('later');
    expect(await bucket.listFilename()).toEqual(['another', 'key']);
    await impatient.close();
  },
);
