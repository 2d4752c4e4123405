import { types } from 'node:util';
import { StorageError, isStorageError, withContext } from '../api/errors.js';
import type { ErrorContext, StorageErrorCode } from '../api/errors.js';

/** The system's errors that S3 has a code for. Whatever isn't here is never taken for "not found". */
const codeOfErrno: ReadonlyMap<string | undefined, StorageErrorCode> = new Map([
  ['EACCES', 'AccessDenied'],
  ['EPERM', 'AccessDenied'],
  ['EROFS', 'AccessDenied'],
  ['ENOSPC', 'StorageFull'],
  ['EDQUOT', 'StorageFull'],
  ['EFBIG', 'EntityTooLarge'],
]);

/** Whatever was thrown, as the one error class, with what the call was about. */
export function toStorageError(error: unknown, context: ErrorContext): StorageError {
  if (error instanceof StorageError) return withContext(error, context);
  // Another copy of this package: it says what it says.
  if (isStorageError(error)) return error;
  const message = types.isNativeError(error) || error instanceof Error ? error.message : String(error);
  return new StorageError({
    ...context,
    code: codeOfErrno.get(errnoOf(error)) ?? 'InternalError',
    message,
    retryable: false,
    cause: error,
  });
}

/** The name of the system's error, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  // Not `instanceof Error`: under Jest, errors of Node come from another realm.
  return types.isNativeError(error) && 'errno' in error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
