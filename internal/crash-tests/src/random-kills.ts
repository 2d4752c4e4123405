import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FsDatastore } from '@anybucket/backend-fs';
import type { Bucket } from '@anybucket/core';
import { apply } from './model.js';
import type { Action, Made, Model } from './model.js';
import { readMade } from './read-made.js';

/** How many processes write at once, and how many are killed in all. */
export interface KillPlan {
  readonly processes: number;
  readonly kills: number;
  /** The program of a process that writes, built. */
  readonly worker: URL;
}

/** What was seen. */
export interface KillReport {
  readonly kills: number;
  /** Writes that were acknowledged. */
  readonly acknowledged: number;
  /** Kills in the midst of a write. */
  readonly inFlight: number;
  /** Of those, how many writes had been committed already. */
  readonly committed: number;
}

/** For how long, in ms, processes write at most. */
const longestLife = 40;

/** Kills processes that write at random moments, and after each round checks all that is left. */
export async function killAtRandom({ processes, kills, worker }: KillPlan): Promise<KillReport> {
  const root = mkdtempSync(join(tmpdir(), 'anybucket-kills-'));
  const report = { kills: 0, acknowledged: 0, inFlight: 0, committed: 0 };
  try {
    const store = new FsDatastore({ root });
    await store.createBucket('kills');
    await store.close();
    const models = Array.from({ length: processes }, (): Model => new Map());
    let next = await Promise.all(models.map((model, index) => start(worker, root, index, model)));
    while (report.kills < kills) {
      await Promise.all(next.map(killSoon));
      report.kills += processes;
      await withBucket(root, async (bucket) => {
        for (const [index, model] of models.entries()) await checkOwn(bucket, journalOf(root, index), model, report);
        await checkListing(bucket, models);
      });
      assert.deepEqual(readdirSync(join(root, '.anybucket', 'tmp')), [], 'temp files of dead processes are left');
      next = await Promise.all(models.map((model, index) => start(worker, root, index, model)));
    }
    await Promise.all(next.map(killSoon));
    return report;
  } finally {
    rmSync(root, { recursive: true });
    for (let index = 0; index < processes; index++) rmSync(journalOf(root, index), { force: true });
  }
}

async function start(worker: URL, root: string, index: number, model: Model): Promise<ChildProcess> {
  const journal = journalOf(root, index);
  writeFileSync(journal, '');
  const child = fork(worker, [root, journal, `w${index}`, JSON.stringify([...model])], { execArgv: [] });
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[];
  assert.equal(message, 'ready', 'a process could not open the folder');
  return child;
}

async function killSoon(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.send('write');
  await sleep(1 + Math.random() * longestLife);
  child.kill('SIGKILL');
  const [, signal] = (await exit) as unknown[];
  assert.equal(signal, 'SIGKILL', 'a process failed by itself');
}

/** The keys of one process: each is as the last acknowledged write left it, or as the one does that was under way. */
async function checkOwn(
  bucket: Bucket,
  journal: string,
  model: Model,
  report: { acknowledged: number; inFlight: number; committed: number },
): Promise<void> {
  let pending: Action | undefined;
  for (const line of readFileSync(journal, 'utf8').split('\n').filter(Boolean)) {
    if (line === 'done') {
      assert.ok(pending);
      apply(model, pending);
      report.acknowledged++;
      pending = undefined;
    } else {
      pending = JSON.parse(line) as Action;
    }
  }
  if (pending !== undefined) {
    report.inFlight++;
    const after: Model = new Map(model);
    apply(after, pending);
    const left = await readMade(bucket, pending.key);
    const isNew = same(left, after.get(pending.key));
    assert.ok(
      isNew || same(left, model.get(pending.key)),
      `${pending.key} is ${JSON.stringify(left)} after ${JSON.stringify(pending)}, before it was ${JSON.stringify(model.get(pending.key))}`,
    );
    if (isNew) {
      apply(model, pending);
      report.committed++;
    }
  }
  for (const [key, made] of model) assert.ok(same(await readMade(bucket, key), made), `${key} is not what was acknowledged`);
}

/** The listing has exactly what is there, and each shared object is whole. */
async function checkListing(bucket: Bucket, models: readonly Model[]): Promise<void> {
  const listed = await bucket.listFilename();
  const own = models.flatMap((model) => [...model.keys()]);
  assert.deepEqual(
    listed.filter((key) => !key.startsWith('shared')).sort(),
    own.sort(),
    'the listing has other keys than were acknowledged',
  );
  for (const { key, etag } of await bucket.list({ prefix: 'shared' })) {
    assert.ok((await readMade(bucket, key)) !== undefined, `${key} is listed but is not there`);
    assert.equal((await bucket.stat(key)).etag, etag);
  }
}

function same(a: Made | undefined, b: Made | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function withBucket(root: string, use: (bucket: Bucket) => Promise<void>): Promise<void> {
  const store = new FsDatastore({ root, create: false });
  try {
    await use(store.bucket('kills'));
  } finally {
    await store.close();
  }
}

function journalOf(root: string, index: number): string {
  return `${root}-journal-${index}`;
}
