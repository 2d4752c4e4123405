import type { VersioningState } from '@anybucket/core';
import type { DeleteOutcome } from '@anybucket/core/backend';
import { planDelete } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { clampTimestamp } from '../reading/heal.js';
import type { ObjectState } from '../reading/object-state.js';
import { entriesOf, locateEntry, readLog } from '../reading/versions.js';
import type { CurrentEntry } from '../reading/versions.js';
import { decodeVersion, encodeMarker, encodeRemoval, encodeVersion, nextSeq } from '../records/history-log.js';
import type { HistoryEntry, HistoryLog } from '../records/history-log.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory, LocatedBody } from '../root/bucket-directory.js';
import { nullSeqs, removeEntries, removeHistory } from './archive.js';
import { afterCommit, prepareTarget, renameBody } from './commit.js';
import type { Obstacle } from './commit.js';
import { removeCurrentBody } from './remove-body.js';
import { restamp } from './stage-body.js';

/** What is deleted, and the history that it is deleted from. */
interface VersionDeletion {
  readonly state: VersioningState;
  /** Undefined to hide the object by a delete marker. */
  readonly versionId: string | undefined;
  readonly current: ObjectState | undefined;
}

/** An older version that can become the current body. */
interface Restorable {
  readonly entry: HistoryEntry;
  readonly body: LocatedBody;
  readonly line: RecordLine;
}

/** Deletes a version, or adds a delete marker. The caller must hold the lock of the key. @throws `InvalidArgument` for a malformed id. */
export function deleteVersion(
  bucket: BucketDirectory,
  key: string,
  { state, versionId, current }: VersionDeletion,
): DeleteOutcome | Obstacle {
  const log = readLog(bucket, key);
  const older = log.entries(current?.line);
  const plan = planDelete<CurrentEntry | HistoryEntry>(entriesOf({ current, older }), state, versionId);
  const { removed, marker, outcome } = plan;
  let obstacle: Obstacle | undefined;
  if (marker !== undefined && current !== undefined) obstacle = hideCurrent(bucket, key, current, log, older, marker.versionId);
  else if (marker !== undefined) addMarker(bucket, key, log, marker.versionId);
  else if (removed !== undefined && 'state' in removed) obstacle = removeCurrent(bucket, key, removed.state, log, older);
  else if (removed !== undefined) obstacle = removeOlder(bucket, key, current, log, older, removed);
  return obstacle ?? outcome;
}

/** Makes the current body an older version, and adds a delete marker: first both lines, then the body is renamed, which is the commit. */
function hideCurrent(
  bucket: BucketDirectory,
  key: string,
  { body, line }: ObjectState,
  log: HistoryLog,
  older: readonly HistoryEntry[],
  version: string | undefined,
): Obstacle | undefined {
  const { histories, records, root } = bucket;
  const hash = keyHash(key);
  const { seq } = line;
  if (seq === undefined) return { type: 'unnumbered' };
  // A marker of the version `null` replaces a body of that version.
  const isReplaced = version === undefined && line.version === undefined;
  const modified = Math.max(now(), line.modified);
  removeHidden(bucket, key, log, older, (isReplaced ? '' : encodeVersion(line)) + encodeMarker(nextSeq(seq), version, modified));
  removeCurrentBody(
    bucket,
    key,
    body,
    isReplaced
      ? undefined
      : (path) => {
          // Renaming a file to another name of it, which a killed process may have left, would do nothing.
          if (bucket.locateOlder(key, seq) !== undefined) histories.removeBodies(hash, [seq]);
          histories.moveHere(path, hash, seq);
        },
  );
  if (root.durable) histories.syncBodies();
  records.remove(hash);
  const replaced = version === undefined ? older.filter(({ versionId }) => versionId === undefined) : [];
  if (replaced.length > 0) removeEntries(bucket, key, undefined, seqsIn(replaced));
  return undefined;
}

/** Adds a delete marker to a history whose current body was removed by hand. */
function addMarker(bucket: BucketDirectory, key: string, log: HistoryLog, version: string | undefined): void {
  const replaced = version === undefined ? nullSeqs(log) : [];
  const hash = keyHash(key);
  bucket.histories.append(key, hash, encodeRemoval(replaced) + encodeMarker(nextSeq(log.lastSeq), version, now()));
  bucket.histories.removeBodies(hash, replaced);
}

