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
import { applyWrite, readSpec } from './writer-model.js';
import type { ObjectSpec, Write, WriterModel } from './writer-model.js';

/** Options of {@link killAtRandom}. */
export interface KillOptions {
  /** The number of processes that write concurrently. */
  readonly processes: number;
  /** The minimum number of kills in total. */
  readonly kills: number;
  /** The built `writer-process.js`. */
  readonly writerProcess: URL;
}

/** The counts of a run of {@link killAtRandom}. */
export interface KillReport {
  readonly kills: number;
  /** Acknowledged writes. */
  readonly acknowledged: number;
  /** Kills during a write. */
  readonly inFlight: number;
  /** Writes that were killed after their commit, but before they were acknowledged. */
  readonly committed: number;
}

/** The counts of a run with uploads in parts. */
export interface UploadKillReport extends KillReport {
  /** Uploads that killed writers have left open. */
  readonly openUploads: number;
}

const maxLifetimeMs = 40;

/** Kills writing processes at random moments, and checks all objects after each round. */
export async function killAtRandom({ processes, kills, writerProcess }: KillOptions): Promise<UploadKillReport> {
  const root = mkdtempSync(join(tmpdir(), 'anybucket-kills-'));
  const report = { kills: 0, acknowledged: 0, inFlight: 0, committed: 0, openUploads: 0 };
  try {
    const datastore = new FsDatastore({ root });
    await datastore.createBucket('kills');
    await datastore.close();
    const models = Array.from({ length: processes }, (): WriterModel => new Map());
    const startWriters = () => Promise.all(models.map((model, index) => startWriter(writerProcess, root, index, model)));
    let writers = await startWriters();
    while (report.kills < kills) {
      await Promise.all(writers.map(writeAndKill));
      report.kills += processes;
      await withBucket(root, async (bucket) => {
        for (const [index, model] of models.entries()) await checkOwnKeys(bucket, journalPath(root, index), model, report);
        await checkListing(bucket, models);
        report.openUploads += await abortUploads(bucket);
      });
      assert.deepEqual(readdirSync(join(root, '.anybucket', 'tmp')), [], 'temp files of dead processes were not removed');
      writers = await startWriters();
    }
    await Promise.all(writers.map(writeAndKill));
    return report;
  } finally {
    rmSync(root, { recursive: true });
    for (let index = 0; index < processes; index++) rmSync(journalPath(root, index), { force: true });
  }
}

async function startWriter(writerProcess: URL, root: string, index: number, model: WriterModel): Promise<ChildProcess> {
  return forkWriter(writerProcess, [root, journalPath(root, index), `w${index}`, JSON.stringify([...model])]);
}

/** Starts a writer with an empty journal, the second argument, and waits until it is ready. */
export async function forkWriter(writerProcess: URL, args: readonly [root: string, journal: string, ...string[]]): Promise<ChildProcess> {
  writeFileSync(args[1], '');
  const child = fork(writerProcess, args, { execArgv: [] });
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[];
  assert.equal(message, 'ready', 'a writer could not open the folder');
  return child;
}

/** Lets a writer write, and kills it at a random moment. */
export async function writeAndKill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.send('write');
  await sleep(1 + Math.random() * maxLifetimeMs);
  child.kill('SIGKILL');
  const [, signal] = (await exit) as unknown[];
  assert.equal(signal, 'SIGKILL', 'a writer failed before it was killed');
}

/** Checks that each key of one writer is as its last acknowledged write left it, or as the write in flight leaves it. */
async function checkOwnKeys(
  bucket: Bucket,
  journal: string,
  model: WriterModel,
  report: { acknowledged: number; inFlight: number; committed: number },
): Promise<void> {
  let pending: Write | undefined;
  for (const line of readFileSync(journal, 'utf8').split('\n').filter(Boolean)) {
    if (line === 'done') {
      assert.ok(pending);
      applyWrite(model, pending);
      report.acknowledged++;
      pending = undefined;
    } else {
      pending = JSON.parse(line) as Write;
    }
  }
  if (pending !== undefined) {
    report.inFlight++;
    const { key } = pending;
    const after: WriterModel = new Map(model);
    applyWrite(after, pending);
    const actual = await readSpec(bucket, key);
    const isCommitted = isSame(actual, after.get(key));
    assert.ok(
      isCommitted || isSame(actual, model.get(key)),
      `${key} is ${JSON.stringify(actual)} after ${JSON.stringify(pending)}, before it was ${JSON.stringify(model.get(key))}`,
    );
    if (isCommitted) {
      applyWrite(model, pending);
      report.committed++;
    }
  }
  for (const [key, spec] of model) assert.ok(isSame(await readSpec(bucket, key), spec), `${key} is not the acknowledged object`);
}

/** Checks that the listing has exactly the existing keys, and that no shared object is torn. */
async function checkListing(bucket: Bucket, models: readonly WriterModel[]): Promise<void> {
  const listed = await bucket.listFilename();
  const ownKeys = models.flatMap((model) => [...model.keys()]);
  assert.deepEqual(
    listed.filter((key) => !key.startsWith('shared')).sort(),
    ownKeys.sort(),
    'the listing differs from the acknowledged keys',
  );
  for (const { key, etag } of await bucket.list({ prefix: 'shared' })) {
    assert.ok((await readSpec(bucket, key)) !== undefined, `${key} is listed but does not exist`);
    assert.equal((await bucket.stat(key)).etag, etag);
  }
}

/** Checks the parts of the uploads that were left open, and aborts them. Returns the number of uploads. */
async function abortUploads(bucket: Bucket): Promise<number> {
  const uploads = await bucket.listUploads();
  for (const { key, id } of uploads) {
    const upload = bucket.upload(key, id);
    for (const { etag, size } of await upload.listParts()) assert.ok(etag.length === 32 && size >= 0, `a part of ${key} is torn`);
    await upload.abort();
  }
  assert.deepEqual(await bucket.listUploads(), []);
  return uploads.length;
}

function isSame(a: ObjectSpec | undefined, b: ObjectSpec | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

async function withBucket(root: string, use: (bucket: Bucket) => Promise<void>): Promise<void> {
  const datastore = new FsDatastore({ root, create: false });
  try {
    await use(datastore.bucket('kills'));
  } finally {
    await datastore.close();
  }
}

/** Returns the path of the journal of a writer, beside the root. */
export function journalPath(root: string, index: number): string {
  return `${root}-journal-${index}`;
}
