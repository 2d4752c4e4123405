import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { planDelete, versioningOf } from '@anybucket/core/backend';
import { forkWriter, journalPath, writeAndKill } from './random-kills.js';
import type { KillOptions, KillReport } from './random-kills.js';
import { applyVersionWrite, copyModel, matches, readVersionModel, unknownId } from './version-model.js';
import type { VersionModel, VersionWrite } from './version-model.js';

type Counts = { -readonly [Name in keyof KillReport]: KillReport[Name] };

/** Kills processes that write versions at random moments, and checks all versions after each round. */
export async function killVersionsAtRandom({ processes, kills, writerProcess }: KillOptions): Promise<KillReport> {
  const root = mkdtempSync(join(tmpdir(), 'anybucket-version-kills-'));
  const report: Counts = { kills: 0, acknowledged: 0, inFlight: 0, committed: 0 };
  try {
    const models = Array.from({ length: processes }, (): VersionModel => ({ state: 'off', histories: {} }));
    await withDatastore(root, async (datastore) => {
      for (const index of models.keys()) await datastore.createBucket(bucketName(index));
      await datastore.createBucket('shared');
      await datastore.bucket('shared').setVersioning('enabled');
    });
    while (report.kills < kills) {
      const writers = await Promise.all(
        models.map((model, index) => forkWriter(writerProcess, [root, journalPath(root, index), bucketName(index), JSON.stringify(model)])),
      );
      await Promise.all(writers.map(writeAndKill));
      report.kills += processes;
      await withDatastore(root, async (datastore) => {
        for (const [index, model] of models.entries()) {
          const actual = await readVersionModel(datastore.bucket(bucketName(index)));
          checkModel(actual, readFileSync(journalPath(root, index), 'utf8'), model, report);
          models[index] = actual;
        }
        await readVersionModel(datastore.bucket('shared'));
      });
      assert.deepEqual(readdirSync(join(root, '.anybucket', 'tmp')), [], 'temp files of dead processes were not removed');
    }
    await withDatastore(root, async (datastore) => {
      for (const index of models.keys()) await removeBucket(datastore, bucketName(index));
      await removeBucket(datastore, 'shared');
    });
    return report;
  } finally {
    rmSync(root, { recursive: true });
    for (let index = 0; index < processes; index++) rmSync(journalPath(root, index), { force: true });
  }
}

/** Checks that a bucket is as the last acknowledged write left it, or as the write in flight leaves it. */
function checkModel(actual: VersionModel, journal: string, model: VersionModel, report: Counts): void {
  let pending: VersionWrite | undefined;
  for (const line of journal.split('\n').filter(Boolean)) {
    if (line.startsWith('done')) {
      assert.ok(pending);
      applyVersionWrite(model, pending, line.slice('done '.length) || undefined);
      report.acknowledged++;
      pending = undefined;
    } else {
      pending = JSON.parse(line) as VersionWrite;
    }
  }
  if (pending === undefined) {
    assert.ok(matches(actual, model), `expected ${JSON.stringify(model)}, got ${JSON.stringify(actual)}`);
    return;
  }
  report.inFlight++;
  const after = copyModel(model);
  applyVersionWrite(after, pending, createdId(model, pending));
  const isCommitted = matches(actual, after);
  assert.ok(
    isCommitted || matches(actual, model),
    `after ${JSON.stringify(pending)}: expected ${JSON.stringify(model)} or ${JSON.stringify(after)}, got ${JSON.stringify(actual)}`,
  );
  if (isCommitted) report.committed++;
}

/** Returns the id of what a write creates: an unknown one, or undefined for the version `null`. */
function createdId({ state, histories }: VersionModel, write: VersionWrite): string | undefined {
  if (write.kind === 'state' || write.kind === 'tag' || write.kind === 'deleteVersion') return undefined;
  const keyState = versioningOf(write.key, state);
  if (write.kind === 'delete') return planDelete(histories[write.key] ?? [], keyState, undefined).marker?.versionId && unknownId;
  return keyState === 'enabled' ? unknownId : undefined;
}

/** Shows that a bucket can be removed after all its versions. */
async function removeBucket(datastore: FsDatastore, name: string): Promise<void> {
  const bucket = datastore.bucket(name);
  await bucket.delete((await bucket.listVersions()).map(({ key, versionId }) => ({ key, versionId })));
  assert.equal(await datastore.removeBucket(name), true);
}

async function withDatastore(root: string, use: (datastore: FsDatastore) => Promise<void>): Promise<void> {
  const datastore = new FsDatastore({ root });
  try {
    await use(datastore);
  } finally {
    await datastore.close();
  }
}

function bucketName(index: number): string {
  return `versions-${index}`;
}
