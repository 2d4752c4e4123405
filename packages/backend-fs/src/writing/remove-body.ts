import { dirname } from 'node:path';
import type { BucketDirectory, LocatedBody } from '../root/bucket-directory.js';
import { removeEmptyAncestors, syncDirectory } from '../system/directories.js';
import { ignoreNotFound } from '../system/errno.js';
import { lstatOrUndefined } from '../system/files.js';

/**
 * Removes the current body of a key, and the directories that are empty then.
 * @param remove Removes the file from its path. By default, deletes it.
 */
export function removeCurrentBody(bucket: BucketDirectory, key: string, { path }: LocatedBody, remove?: (path: string) => void): void {
  const { root, paths } = bucket;
  const { calls } = root;
  // An older body at the hashed path would become current, so it is removed first.
  const hashedPath = bucket.hashedBodyPath(key);
  if (path !== hashedPath && lstatOrUndefined(calls, hashedPath) !== undefined) ignoreNotFound(() => calls.unlinkSync(hashedPath));
  if (remove === undefined) ignoreNotFound(() => calls.unlinkSync(path));
  else remove(path);
  if (root.durable) syncDirectory(calls, dirname(path));
  if (path !== hashedPath) removeEmptyAncestors(calls, paths.bucket, key);
}
