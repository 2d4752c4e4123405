import { dirname } from 'node:path';
import { evaluateWriteConditions } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { HealAttempts, changesTooOften, maxAttempts, readState } from '../reading/object-state.js';
import { findLine } from '../records/record-line.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory } from '../root/bucket-directory.js';
import type { Root } from '../root/root.js';
import { removeEmptyAncestors, syncNearestDirectory } from '../system/directories.js';
import { ignoreNotFound } from '../system/errno.js';
import { lstatOrUndefined } from '../system/files.js';

/**
 * Deletes an object: removes its body, which is the commit, then its record and the directories that are empty now.
 * @throws `NoSuchBucket`, `PreconditionFailed`, `NoSuchKey` (with `ifMatch`), `Timeout`.
 */
export async function deleteObject(
  bucket: BucketDirectory,
  key: string,
  ifMatch: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  let healed: RecordLine | undefined;
  const attempts = new HealAttempts();
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (await bucket.withLock(key, signal, () => tryDelete(bucket, key, ifMatch, healed))) return;
    healed = (await readState(bucket, key, signal))?.line;
    evaluateWriteConditions({ ifMatch }, healed);
    attempts.accepts({ state: 'replaced' });
  }
  throw changesTooOften();
}

/**
 * @param healed The line of the current body, if it may not be in the record.
 * @returns False when the ETag of the current body is unknown.
 */
function tryDelete(bucket: BucketDirectory, key: string, ifMatch: string | undefined, healed: RecordLine | undefined): boolean {
  const { root, records } = bucket;
  const hash = keyHash(key);
  const current = bucket.locateBody(key);
  bucket.requireExisted();
  if (ifMatch !== undefined) {
    const line =
      current === undefined
        ? undefined
        : (findLine(records.read(key, hash), current.id) ?? (healed?.body === current.id ? healed : undefined));
    if (current !== undefined && line === undefined) return false;
    evaluateWriteConditions({ ifMatch }, line);
  }
  if (current !== undefined) {
    // An older body at the hashed path would become current, so it is removed first.
    const hashedPath = bucket.hashedBodyPath(key);
    if (current.path !== hashedPath && lstatOrUndefined(root.calls, hashedPath) !== undefined) removeBody(root, hashedPath);
    removeBody(root, current.path);
    if (current.path !== hashedPath) removeEmptyAncestors(root.calls, bucket.paths.bucket, key);
  }
  records.remove(hash);
  return true;
}

function removeBody({ calls, durable }: Root, path: string): void {
  ignoreNotFound(() => calls.unlinkSync(path));
  // Another process may have removed the directory, which is empty now.
  if (durable) syncNearestDirectory(calls, dirname(path));
}
