import { dirname } from 'node:path';
import type { Checksum, Tags, WriteConditions } from '@anybucket/core';
import type { StoredAttributes } from '@anybucket/core/backend';
import { evaluateWriteConditions, isMultipartEtag, newVersionId, versioningOf } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { clampTimestamp } from '../reading/heal.js';
import { HealAttempts, changesTooOften, maxAttempts, readState } from '../reading/object-state.js';
import type { PartRuns } from '../records/part-runs.js';
import { findLine, hasLineFor } from '../records/record-line.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory, KeyLocation, LocatedBody } from '../root/bucket-directory.js';
import {
  findNonDirectory,
  makeAncestors,
  makeDirectory,
  makeInternalDirectory,
  syncDirectory,
  unsupportedFileType,
} from '../system/directories.js';
import { hasErrno, ignoreNotFound } from '../system/errno.js';
import { lstatOrUndefined } from '../system/files.js';
import { copyBody, numberCurrent, prepareVersion, removeEntries } from './archive.js';
import type { ArchiveObstacle, BodyCopy } from './archive.js';
import { removeStaged, restamp, setPermissions } from './stage-body.js';
import type { StagedBody } from './stage-body.js';

/** The modification time of a body is changed so often. A volume with coarse times has few to choose from. */
const maxRestamps = 1000;

/** A new version of an object. */
export interface NewObject {
  readonly body: StagedBody;
  readonly partSize: number;
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  readonly checksum: Checksum | undefined;
  /** The upload in parts that the object completes. */
  readonly upload?: CompletedUpload | undefined;
}

/** An upload in parts that ends with the commit of its object. */
interface CompletedUpload {
  readonly parts: PartRuns;
  /** The id of the version that the object becomes. Undefined for the version `null`. */
  readonly version: string | undefined;
  /** @throws `NoSuchUpload` when the upload ended. Called under the lock of the key. */
  requireOpen(): void;
  /** Ends the upload after the commit. Called under the same lock. */
  end(): void;
}

/** What must be done outside of the lock before a commit can be repeated. */
export type Obstacle =
  | ArchiveObstacle
  /** The ETag of the current body is unknown. */
  | { readonly type: 'unhealed' }
  /** An ancestor of the path is the body of another key. */
  | { readonly type: 'file'; readonly key: string }
  /** A directory was created or removed at the same time. */
  | { readonly type: 'race' };

/**
 * Makes a staged body the current version of an object: appends the line of its record, then renames the body, which is the commit. Unconditional
 * writes take the lock too: none may come between the conditions and the commit of another writer.
 * @throws `NoSuchBucket`, `PreconditionFailed`, `NoSuchKey`, `AccessDenied`, `Timeout`. The staged body is removed.
 */
export async function commit(
  bucket: BucketDirectory,
  key: string,
  object: NewObject,
  conditions: WriteConditions | undefined,
  signal: AbortSignal | undefined,
): Promise<RecordLine> {
  const { calls } = bucket.root;
  let healed: RecordLine | undefined;
  let copy: BodyCopy | undefined;
  const attempts = new HealAttempts();
  try {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const result = await bucket.withLock(key, signal, () => {
        signal?.throwIfAborted();
        return tryCommit(bucket, key, object, { conditions, healed, copy });
      });
      if (!('type' in result)) return result;
      if (result.type === 'file') await moveToHashedPath(bucket, result.key, signal);
      // Healing and copying take time, so they are done without the lock.
      if (result.type === 'unhealed') {
        healed = (await readState(bucket, key, signal))?.line;
        evaluateWriteConditions(conditions, healed);
        attempts.accepts({ state: 'replaced' });
      }
      if (result.type === 'unnumbered') await numberCurrent(bucket, key, healed, signal);
      if (result.type === 'unlinkable') {
        if (copy !== undefined) removeStaged(calls, copy.staged);
        copy = await copyBody(bucket, result.body, signal);
      }
    }
    throw changesTooOften();
  } catch (error) {
    removeStaged(calls, object.body);
    if (copy !== undefined) removeStaged(calls, copy.staged);
    throw error;
  }
}

/** What a commit depends on. */
interface CommitContext {
  readonly conditions: WriteConditions | undefined;
  /** The line of the current body, if it may not be in the record. */
  readonly healed: RecordLine | undefined;
  /** A copy of the current body, if it cannot be linked. */
  readonly copy: BodyCopy | undefined;
}

function tryCommit(
  bucket: BucketDirectory,
  key: string,
  object: NewObject,
  { conditions, healed, copy }: CommitContext,
): RecordLine | Obstacle {
  const location = bucket.locate(key);
  bucket.requireExisted();
  const state = versioningOf(key, bucket.versioning());
  const current = location.body;
  // Before the record is opened, since that would create it.
  if (current === undefined) {
    evaluateWriteConditions(conditions, undefined);
    object.upload?.requireOpen();
  }
  return bucket.records.withRecord(key, keyHash(key), (record) => {
    const currentLine =
      current === undefined ? undefined : (findLine(record.text, current.id) ?? (healed?.body === current.id ? healed : undefined));
    if (current !== undefined && (conditions !== undefined || state !== 'off')) {
      if (currentLine === undefined) return { type: 'unhealed' };
      evaluateWriteConditions(conditions, currentLine);
    }
    if (current !== undefined) object.upload?.requireOpen();
    const target = prepareTarget(bucket, key, location);
    if (typeof target !== 'string') return target;
    const currentState = current && currentLine && { body: current, line: currentLine };
    const versionId = object.upload === undefined ? newVersionId(state) : object.upload.version;
    const version = state === 'off' ? undefined : prepareVersion(bucket, key, versionId, currentState, copy);
    if (version !== undefined && 'type' in version) return version;
    const line = { ...createLine(bucket, object, record.text, current?.id, currentLine), version: version?.version, seq: version?.seq };
    keepPermissions(bucket, object, current);
    bucket.records.append(key, record, line, current?.id);
    if (!renameBody(bucket, object.body.path, target)) return { type: 'race' };
    afterCommit(bucket, target, current);
    object.upload?.end();
    if (version !== undefined && version.replaced.length > 0) removeEntries(bucket, key, line, version.replaced);
    return line;
  });
}