/** Removes the current version. The version before it becomes current, unless a delete marker is in between. */
function removeCurrent(
  bucket: BucketDirectory,
  key: string,
  { body }: ObjectState,
  log: HistoryLog,
  older: readonly HistoryEntry[],
): Obstacle | undefined {
  const { next, missing } = findRestorable(bucket, key, older);
  removeHidden(bucket, key, log, older);
  if (next !== undefined) return restore(bucket, key, next, body, missing);
  removeCurrentBody(bucket, key, body);
  bucket.records.remove(keyHash(key));
  if (missing.length === older.length) removeHistory(bucket, key, log);
  else if (missing.length > 0) removeEntries(bucket, key, undefined, missing);
  return undefined;
}

/** Removes an older version or a delete marker. If the marker was the latest entry, the version before it becomes current. */
function removeOlder(
  bucket: BucketDirectory,
  key: string,
  current: ObjectState | undefined,
  log: HistoryLog,
  older: readonly HistoryEntry[],
  entry: HistoryEntry,
): Obstacle | undefined {
  if (current === undefined && entry === older[0] && entry.isDeleteMarker) {
    const { next, missing } = findRestorable(bucket, key, older.slice(1));
    if (next !== undefined) {
      removeHidden(bucket, key, log, older);
      return restore(bucket, key, next, undefined, [entry.seq, ...missing]);
    }
  }
  removeEntries(bucket, key, current?.line, [entry.seq, ...hiddenSeqs(log, older)]);
  return undefined;
}

/** Finds the version that becomes current when all entries before it are removed. */
function findRestorable(
  bucket: BucketDirectory,
  key: string,
  entries: readonly HistoryEntry[],
): { readonly next?: Restorable; readonly missing: number[] } {
  /** Versions whose body was removed by hand. */
  const missing: number[] = [];
  for (const entry of entries) {
    if (entry.isDeleteMarker) break;
    const located = locateEntry(bucket, key, entry);
    const line = decodeVersion(entry);
    if (located !== undefined && line !== undefined) return { next: { entry, body: located.body, line }, missing };
    missing.push(entry.seq);
  }
  return { missing };
}

/**
 * Makes an older version the current body: first its line is appended to the record, then the body is renamed, which is the commit.
 * @param replaced The current body, if there is one.
 * @param removed The positions of the entries that are removed as well.
 */
function restore(
  bucket: BucketDirectory,
  key: string,
  { entry, body, line }: Restorable,
  replaced: LocatedBody | undefined,
  removed: readonly number[],
): Obstacle | undefined {
  const { records, root } = bucket;
  const hash = keyHash(key);
  const target = prepareTarget(bucket, key, bucket.locate(key));
  if (typeof target !== 'string') return target;
  let id = line.body;
  // Until the commit, the line would describe the replaced body.
  for (let attempt = 1; id === replaced?.id; attempt++) id = restamp(root, body, attempt);
  records.withRecord(key, hash, (record) => records.append(key, record, { ...line, body: id }, replaced?.id));
  if (!renameBody(bucket, body.path, target)) return { type: 'race' };
  afterCommit(bucket, target, replaced);
  removeEntries(bucket, key, line, [...removed, entry.seq]);
  return undefined;
}

/**
 * Removes the entries that do not count, because a killed process left them, and appends lines in the same step. Some of them would count once there is
 * another current body.
 */
function removeHidden(bucket: BucketDirectory, key: string, log: HistoryLog, older: readonly HistoryEntry[], lines = ''): void {
  const hash = keyHash(key);
  const hidden = hiddenSeqs(log, older);
  bucket.histories.append(key, hash, encodeRemoval(hidden) + lines);
  bucket.histories.removeBodies(hash, hidden);
}

/** Returns the positions of the entries that do not count. @param older The entries that count. */
function hiddenSeqs(log: HistoryLog, older: readonly HistoryEntry[]): number[] {
  const counted = new Set(seqsIn(older));
  return log.seqs().filter((seq) => !counted.has(seq));
}

function seqsIn(entries: readonly HistoryEntry[]): number[] {
  return entries.map(({ seq }) => seq);
}

function now(): number {
  return clampTimestamp(Date.now() / 1000);
}
