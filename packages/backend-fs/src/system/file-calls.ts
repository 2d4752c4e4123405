import fs from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';

/** Every call of the system that this backend makes. Tests hand in others: a coarse clock, a folding volume, a process that dies. */
export type FileCalls = Pick<
  typeof fs,
  | 'closeSync'
  | 'fstatSync'
  | 'fsync'
  | 'fsyncSync'
  | 'futimesSync'
  | 'lstatSync'
  | 'mkdirSync'
  | 'opendirSync'
  | 'openSync'
  | 'read'
  | 'readdirSync'
  | 'readSync'
  | 'realpathSync'
  | 'renameSync'
  | 'rmdirSync'
  | 'statSync'
  | 'unlinkSync'
  | 'utimesSync'
  | 'write'
  | 'writeSync'
>;

export const systemCalls: FileCalls = fs;

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_APPEND } = fs.constants;
// Windows has neither; what is opened was looked at by `lstat` before, everywhere.
const cautious = ((fs.constants.O_NOFOLLOW as number | undefined) ?? 0) | ((fs.constants.O_NONBLOCK as number | undefined) ?? 0);

/** How files are opened: never through a symbolic link, never waiting for the other end of a pipe. */
export const openFlags = {
  read: O_RDONLY | cautious,
  change: O_RDWR | O_APPEND | cautious,
  append: O_RDWR | O_APPEND | O_CREAT | cautious,
  create: O_WRONLY | O_CREAT | O_EXCL | cautious,
  lock: O_RDWR | O_CREAT | cautious,
} as const;

/** What stands at a path, itself and not what a link points to; undefined when nothing does. */
export function look(calls: FileCalls, path: string): Stats | undefined {
  try {
    return calls.lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (hasErrno(error, 'ENOTDIR', 'ENOENT')) return undefined;
    throw error;
  }
}

/** Tells whether the system failed for one of these reasons. */
export function hasErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Does something to a path, unless nothing is there (any more). */
export function unlessGone(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
  }
}

/**
 * Makes a folder.
 * @param durable written to the disk, too.
 * @returns false when something is there already.
 */
export function makeFolder(calls: FileCalls, path: string, durable = false): boolean {
  try {
    calls.mkdirSync(path);
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  }
  if (durable) syncFolder(calls, dirname(path));
  return true;
}

/** Writes all of it; the system may take less at a time. */
export function writeAll(calls: FileCalls, fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.byteLength;) written += calls.writeSync(fd, bytes, written, bytes.byteLength - written);
}

/** Writes what a folder lists to the disk. Windows has no such call. */
export function syncFolder(calls: FileCalls, path: string): void {
  if (process.platform === 'win32') return;
  const fd = calls.openSync(path, openFlags.read);
  try {
    calls.fsyncSync(fd);
  } finally {
    calls.closeSync(fd);
  }
}
