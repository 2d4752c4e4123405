import { evaluateWriteConditions } from '@anybucket/core/backend';
import { dirname } from 'node:path';
import type { BucketFolder } from '../root/bucket-directory.js';
import { look, syncFolder, unlessGone } from '../system/file-calls.js';
import { removeEmptyFolders } from '../system/directories.js';
import { digestOf } from '../layout/key-paths.js';
import { readState } from '../reading/object-state.js';
import { findLine } from '../records/record-line.js';
import type { RecordLine } from '../records/record-line.js';

/**
 * Removes an object: its body first, which is the commit, then its record and the folders that have become empty.
 * @throws `NoSuchBucket`, `PreconditionFailed`, `NoSuchKey` (with `ifMatch`), `Timeout`.
 */
export async function deleteObject(
  bucket: BucketFolder,
  key: string,
  ifMatch: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  let known: RecordLine | undefined;
  while (!(await bucket.locked(key, signal, () => tryDelete(bucket, key, ifMatch, known))))
    known = (await readState(bucket, key, signal))?.line;
}

/** @returns false when the condition needs an ETag that the record doesn't tell. */
function tryDelete(bucket: BucketFolder, key: string, ifMatch: string | undefined, known: RecordLine | undefined): boolean {
  const { root, records } = bucket;
  bucket.require();
  const digest = digestOf(key);
  const current = bucket.find(key);
  if (ifMatch !== undefined) {
    const line =
      current === undefined ? undefined : (findLine(records.read(digest), current.id) ?? (known?.body === current.id ? known : undefined));
    if (current !== undefined && line === undefined) return false;
    evaluateWriteConditions({ ifMatch }, line);
  }
  if (current !== undefined) {
    // An older body under the digest would be the object again: it goes first.
    const hidden = bucket.hiddenBody(key);
    if (current.path !== hidden && look(root.calls, hidden) !== undefined) unlessGone(() => root.calls.unlinkSync(hidden));
    unlessGone(() => root.calls.unlinkSync(current.path));
    if (root.durable) syncFolder(root.calls, dirname(current.path));
    if (current.path !== hidden) removeEmptyFolders(root.calls, bucket.path, key);
  }
  records.remove(digest);
  return true;
}
