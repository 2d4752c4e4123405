import { types } from 'node:util';
import { StorageError } from '@anybucket/core/backend';

/** The error of a path that is not below the root, because one of its directories is a symbolic link, or was moved or replaced meanwhile. */
export class OutsideRoot extends StorageError {
  constructor(directory: string) {
    super({ code: 'AccessDenied', message: `${directory} is not a directory, or is reached through a symbolic link` });
  }
}

/** Returns whether an error is a system error with one of these codes, such as `ENOENT`. {@link OutsideRoot} counts as `ENOTDIR`. */
export function hasErrno(error: unknown, ...codes: string[]): boolean {
  if (error instanceof OutsideRoot) return codes.includes('ENOTDIR');
  // Not `instanceof Error`: under Jest, errors of Node come from another realm.
  return types.isNativeError(error) && 'code' in error && codes.includes(String(error.code));
}

/** Returns whether an error means that no more files can be opened. */
export function isOutOfDescriptors(error: unknown): boolean {
  return hasErrno(error, 'EMFILE', 'ENFILE');
}

/** Returns whether an error means that nothing can be written at present, although reading may work. */
export function isNotWritable(error: unknown): boolean {
  return hasErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT');
}

/** Runs an action and ignores `ENOENT`. */
export function ignoreNotFound(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
  }
}
