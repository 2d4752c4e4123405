import { EtagHasher } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { BodyStream } from '../reading/body-stream.js';
import type { ObjectState } from '../reading/object-state.js';
import { readLog } from '../reading/versions.js';
import { encodeRemoval, encodeVersion, nextSeq } from '../records/history-log.js';
import type { HistoryLog } from '../records/history-log.js';
import { findLine } from '../records/record-line.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory, LocatedBody } from '../root/bucket-directory.js';
import { PooledFile } from '../system/pooled-file.js';
import { stageStream } from './stage-body.js';
import type { StagedBody } from './stage-body.js';

/** A log is rewritten when it has more lines than this, and most of them do not count any more. */
const minCompactedLines = 32;

/** The place of a new body in the history of its key. */
export interface NewVersion {
  /** Undefined for the version `null`. */
  readonly version: string | undefined;
  readonly seq: number | undefined;
  /** The positions of the entries that the new body replaces. */
  readonly replaced: readonly number[];
}

/** What must be done outside of the lock before the current body can become an older version. */
export type ArchiveObstacle =
  /** The line of the current body has no position. */
  | { readonly type: 'unnumbered' }
  /** The volume has no hard links, so that the body must be copied. */
  | { readonly type: 'unlinkable'; readonly body: LocatedBody }
  /** The body was changed by hand at the same time. */
  | { readonly type: 'race' };

/** A copy of a body that cannot have a second name. */
export interface BodyCopy {
  /** The `bodyId` of the copied body. */
  readonly sourceId: string;
  readonly staged: StagedBody;
}

/**
 * Prepares the history of a key for a new body: stores the current body as an older version, unless it is replaced. The version does not count before
 * the new body is committed. The caller must hold the lock of the key.
 * @param version The id of the new version. Undefined for the version `null`.
 * @param copy A copy of the current body, if it has been `unlinkable`.
 */
export function prepareVersion(
  bucket: BucketDirectory,
  key: string,
  version: string | undefined,
  current: ObjectState | undefined,
  copy: BodyCopy | undefined,
): NewVersion | ArchiveObstacle {
  if (current === undefined) {
    const log = readLog(bucket, key);
    return { version, seq: nextSeq(log.lastSeq), replaced: version === undefined ? nullSeqs(log) : [] };
  }
  const { seq } = current.line;
  // The version `null` is replaced by another one. Its position, if it has one, stays.
  if (version === undefined && current.line.version === undefined) return { version, seq, replaced: [] };
  if (seq === undefined) return { type: 'unnumbered' };
  const obstacle = archive(bucket, key, current, seq, copy);
  if (obstacle !== undefined) return obstacle;
  return {
    version,
    seq: nextSeq(seq),
    replaced: version === undefined ? nullSeqs(readLog(bucket, key)).filter((other) => other < seq) : [],
  };
}

/**
 * Removes entries from the history of a key, and their bodies. Rewrites a log with many lines that do not count.
 * @param current The line of the current body, if there is one.
 */
export function removeEntries(bucket: BucketDirectory, key: string, current: RecordLine | undefined, seqs: readonly number[]): void {
  const hash = keyHash(key);
  const { histories } = bucket;
  histories.append(key, hash, encodeRemoval(seqs), Infinity);
  histories.removeBodies(hash, seqs);
  const log = readLog(bucket, key);
  const entries = log.entries(current);
  if (entries.length === 0) removeHistory(bucket, key, log);
  else if (log.lineCount > minCompactedLines && log.lineCount > 2 * entries.length) {
    const kept = new Set(entries.map(({ seq }) => seq));
    const lines = entries.map(({ text }) => `\n${text}`).reverse();
    histories.rewrite(key, hash, lines.join(''));
    histories.removeBodies(
      hash,
      log.seqs().filter((seq) => !kept.has(seq)),
    );
  }
}

/** Removes the log of a key, and the bodies of its entries, none of which counts. */
export function removeHistory({ histories }: BucketDirectory, key: string, log: HistoryLog): void {
  const hash = keyHash(key);
  if (log.lineCount === 0) return;
  histories.remove(hash);
  histories.removeBodies(hash, log.seqs());
}

/** Returns the positions of the entries of the version `null`. A killed process may have left several, of which the newest counts. */
export function nullSeqs(log: HistoryLog): number[] {
  return log.seqs().filter((seq) => log.find(seq)?.versionId === undefined);
}

/** Appends the line of the current body to the log, and gives the body a second name in the history. */
function archive(
  bucket: BucketDirectory,
  key: string,
  { body, line }: ObjectState,
  seq: number,
  copy: BodyCopy | undefined,
): ArchiveObstacle | undefined {
  const { histories, root } = bucket;
  const hash = keyHash(key);
  const copied = copy?.sourceId === body.id ? copy.staged : undefined;
  histories.append(key, hash, encodeVersion({ ...line, body: copied?.id ?? body.id }));
  if (copied !== undefined) histories.moveHere(copied.path, hash, seq);
  else if (!histories.link(body.path, hash, seq)) return { type: 'unlinkable', body };
  else if (bucket.locateOlder(key, seq)?.id !== body.id) return { type: 'race' };
  if (root.durable) histories.syncBodies();
  return undefined;
}

/**
 * Gives the line of the current body a position after all entries of its history. Objects that were stored before versioning was enabled, or by hand,
 * have none. Without it, the entries that a killed process left could not be told from those that count.
 * @param healed The line of the current body, if it may not be in the record.
 */
export async function numberCurrent(
  bucket: BucketDirectory,
  key: string,
  healed: RecordLine | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  await bucket.withLock(key, signal, () => {
    bucket.requireExists();
    const current = bucket.locateBody(key);
    if (current === undefined) return;
    bucket.records.withRecord(key, keyHash(key), (record) => {
      const line = findLine(record.text, current.id) ?? (healed?.body === current.id ? healed : undefined);
      if (line === undefined || line.seq !== undefined) return;
      bucket.records.append(key, record, { ...line, seq: nextSeq(readLog(bucket, key).lastSeq) }, current.id);
    });
  });
}

/** Copies a body to a temp file. @returns Undefined when the body has been replaced or removed. */
export async function copyBody(bucket: BucketDirectory, body: LocatedBody, signal: AbortSignal | undefined): Promise<BodyCopy | undefined> {
  const { calls } = bucket.root;
  const fd = bucket.open(body);
  if (fd === undefined) return undefined;
  const stream = new BodyStream(calls, new PooledFile(calls, fd, () => bucket.open(body)), 0, body.size);
  try {
    const staged = await stageStream(bucket.root, stream, new EtagHasher(Infinity), signal);
    if (staged.size === body.size) return { sourceId: body.id, staged };
    calls.unlinkSync(staged.path);
    return undefined;
  } finally {
    stream.cancel();
  }
}
