import { StorageError } from '@anybucket/core/backend';
import { hasErrno, look, makeFolder } from './file-calls.js';
import type { FileCalls } from './file-calls.js';

/** What becomes of the folders above a key's path. */
export type Parents = 'ready' | { readonly fileAt: string };

/** Tells whether every folder above a path, below its bucket's, is one: no link is followed, nowhere. */
export function hasFolders(calls: FileCalls, folder: string, path: string): boolean {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    if (look(calls, `${folder}/${path.slice(0, end)}`)?.isDirectory() !== true) return false;
  }
  return true;
}

/**
 * Makes the folders above a path, below its bucket's folder, that are missing.
 * @returns `fileAt` a key whose body stands where a folder should be.
 * @throws `AccessDenied` where a link or a special file stands in the way.
 */
export function makeFolders(calls: FileCalls, folder: string, path: string, durable: boolean): Parents {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    const parent = path.slice(0, end);
    const found = look(calls, `${folder}/${parent}`);
    if (found === undefined) makeFolder(calls, `${folder}/${parent}`, durable);
    else if (found.isFile()) return { fileAt: parent };
    else if (!found.isDirectory()) throw inTheWay(`${folder}/${parent}`);
  }
  return 'ready';
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
