import { StorageError } from '@anybucket/core/backend';
import { hasErrno, look, makeFolder } from './file-calls.js';
import type { FileCalls } from './file-calls.js';

/**
 * What is above a path, below its bucket's folder: folders all the way, or the first place that is none. No link is followed, nowhere.
 */
export type Parents = 'folders' | { readonly at: string; readonly is: 'missing' | 'file' | 'other' };

/** Looks at the folders above a path. */
export function parentsOf(calls: FileCalls, folder: string, path: string): Parents {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    const at = path.slice(0, end);
    const there = look(calls, `${folder}/${at}`);
    if (there?.isDirectory() !== true) return { at, is: there === undefined ? 'missing' : there.isFile() ? 'file' : 'other' };
  }
  return 'folders';
}

/**
 * Makes the folders above a path, from the first missing one down.
 * @returns false when someone removed or replaced one meanwhile.
 */
export function makeFolders(calls: FileCalls, folder: string, path: string, missing: string, durable: boolean): boolean {
  try {
    for (let end = missing.length; end >= 0; end = path.indexOf('/', end + 1))
      makeFolder(calls, `${folder}/${path.slice(0, end)}`, durable);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

/** Removes the folders above a path that have become empty, from the lowest up to the bucket's, which stays. */
export function removeEmptyFolders(calls: FileCalls, folder: string, path: string): void {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (!removeIfEmpty(calls, `${folder}/${path.slice(0, end)}`)) return;
  }
}

/** Removes a tree of folders that holds no file; what holds something stays. */
export function removeEmptyTree(calls: FileCalls, folder: string): boolean {
  for (const entry of calls.readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyTree(calls, `${folder}/${entry.name}`);
  }
  return removeIfEmpty(calls, folder);
}

/** Removes all of a folder of ours. Links in it are removed, never followed. */
export function removeTree(calls: FileCalls, folder: string): void {
  if (look(calls, folder)?.isDirectory() !== true) return;
  for (const entry of calls.readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) removeTree(calls, path);
    else calls.unlinkSync(path);
  }
  calls.rmdirSync(folder);
}

/** A place that holds what is no body of ours, and what we don't touch. */
export function inTheWay(path: string): StorageError {
  return new StorageError({
    code: 'AccessDenied',
    message: `${path} is a symbolic link or a special file: it is neither followed nor replaced`,
  });
}

function removeIfEmpty(calls: FileCalls, folder: string): boolean {
  try {
    calls.rmdirSync(folder);
    return true;
  } catch (error) {
    // Someone puts into it, or has removed it: either way it isn't ours to remove.
    if (hasErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM', 'EBUSY')) return false;
    throw error;
  }
}
