import fs from 'node:fs';

/**
 * The `node:fs` functions that this backend calls, and the only way in which it calls them. Tests replace some of them to simulate a coarse
 * clock, a case-insensitive volume, a failing call or a process that dies.
 */
export type FileCalls = Pick<
  // Not `typeof fs`: the declaration would import a default, which requires `esModuleInterop` of users.
  typeof import('node:fs'),
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

/** The functions of `node:fs`. */
export const systemCalls: FileCalls = fs;

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_APPEND } = fs.constants;
// Windows has neither flag. There, the `lstat` that precedes every open is the only check.
const safeFlags = ((fs.constants.O_NOFOLLOW as number | undefined) ?? 0) | ((fs.constants.O_NONBLOCK as number | undefined) ?? 0);

/** Flags for `open`. None of them follows a symbolic link or blocks on a pipe. */
export const openFlags = {
  read: O_RDONLY | safeFlags,
  append: O_RDWR | O_APPEND | O_CREAT | safeFlags,
  create: O_WRONLY | O_CREAT | O_EXCL | safeFlags,
  lock: O_RDWR | O_CREAT | safeFlags,
} as const;
