import type { VersionEntry } from '@anybucket/core/backend';
import { StorageError, parseVersionId, versioningOf } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { HistoryLog, decodeVersion, encodeVersion } from '../records/history-log.js';
import type { HistoryEntry } from '../records/history-log.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory } from '../root/bucket-directory.js';
import { currentTarget } from './heal.js';
import type { HealTarget } from './heal.js';
import { changesTooOften, currentObject, maxAttempts, readObject, readState } from './object-state.js';
import type { LocatedObject, ObjectSource, ObjectState } from './object-state.js';

/** The history of a key. */
export interface History {
  /** Undefined when there is no current body. */
  readonly current: ObjectState | undefined;
  /** The older versions and delete markers, newest first. The first delete marker is the latest entry if there is no current body. */
  readonly older: readonly HistoryEntry[];
}

/** The current version, as an entry of a history. */
export interface CurrentEntry extends VersionEntry {
  readonly state: ObjectState;
}

/** Returns all entries of a history, newest first. */
export function entriesOf({ current, older }: History): (CurrentEntry | HistoryEntry)[] {
  return current === undefined ? [...older] : [{ versionId: current.line.version, state: current }, ...older];
}

/**
 * Returns the source of a version of an object.
 * @param versionId Undefined for the current version.
 * @throws `InvalidArgument` for a malformed id.
 */
export function objectSource(bucket: BucketDirectory, key: string, versionId: string | undefined): ObjectSource {
  if (versionId === undefined) return currentObject(bucket, key);
  const version = parseVersionId(versionId);
  return (signal) => locateVersion(bucket, key, version, signal);
}

/**
 * Reads a version of an object.
 * @param versionId Undefined for the current version.
 * @throws `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`, `InvalidArgument`.
 */
export async function requireObject(
  bucket: BucketDirectory,
  key: string,
  versionId: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ObjectState> {
  const state = await readObject(bucket, key, objectSource(bucket, key, versionId), signal);
  if (state === undefined) throw await missingObject(bucket, key, signal);
  return state;
}

/** Creates the error for a key without a current version. It names the delete marker, if there is one. */
export async function missingObject(bucket: BucketDirectory, key: string, signal: AbortSignal | undefined): Promise<unknown> {
  const missing = { code: 'NoSuchKey', bucket: bucket.name, key, message: 'the object does not exist' };
  if (versioningOf(key, bucket.versioning()) === 'off') return new StorageError(missing);
  const { current, older } = await readHistory(bucket, key, signal);
  const [latest] = older;
  const deleteMarker = current === undefined && latest?.isDeleteMarker === true ? (latest.versionId ?? 'null') : undefined;
  return new StorageError(deleteMarker === undefined ? missing : { ...missing, deleteMarker });
}

/** Reads the history of a key, and heals the record of its current version if necessary. */
export async function readHistory(bucket: BucketDirectory, key: string, signal: AbortSignal | undefined): Promise<History> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    signal?.throwIfAborted();
    const current = await readState(bucket, key, signal);
    const read = (): History | undefined => {
      const older = readLog(bucket, key).entries(current?.line);
      return bucket.locateBody(key)?.id === current?.body.id ? { current, older } : undefined;
    };
    // Without a body at both times, one may still have come and gone, or been moved.
    const history = current === undefined ? await bucket.withLockIfWritable(key, signal, read) : read();
    if (history !== undefined) return history;
  }
  throw changesTooOften();
}

/** Locates the body of an older version. @returns Undefined when it was removed by hand. */
export function locateEntry(bucket: BucketDirectory, key: string, entry: HistoryEntry): LocatedObject | undefined {
  const body = bucket.locateOlder(key, entry.seq);
  const line = decodeVersion(entry);
  if (body === undefined || line === undefined) return undefined;
  return { body, line: body.id === line.body ? line : undefined, target: () => olderTarget(bucket, key, line, entry) };
}

/** Locates a version, the second time under the lock. @throws `NoSuchVersion`, `MethodNotAllowed`. */
async function locateVersion(
  bucket: BucketDirectory,
  key: string,
  version: string | undefined,
  signal: AbortSignal | undefined,
): Promise<LocatedObject> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const current = await readState(bucket, key, signal);
    if (current !== undefined && current.line.version === version)
      return { ...current, target: () => currentTarget(bucket, key, current.body) };
    const find = (): LocatedObject | undefined => locateOlder(bucket, key, current, version);
    const isUnchanged = (): boolean => bucket.locateBody(key)?.id === current?.body.id;
    const located = find() ?? (await bucket.withLockIfWritable(key, signal, () => (isUnchanged() ? (find() ?? 'missing') : undefined)));
    if (located === 'missing')
      throw new StorageError({ code: 'NoSuchVersion', bucket: bucket.name, key, message: 'the version does not exist' });
    if (located !== undefined) return located;
    signal?.throwIfAborted();
  }
  throw changesTooOften();
}

/** Looks for a version in the log. @throws `MethodNotAllowed` for a delete marker. */
function locateOlder(
  bucket: BucketDirectory,
  key: string,
  current: ObjectState | undefined,
  version: string | undefined,
): LocatedObject | undefined {
  const entry = readLog(bucket, key)
    .entries(current?.line)
    .find(({ versionId }) => versionId === version);
  if (entry === undefined || !entry.isDeleteMarker) return entry && locateEntry(bucket, key, entry);
  throw new StorageError({
    code: 'MethodNotAllowed',
    bucket: bucket.name,
    key,
    message: 'the version is a delete marker',
    deleteMarker: version ?? 'null',
  });
}

/** Reads the log of a key. */
export function readLog(bucket: BucketDirectory, key: string): HistoryLog {
  return new HistoryLog(bucket.histories.read(key, keyHash(key)));
}

/** Returns the target of the body of an older version, whose content never changes: it may have been copied, but not edited. */
function olderTarget(bucket: BucketDirectory, key: string, line: RecordLine, { seq, versionId }: HistoryEntry): HealTarget {
  return {
    candidates: [line],
    versionOf(match) {
      if (match !== undefined) return { version: versionId, seq };
      throw new StorageError({ code: 'NoSuchVersion', bucket: bucket.name, key, message: 'the body of the version was changed by hand' });
    },
    locate() {
      const entry = readLog(bucket, key).find(seq);
      return entry !== undefined && entry.versionId === versionId ? bucket.locateOlder(key, seq) : undefined;
    },
    save: (healed) => bucket.histories.append(key, keyHash(key), encodeVersion(healed)),
  };
}
