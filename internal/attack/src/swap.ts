import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { program } from './program.js';

const bucketName = 'photos';

/** The directories that are exchanged with a link, relative to the root. */
export const swapTargets = [
  `${bucketName}/d`,
  bucketName,
  '.anybucket/buckets',
  `.anybucket/buckets/${bucketName}`,
  `.anybucket/buckets/${bucketName}/records`,
  `.anybucket/buckets/${bucketName}/bodies`,
  '.anybucket/tmp',
] as const;
export type SwapTarget = (typeof swapTargets)[number];

/** What was counted. */
export interface SwapReport {
  /** Calls that succeeded. */
  readonly calls: number;
  /** Calls that failed with a `StorageError`. */
  readonly refused: number;
  /** Files that appeared in the victim directory. */
  readonly written: number;
  /** Files of the victim directory that were removed or changed. */
  readonly lost: number;
  /** Reads that returned a file of the victim directory. */
  readonly read: number;
}

const secret = 'a file of another user';
/** The names that an attacked call may reach in the victim directory, by key or by a name of the hidden folder. */
const victimFiles = ['k', 'own', 'd/k', 'd/own', `${bucketName}/d/k`, 'records/x', 'bodies/x'];

/**
 * Uses objects below a directory that another process keeps exchanging with a symbolic link to a victim directory.
 * @param signal Ends the attack.
 */
export async function attackSwap(target: SwapTarget, signal: AbortSignal): Promise<SwapReport> {
  const scratch = mkdtempSync(join(tmpdir(), 'anybucket-swap-'));
  const root = join(scratch, 'root');
  const victim = join(scratch, 'victim');
  const link = join(scratch, 'link');
  const report = { calls: 0, refused: 0, written: 0, lost: 0, read: 0 };
  let swapper: ChildProcess | undefined;
  try {
    makeVictim(victim);
    await using store = new FsDatastore({ root });
    await store.createBucket(bucketName);
    const bucket = store.bucket(bucketName);
    await bucket.put('d/k', 'mine');
    // A key that ends in `/` has its body in the hidden folder.
    await bucket.put('d/', 'mine');
    symlinkSync(victim, link);
    mkdirSync(join(root, target), { recursive: true });
    swapper = await startSwapper(join(root, target), link);
    while (!signal.aborted) {
      for (const call of callsOn(bucket, () => store.createBucket(bucketName))) await attempt(call, report);
      inspectVictim(victim, report);
    }
    return report;
  } finally {
    if (swapper !== undefined) await stop(swapper);
    rmSync(scratch, { recursive: true, force: true });
  }
}

function makeVictim(victim: string): void {
  for (const name of victimFiles) {
    mkdirSync(dirname(join(victim, name)), { recursive: true });
    writeFileSync(join(victim, name), secret);
  }
}

async function startSwapper(first: string, second: string): Promise<ChildProcess> {
  const child = fork(program('swapper'), [first, second], { execArgv: [] });
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[];
  assert.equal(message, 'ready', 'the process that exchanges the directories did not start');
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

type Call = () => Promise<unknown>;

function callsOn(bucket: Bucket, createBucket: Call): Call[] {
  const text = async (key: string): Promise<string> => (await bucket.get(key)).text();
  return [
    () => bucket.put('d/k', 'mine'),
    () => text('d/k'),
    () => bucket.put('d/new/deep', 'mine'),
    () => text('d/own'),
    () => bucket.delete('d/own'),
    () => bucket.put('d/', 'mine'),
    () => bucket.delete('d/new/deep'),
    () => bucket.stat('d/own'),
    () => bucket.fcopyTo(bucket.name, 'copy', 'd/own'),
    () => text('copy'),
    () => bucket.delete('copy'),
    () => bucket.setTags('d/k', { a: 'b' }),
    () => bucket.list(),
    () => bucket.delete(['d/k', 'd/own', 'd/']),
    createBucket,
  ];
}

async function attempt(call: Call, report: { calls: number; refused: number; read: number }): Promise<void> {
  try {
    if ((await call()) === secret) report.read++;
    report.calls++;
  } catch (error) {
    if (!isStorageError(error)) throw error;
    report.refused++;
  }
}

/** Compares the victim directory with what it was made of, and repairs it. */
function inspectVictim(victim: string, report: { written: number; lost: number }): void {
  const present = readdirSync(victim, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  const expected = new Set(victimFiles.map((name) => join(victim, name)));
  for (const path of present) {
    if (expected.has(path)) continue;
    report.written++;
    rmSync(path, { force: true });
  }
  let isDamaged = false;
  for (const path of expected) {
    if (present.includes(path) && readFileSync(path, 'utf8') === secret) continue;
    report.lost++;
    isDamaged = true;
  }
  if (isDamaged) makeVictim(victim);
}
