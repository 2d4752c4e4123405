import { dirname } from 'node:path';
import type { Tags, WriteConditions } from '@anybucket/core';
import type { StoredAttributes } from '@anybucket/core/backend';
import { evaluateWriteConditions, isMultipartEtag } from '@anybucket/core/backend';
import type { BucketFolder, Found, Survey } from '../root/bucket-directory.js';
import { hasErrno, look, makeFolder, syncFolder, unlessGone } from '../system/file-calls.js';
import { inTheWay, makeFolders } from '../system/directories.js';
import { digestOf } from '../layout/key-paths.js';
import { readState } from '../reading/object-state.js';
import { findLine, namesBody } from '../records/record-line.js';
import type { RecordLine } from '../records/record-line.js';
import { restamp } from './stage-body.js';
import type { StagedBody } from './stage-body.js';

/** What becomes an object. */
export interface NewObject {
  readonly body: StagedBody;
  readonly partSize: number;
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
}

/** What an attempt under the lock came to. */
type Attempt = { readonly done: RecordLine } | { readonly unknown: Found } | { readonly fileAt: string } | 'again';

/**
 * Makes a staged body an object: its record first, then the rename of the body, which is the commit. All under the key's lock, unconditional
 * ones too: between the condition and the commit of another writer nothing may come.
 * @throws `NoSuchBucket`, `PreconditionFailed`, `NoSuchKey`, `AccessDenied`, `Timeout`; the staged body is gone then.
 */
export async function commit(
  bucket: BucketFolder,
  key: string,
  object: NewObject,
  conditions: WriteConditions | undefined,
  signal: AbortSignal | undefined,
): Promise<RecordLine> {
  const { calls } = bucket.root;
  let known: RecordLine | undefined;
  try {
    for (;;) {
      const attempt = await bucket.locked(key, signal, () => {
        signal?.throwIfAborted();
        return tryCommit(bucket, key, object, conditions, known);
      });
      if (attempt === 'again') continue;
      if ('done' in attempt) return attempt.done;
      if ('fileAt' in attempt) await makeWay(bucket, attempt.fileAt, signal);
      // The present body has no record: what it is takes time to find out, so not under the lock.
      else known = (await readState(bucket, key, signal))?.line;
    }
  } catch (error) {
    unlessGone(() => calls.unlinkSync(object.body.path));
    throw error;
  }
}

function tryCommit(
  bucket: BucketFolder,
  key: string,
  object: NewObject,
  conditions: WriteConditions | undefined,
  known: RecordLine | undefined,
): Attempt {
  bucket.require();
  const survey = bucket.survey(key);
  const current = survey.found;
  // Without an object no record needs to be read, nor made, to refuse.
  if (current === undefined) evaluateWriteConditions(conditions, undefined);
  return bucket.records.use(digestOf(key), (record) => {
    const currentLine =
      current === undefined ? undefined : (findLine(record.text, current.id) ?? (known?.body === current.id ? known : undefined));
    if (conditions !== undefined && current !== undefined) {
      if (currentLine === undefined) return { unknown: current };
      evaluateWriteConditions(conditions, currentLine);
    }
    const target = prepareTarget(bucket, key, survey);
    if (target === 'again' || 'fileAt' in target) return target;
    const line = lineOf(bucket, object, record.text, current?.id, currentLine);
    bucket.records.append(key, record, line, current?.id);
    if (!moveTo(bucket, object.body.path, target.path)) return 'again';
    finish(bucket, record.digest, target.path, current);
    return { done: line };
  });
}

/** The line about a new body, which gets an identity that no other state of the object has. */
function lineOf(
  { root }: BucketFolder,
  { body, partSize, attributes, tags }: NewObject,
  record: string,
  currentId: string | undefined,
  current: RecordLine | undefined,
): RecordLine {
  let { id } = body;
  for (let attempt = 1; id === currentId || namesBody(record, id); attempt++) id = restamp(root, body, attempt);
  // A clock that was set back takes no object's time back.
  const modified = Math.max(Math.floor(Date.now() / 1000), current?.modified ?? 0);
  return { body: id, etag: body.etag, modified, attributes, tags, partSize: isMultipartEtag(body.etag) ? partSize : undefined };
}

/** What follows the commit. */
function finish({ root: { calls, durable }, records }: BucketFolder, digest: string, path: string, replaced: Found | undefined): void {
  // The new body has the key's own path and counts already; the one that it replaces stood under the digest.
  if (replaced !== undefined && replaced.path !== path) unlessGone(() => calls.unlinkSync(replaced.path));
  if (!durable) return;
  syncFolder(calls, dirname(path));
  records.sync(digest);
}

/** Where a body goes; or why that isn't certain yet. */
type Target = { readonly path: string } | { readonly fileAt: string } | 'again';

/** Where a key's body goes now: to its path, or under its digest where that can't be, or where a folder is in its place. */
function prepareTarget({ root, path: folder }: BucketFolder, key: string, { own, hidden }: Survey): Target {
  if (own === undefined) return { path: hidden };
  const { path, parents, there } = own;
  if (parents !== 'folders') {
    if (parents.is === 'file') return { fileAt: parents.at };
    if (parents.is === 'other') throw inTheWay(`${folder}/${parents.at}`);
    if (!makeFolders(root.calls, folder, key, parents.at, root.durable)) return 'again';
  }
  if (there === undefined || there.isFile()) return { path };
  if (there.isDirectory()) return { path: hidden };
  throw inTheWay(path);
}

/** The commit. @returns false when a folder came or went meanwhile. */
function moveTo({ root: { calls, durable }, bodies }: BucketFolder, path: string, target: string): boolean {
  try {
    calls.renameSync(path, target);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOENT') && dirname(target) === bodies) {
      for (const folder of [dirname(dirname(bodies)), dirname(bodies), bodies]) makeFolder(calls, folder, durable);
      return false;
    }
    // Without the staged body no attempt can succeed.
    if (look(calls, path) === undefined) throw error;
    // Windows refuses to replace a file at the moment when it is opened.
    if (
      hasErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY') ||
      (process.platform === 'win32' && hasErrno(error, 'EPERM', 'EBUSY'))
    )
      return false;
    throw error;
  }
}

/** A key `a` stands where the folder of `a/b` must be: moves its body under its digest, in one step, and makes the folder. */
async function makeWay(bucket: BucketFolder, key: string, signal: AbortSignal | undefined): Promise<void> {
  const { calls, durable } = bucket.root;
  const path = `${bucket.path}/${key}`;
  await bucket.locked(key, signal, () => {
    if (look(calls, path)?.isFile() !== true) return;
    if (moveTo(bucket, path, bucket.hiddenBody(key))) makeFolder(calls, path, durable);
  });
}
