import { types } from 'node:util';
/** Returns whether an error is a system error with one of these codes, such as `ENOENT`. */
export function hasErrno(error: unknown, ...codes: string[]): boolean {
  // Not `instanceof Error`: under Jest, errors of Node come from another realm.
  return types.isNativeError(error) && 'code' in error && codes.includes(String(error.code));
}

/** Runs an action and ignores `ENOENT`. */
export function ignoreNotFound(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error;
  }
}
