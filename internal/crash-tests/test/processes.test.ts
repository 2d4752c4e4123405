import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore, FsDriver } from '@anybucket/backend-fs';
import type { Bucket } from '@anybucket/core';
import { PortableDatastore } from '@anybucket/core/backend';
import { runTask, untilStopped } from '@anybucket/crash-tests';
import type { TaskCall } from '@anybucket/crash-tests';
import { afterEach, beforeEach, expect, test } from 'vitest';

// The program is started as it was built.
const program = new URL('../dist/child.js', import.meta.url);
const processes = 8;

let root: string;
let store: FsDatastore;
let bucket: Bucket;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'anybucket-processes-'));
  store = new FsDatastore({ root });
  await store.createBucket('shared');
  bucket = store.bucket('shared');
});

afterEach(async () => {
  await store.close();
  rmSync(root, { recursive: true });
});

function run(task: TaskCall['task'], key: string, rounds: number): Promise<unknown> {
  return runTask(program, { root, bucket: 'shared', task, key, rounds }).answer;
}

test('8 processes that add one 100 times each by ifMatch end at 800, while others put', { timeout: 120_000 }, async () => {
  await bucket.put('counter', '0');
  const counting = Array.from({ length: processes }, () => run('count', 'counter', 100));
  const filling = ['x', 'y'].map((prefix) => run('fill', prefix, 200));
  await Promise.all([...counting, ...filling]);
  expect(await (await bucket.get('counter')).text()).toBe('800');
  for (const prefix of ['x/', 'y/']) expect(await bucket.listFilename({ prefix })).toHaveLength(200);
});

test('of 8 processes that put if absent exactly one wins, 200 rounds', { timeout: 120_000 }, async () => {
  const won = (await Promise.all(Array.from({ length: processes }, () => run('claim', 'round-', 200)))) as number[][];
  expect(won.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, round) => round));
});

test.runIf(process.platform === 'linux')(
  'a process stopped inside the commit holds its key up, nothing else, and breaks nothing when it is woken',
  { timeout: 60_000 },
  async () => {
    await bucket.put('key', 'old');
    const hasty = new PortableDatastore(new FsDriver({ root }, { lockTimeout: 200 }));
    const stopped = runTask(program, { root, bucket: 'shared', task: 'stopInPut', key: 'key', rounds: 1 });
    await untilStopped(stopped.process);
    await expect(hasty.bucket('shared').put('key', 'mine')).rejects.toMatchObject({ code: 'Timeout', retryable: true });
    await expect(hasty.bucket('shared').delete('key')).rejects.toMatchObject({ code: 'Timeout' });
    expect(await (await bucket.get('key')).text()).toBe('old');
    await bucket.put('another', 'key');
    const waiting = bucket.put('key', 'later');
    stopped.process.kill('SIGCONT');
    await stopped.answer;
    await waiting;
    expect(await (await bucket.get('key')).text()).toBe('later');
    expect(await bucket.listFilename()).toEqual(['another', 'key']);
    await hasty.close();
  },
);
