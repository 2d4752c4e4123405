import { dirname } from 'node:path';
import type { BucketDirectory, LocatedBody } from '../root/bucket-directory.js';
import { removeEmptyAncestors, syncNearestDirectory } from '../system/directories.js';
import { ignoreNotFound } from '../system/errno.js';
import { lstatOrUndefined } from '../system/files.js';

/**
 * Removes the current body of a key, and the directories that are empty then.
 * @param moveAway Moves the file to another path. By default, it is deleted.
 */
export function removeCurrentBody(bucket: BucketDirectory, key: string, { path }: LocatedBody, moveAway?: (path: string) => void): void {
  const { calls, durable } = bucket.root;
  const remove = (removed: string): void => {
    ignoreNotFound(() => calls.unlinkSync(removed));
    // Another process may have removed the directory, which is empty now.
    if (durable) syncNearestDirectory(calls, dirname(removed));
  };
  // An older body at the hashed path would become current, so it is removed first.
  const hashedPath = bucket.hashedBodyPath(key);
  if (path !== hashedPath && lstatOrUndefined(calls, hashedPath) !== undefined) remove(hashedPath);
  if (moveAway === undefined) remove(path);
  else {
    moveAway(path);
    if (durable) syncNearestDirectory(calls, dirname(path));
  }
  if (path !== hashedPath) removeEmptyAncestors(calls, bucket.paths.bucket, key);
}
