import { StorageError, cut, isStorageError, maxDetailLength, maxQuotedLength, withContext } from '../api/errors.js';
import type { ErrorContext, StorageErrorCode } from '../api/errors.js';
import { isError } from '../rules/type-checks.js';

/** The errno values with a corresponding error code. ENOENT is absent: only the driver can tell what is missing. */
const codeOfErrno: ReadonlyMap<string | undefined, StorageErrorCode> = new Map([
  ['EACCES', 'AccessDenied'],
  ['EPERM', 'AccessDenied'],
  ['EROFS', 'AccessDenied'],
  ['ENOSPC', 'StorageFull'],
  ['EDQUOT', 'StorageFull'],
  ['EFBIG', 'EntityTooLarge'],
  ['EMFILE', 'TooManyOpenFiles'],
  ['ENFILE', 'TooManyOpenFiles'],
]);

/** Converts any thrown value to a {@link StorageError} with the operation, bucket and key of the call. */
export function toStorageError(error: unknown, context: ErrorContext): StorageError {
  if (error instanceof StorageError) return withContext(error, context);
  // An error from another copy of this package is not rebuilt: its class is not ours.
  if (isStorageError(error)) return error;
  const message = cut(isError(error) ? withShortPaths(error) : String(error), maxDetailLength);
  const code = codeOfErrno.get(errnoOf(error));
  // Unlike an InternalError of a server, an unexpected exception is not transient.
  if (code === undefined) return new StorageError({ ...context, code: 'InternalError', message, retryable: false, cause: error });
  return new StorageError({ ...context, code, message, cause: error });
}

/** Returns the message of an error. System errors quote paths, which may have been passed by the caller. */
function withShortPaths(error: Error): string {
  const { path, dest }: { readonly path?: unknown; readonly dest?: unknown } = error as object;
  const isLong = (text: unknown): text is string => typeof text === 'string' && text.length > maxQuotedLength;
  return [path, dest].filter(isLong).reduce((message, long) => message.replaceAll(long, () => cut(long)), error.message);
}

/** Returns whether a call failed because the process or the system has too many open files, which may be over soon. */
export function isOutOfDescriptors(error: unknown): boolean {
  return codeOfErrno.get(errnoOf(error)) === 'TooManyOpenFiles';
}

/** Returns the errno of a system error, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  return isError(error) && 'errno' in error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
