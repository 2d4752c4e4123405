import fs from 'node:fs';

/**
 * The `node:fs` functions that this backend calls, and the only way in which it calls them. Tests replace some of them to simulate a coarse
 * clock, a case-insensitive volume, a failing call or a process that dies.
 */
export type FileCalls = Pick<
  // Not `typeof fs`: the declaration would import a default, which requires `esModuleInterop` of users.
  typeof import('node:fs'),
  | 'closeSync'
  | 'copyFile'
  | 'fchmodSync'
  | 'fchownSync'
  | 'fstatSync'
  | 'fsync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'futimesSync'
  | 'linkSync'
  | 'lstatSync'
  | 'mkdirSync'
  | 'opendirSync'
  | 'openSync'
  | 'read'
  | 'readdirSync'
  | 'readlinkSync'
  | 'readSync'
  | 'realpathSync'
  | 'renameSync'
  | 'rmdirSync'
  | 'statSync'
  | 'unlinkSync'
  | 'write'
  | 'writeSync'
>;

/** The functions of `node:fs`. */
export const systemCalls: FileCalls = fs;

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_APPEND } = fs.constants;
// Windows has none of these flags. There, the `lstat` that precedes every open is the only check.
const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_DIRECTORY = 0, O_NOCTTY = 0 } = fs.constants as Partial<typeof fs.constants>;
const safeFlags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
/** Linux only, and missing in `fs.constants`: opens a directory for use in paths, which requires no permission to read it. */
const O_PATH = 0x20_0000;

/** Flags for `open`. None of them follows a symbolic link or blocks on a pipe. */
export const openFlags = {
  read: O_RDONLY | safeFlags,
  /** Linux only. */
  directory: O_PATH | O_DIRECTORY | O_NOFOLLOW,
  resume: O_WRONLY | O_APPEND | safeFlags,
  append: O_RDWR | O_APPEND | O_CREAT | safeFlags,
  create: O_WRONLY | O_CREAT | O_EXCL | safeFlags,
  lock: O_RDWR | O_CREAT | safeFlags,
} as const;

/** Returns whether an `open` with these flags may create a file. */
export function createsFile(flags: number): boolean {
  return (flags & O_CREAT) !== 0;
}
