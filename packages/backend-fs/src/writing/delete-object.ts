import type { DeleteCall, DeleteOutcome } from '@anybucket/core/backend';
import { evaluateWriteConditions, versioningOf } from '@anybucket/core/backend';
import { keyHash } from '../layout/key-paths.js';
import { HealAttempts, changesTooOften, maxAttempts, readState } from '../reading/object-state.js';
import { findLine } from '../records/record-line.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory } from '../root/bucket-directory.js';
import { numberCurrent } from './archive.js';
import { moveToHashedPath } from './commit.js';
import type { Obstacle } from './commit.js';
import { deleteVersion } from './delete-version.js';
import { removeCurrentBody } from './remove-body.js';

/**
 * Deletes an object or one version of it. Without versions, removes the body, which is the commit, then the record and the directories that are empty
 * now.
 * @throws `NoSuchBucket`, `PreconditionFailed`, `NoSuchKey` (with `ifMatch`), `InvalidArgument`, `Timeout`.
 */
export async function deleteObject(bucket: BucketDirectory, key: string, call: DeleteCall): Promise<DeleteOutcome> {
  const { signal } = call;
  let healed: RecordLine | undefined;
  const attempts = new HealAttempts();
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const result = await bucket.withLock(key, signal, () => tryDelete(bucket, key, call, healed));
    if (!('type' in result)) return result;
    if (result.type === 'file') await moveToHashedPath(bucket, result.key, signal);
    if (result.type === 'unhealed') {
      healed = (await readState(bucket, key, signal))?.line;
      evaluateWriteConditions({ ifMatch: call.ifMatch }, healed);
      attempts.accepts({ state: 'replaced' });
    }
    if (result.type === 'unnumbered') await numberCurrent(bucket, key, healed, signal);
  }
  throw changesTooOften();
}

/** @param healed The line of the current body, if it may not be in the record. */
function tryDelete(
  bucket: BucketDirectory,
  key: string,
  { versionId, ifMatch }: DeleteCall,
  healed: RecordLine | undefined,
): DeleteOutcome | Obstacle {
  const hash = keyHash(key);
  const body = bucket.locateBody(key);
  bucket.requireExisted();
  const state = versioningOf(key, bucket.versioning());
  const isVersioned = state !== 'off' || versionId !== undefined;
  let current;
  if (body !== undefined && (isVersioned || ifMatch !== undefined)) {
    const line = findLine(bucket.records.read(key, hash), body.id) ?? (healed?.body === body.id ? healed : undefined);
    if (line === undefined) return { type: 'unhealed' };
    current = { body, line };
  }
  if (ifMatch !== undefined) evaluateWriteConditions({ ifMatch }, current?.line);
  if (isVersioned) return deleteVersion(bucket, key, { state, versionId, current });
  if (body !== undefined) removeCurrentBody(bucket, key, body);
  bucket.records.remove(hash);
  return {};
}
