import { types } from 'node:util';
import { StorageError, isStorageError, withContext } from '../api/errors.js';
import type { ErrorContext, StorageErrorCode } from '../api/errors.js';

/** The errno values with a corresponding error code. ENOENT is absent: only the driver can tell what is missing. */
const codeOfErrno: ReadonlyMap<string | undefined, StorageErrorCode> = new Map([
  ['EACCES', 'AccessDenied'],
  ['EPERM', 'AccessDenied'],
  ['EROFS', 'AccessDenied'],
  ['ENOSPC', 'StorageFull'],
  ['EDQUOT', 'StorageFull'],
  ['EFBIG', 'EntityTooLarge'],
]);

/** Converts any thrown value to a {@link StorageError} with the operation, bucket and key of the call. */
export function toStorageError(error: unknown, context: ErrorContext): StorageError {
  if (error instanceof StorageError) return withContext(error, context);
  // An error from another copy of this package is not rebuilt: its class is not ours.
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

/** Returns the errno of a system error, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  // Not `instanceof Error`: under Jest, errors of Node come from another realm.
  return types.isNativeError(error) && 'errno' in error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
