import { dirname } from 'node:path';
import { StorageError } from '@anybucket/core/backend';
import { hasErrno, ignoreNotFound } from './errno.js';
import { openFlags } from './file-calls.js';
import type { FileCalls } from './file-calls.js';
import { lstatOrUndefined, writeAll } from './files.js';
import type { TempFile } from './files.js';

/** The first ancestor of a path that is not a directory. */
export interface NonDirectory {
  /** Relative to the base directory. */
  readonly path: string;
  /** `other`: a symbolic link or a special file. */
  readonly type: 'missing' | 'file' | 'other';
}

/**
 * Finds the first ancestor of a path that is not a directory, from the base directory down. Symbolic links are not followed.
 * @param base Absolute path of the directory that `path` is relative to.
 * @returns Undefined when all ancestors are directories.
 */
export function findNonDirectory(calls: FileCalls, base: string, path: string): NonDirectory | undefined {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    const ancestor = path.slice(0, end);
    const stats = lstatOrUndefined(calls, `${base}/${ancestor}`);
    if (stats?.isDirectory() !== true) return { path: ancestor, type: stats === undefined ? 'missing' : stats.isFile() ? 'file' : 'other' };
  }
  return undefined;
}

/**
 * Creates a directory.
 * @param durable Flushes the parent directory to the disk.
 * @returns False when the path exists.
 */
export function makeDirectory(calls: FileCalls, path: string, durable = false): boolean {
  try {
    calls.mkdirSync(path);
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
  if (durable) syncDirectory(calls, dirname(path));
  return true;
}

/**
 * Creates the ancestors of a path, starting with the first missing one.
 * @param base Absolute path of the directory that `path` and `firstMissing` are relative to.
 * @returns False when another process removed or replaced one of them meanwhile.
 */
export function makeAncestors(calls: FileCalls, base: string, path: string, firstMissing: string, durable: boolean): boolean {
  try {
    for (let end = firstMissing.length; end >= 0; end = path.indexOf('/', end + 1))
      makeDirectory(calls, `${base}/${path.slice(0, end)}`, durable);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

/** Removes the empty ancestors of a path, from the lowest up. The base directory stays. */
export function removeEmptyAncestors(calls: FileCalls, base: string, path: string): void {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (!removeIfEmpty(calls, `${base}/${path.slice(0, end)}`)) return;
  }
}

/** Removes a directory tree that contains no files. @returns False when a file is left, or a path that is too long for the system. */
export function removeEmptyTree(calls: FileCalls, directory: string): boolean {
  try {
    for (const entry of calls.readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) removeEmptyTree(calls, `${directory}/${entry.name}`);
    }
  } catch (error) {
    if (!hasErrno(error, 'ENAMETOOLONG')) throw error;
  }
  return removeIfEmpty(calls, directory);
}

/** Removes a directory and everything in it. Symbolic links are removed, not followed. */
export function removeTree(calls: FileCalls, directory: string): void {
  if (lstatOrUndefined(calls, directory)?.isDirectory() !== true) return;
  for (const entry of calls.readdirSync(directory, { withFileTypes: true })) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory()) removeTree(calls, path);
    else calls.unlinkSync(path);
  }
  calls.rmdirSync(directory);
}

/**
 * Writes text to a temp file, and renames it over a path.
 * @param temp An open, empty file on the same volume. It is closed, and removed if the path cannot be replaced.
 * @param durable Whether to flush the file and its directory entry to the disk.
 */
export function replaceTextFile(calls: FileCalls, path: string, text: string, temp: TempFile, durable: boolean): void {
  try {
    try {
      writeAll(calls, temp.fd, Buffer.from(text));
      if (durable) calls.fsyncSync(temp.fd);
    } finally {
      calls.closeSync(temp.fd);
    }
    calls.renameSync(temp.path, path);
  } catch (error) {
    ignoreNotFound(() => calls.unlinkSync(temp.path));
    throw error;
  }
  if (durable) syncDirectory(calls, dirname(path));
}

/** Flushes the entries of a directory to the disk. Windows has no such call. */
export function syncDirectory(calls: FileCalls, path: string): void {
  if (process.platform === 'win32') return;
  const fd = calls.openSync(path, openFlags.read);
  try {
    calls.fsyncSync(fd);
  } finally {
    calls.closeSync(fd);
  }
}

/** Flushes a directory, or its nearest ancestor that exists, to the disk. */
export function syncNearestDirectory(calls: FileCalls, path: string): void {
  try {
    syncDirectory(calls, path);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR') || dirname(path) === path) throw error;
    syncNearestDirectory(calls, dirname(path));
  }
}

/** Creates an internal directory if it is missing. @throws `AccessDenied` when something else is in its place. */
export function makeInternalDirectory(calls: FileCalls, path: string, durable: boolean): void {
  if (!makeDirectory(calls, path, durable) && lstatOrUndefined(calls, path)?.isDirectory() === false) throw unsupportedFileType(path);
}

/** Creates the error for a path that holds a symbolic link or a special file. */
export function unsupportedFileType(path: string): StorageError {
  return new StorageError({
    code: 'AccessDenied',
    message: `${path} is a symbolic link, a special file or a directory, which is neither followed nor replaced`,
  });
}

function removeIfEmpty(calls: FileCalls, directory: string): boolean {
  try {
    calls.rmdirSync(directory);
    return true;
  } catch (error) {
    // Another process is writing to it or has removed it.
    if (hasErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM', 'EBUSY', 'ENAMETOOLONG')) return false;
    throw error;
  }
}
