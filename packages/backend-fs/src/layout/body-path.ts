import { checkBucketName, checkKey } from '@anybucket/core/backend';
import type { FileCalls } from '../system/file-calls.js';
import { lstatOrUndefined } from '../system/files.js';
import { readFormat } from './format.js';
import { defaultRules, isStoredAtPath, keyHash } from './key-paths.js';
import { bucketPaths, rootPaths } from './paths.js';

/**
 * Returns the path of the file that holds an object's body, or that would hold it if the object existed.
 * @param root Absolute path of the root; it need not exist.
 * @throws `InvalidBucketName`, `InvalidKey`, `KeyTooLongError`, `InvalidArgument` for an invalid bucket name or key.
 */
export function bodyPath(calls: FileCalls, root: string, bucket: string, key: string): string {
  checkBucketName(bucket);
  checkKey(key);
  const paths = rootPaths(root);
  const { bucket: directory, hashedBodies } = bucketPaths(paths, bucket);
  const hashedPath = `${hashedBodies}/${keyHash(key)}`;
  if (!isStoredAtPath(key, readFormat(calls, paths.format) ?? defaultRules)) return hashedPath;
  const path = `${directory}/${key}`;
  const stats = lstatOrUndefined(calls, path);
  const isHashed = stats?.isDirectory() === true || (stats === undefined && lstatOrUndefined(calls, hashedPath) !== undefined);
  return isHashed ? hashedPath : path;
}