/** Creates the line of a staged body. Changes the body's id until no other version of the object has it. */
function createLine(
  { root }: BucketDirectory,
  { body, partSize, attributes, tags, checksum, upload }: NewObject,
  record: string,
  currentId: string | undefined,
  current: RecordLine | undefined,
): RecordLine {
  let { id } = body;
  for (let attempt = 1; id === currentId || hasLineFor(record, id); attempt++) {
    if (attempt > maxRestamps) throw changesTooOften();
    id = restamp(root, body, attempt);
  }
  // `lastModified` never decreases, even if the clock was set back.
  const modified = Math.max(clampTimestamp(Date.now() / 1000), current?.modified ?? 0);
  const parts = upload?.parts;
  const uniformSize = isMultipartEtag(body.etag) && parts === undefined ? partSize : undefined;
  return { body: id, etag: body.etag, modified, attributes, tags, checksum, partSize: uniformSize, parts };
}

/** Completes the commit of a body. @param replaced The former body, if there was one. */
export function afterCommit({ root: { calls, durable } }: BucketDirectory, path: string, replaced: LocatedBody | undefined): void {
  if (durable) syncDirectory(calls, dirname(path));
  if (replaced === undefined || replaced.path === path) return;
  // The replaced body was stored under the hash. The new one is at the path named by the key, and therefore current already.
  ignoreNotFound(() => calls.unlinkSync(replaced.path));
  if (durable) syncDirectory(calls, dirname(replaced.path));
}

/** Creates the directories above a new body, and returns its path: the one named by the key, unless that is impossible or a directory is there. */
export function prepareTarget(bucket: BucketDirectory, key: string, { keyPath, hashedPath }: KeyLocation): string | Obstacle {
  const { root, paths } = bucket;
  if (keyPath === undefined) return requireReplaceable(bucket, hashedPath);
  const { path, stats } = keyPath;
  if (stats?.isFile() === true) return path;
  if (stats?.isDirectory() === true) return requireReplaceable(bucket, hashedPath);
  if (stats !== undefined) throw unsupportedFileType(path);
  if (root.calls.isDirectory(dirname(path))) return path;
  const blockedBy = findNonDirectory(root.calls, paths.bucket, key);
  if (blockedBy === undefined) return { type: 'race' };
  if (blockedBy.type === 'file') return { type: 'file', key: blockedBy.path };
  if (blockedBy.type === 'other') throw unsupportedFileType(`${paths.bucket}/${blockedBy.path}`);
  return makeAncestors(root.calls, paths.bucket, key, blockedBy.path, root.durable) ? path : { type: 'race' };
}

/** @throws `AccessDenied` when the path holds anything but a file. */
function requireReplaceable({ root }: BucketDirectory, path: string): string {
  if (lstatOrUndefined(root.calls, path)?.isFile() === false) throw unsupportedFileType(path);
  return path;
}

/** Gives a body the permissions of the one that it replaces. */
function keepPermissions({ root }: BucketDirectory, { body }: NewObject, replaced: LocatedBody | undefined): void {
  if (replaced === undefined || process.platform === 'win32') return;
  const staged = lstatOrUndefined(root.calls, body.path);
  if (staged?.mode !== replaced.mode || staged.uid !== replaced.uid || staged.gid !== replaced.gid) setPermissions(root, body, replaced);
}

/** Renames a body to its final path. @returns False when a directory was created or removed at the same time. */
export function renameBody({ root: { calls, durable }, paths }: BucketDirectory, from: string, to: string): boolean {
  try {
    calls.renameSync(from, to);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR') && dirname(to) === paths.hashedBodies) {
      for (const path of [dirname(paths.internal), paths.internal, paths.hashedBodies]) makeInternalDirectory(calls, path, durable);
      return false;
    }
    // The staged body is gone, so a retry would not help.
    if (lstatOrUndefined(calls, from) === undefined) throw error;
    // Windows does not replace a file while it is being opened.
    if (
      hasErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY') ||
      (process.platform === 'win32' && hasErrno(error, 'EPERM', 'EBUSY'))
    )
      return false;
    throw error;
  }
}

/** Moves the body of `a` to its hashed path in one step, and creates a directory in its place, so that `a/b` can be stored. */
export async function moveToHashedPath(bucket: BucketDirectory, key: string, signal: AbortSignal | undefined): Promise<void> {
  const { calls, durable } = bucket.root;
  const path = `${bucket.paths.bucket}/${key}`;
  await bucket.withLock(key, signal, () => {
    if (lstatOrUndefined(calls, path)?.isFile() !== true) return;
    if (!renameBody(bucket, path, bucket.hashedBodyPath(key))) return;
    if (durable) syncDirectory(calls, bucket.paths.hashedBodies);
    makeDirectory(calls, path, durable);
  });
}
