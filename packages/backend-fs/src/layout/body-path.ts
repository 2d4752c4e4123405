import { checkBucketName, checkKey } from '@anybucket/core/backend';
import { look } from '../system/file-calls.js';
import { readRules } from './format.js';
import { digestOf, placeOf } from './key-paths.js';
import type { NameRules } from './key-paths.js';
import { hiddenName } from '../root/root.js';
import type { RootSettings } from '../root/root.js';

/** What is taken for true of a root that is not made yet. */
const likelyRules: NameRules = { foldsNames: process.platform !== 'linux', windowsNames: process.platform === 'win32', longestPath: 512 };

/**
 * The path of the file that holds an object's body; where there is no object, the one that it would get.
 * @throws `InvalidBucketName`, `InvalidArgument` and the other codes for names and keys that are refused.
 */
export function pathOf({ calls, path: root }: RootSettings, bucket: string, key: string): string {
  checkBucketName(bucket);
  checkKey(key);
  const hidden = `${root}/${hiddenName}`;
  const place = placeOf(key, readRules(calls, `${hidden}/format.json`) ?? likelyRules);
  const hiddenBody = `${hidden}/buckets/${bucket}/bodies/${digestOf(key)}`;
  if ('digest' in place) return hiddenBody;
  const path = `${root}/${bucket}/${key}`;
  const there = look(calls, path);
  const isHidden = there?.isDirectory() === true || (there === undefined && look(calls, hiddenBody) !== undefined);
  return isHidden ? hiddenBody : path;
}
