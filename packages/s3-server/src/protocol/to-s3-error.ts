import { isStorageError } from '@anybucket/core';
import type { StorageError } from '@anybucket/core';
import type { ErrorCode } from './error-codes.js';
import { describeErrorCode } from './error-codes.js';
import { S3Error } from './s3-error.js';

/** Codes of the core that S3 does not have, or for which MinIO has another. */
const codes: Readonly<Record<string, ErrorCode>> = {
  ConnectionFailed: 'ServiceUnavailable',
  DatastoreClosed: 'ServiceUnavailable',
  InvalidKey: 'XMinioInvalidObjectName',
  RequestFailed: 'ServiceUnavailable',
  StorageFull: 'XMinioStorageFull',
  Timeout: 'RequestTimeout',
  TooManyOpenFiles: 'SlowDown',
};

/** Codes whose message in the core describes the request, without anything of the system behind the datastore. */
const codesWithDetails = new Set<string>(['BadRequest', 'InvalidArgument', 'InvalidRequest', 'InvalidTag', 'NotImplemented']);

/**
 * Converts any failure of an operation to the error that is sent. The messages of the core are not sent: they may contain paths. Codes that
 * are not known become `InternalError`.
 */
export function toS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  if (!isStorageError(error)) return new S3Error('InternalError', { cause: error });
  // A failure of the payload is the cause of the error of the put that read it.
  if (error.cause instanceof S3Error) return error.cause;
  const serverCode = error.serverCode !== undefined && describeErrorCode(error.serverCode) !== undefined ? error.serverCode : undefined;
  const code = serverCode ?? codes[error.code] ?? error.code;
  if (describeErrorCode(code) === undefined) return new S3Error('InternalError', { cause: error });
  const message = codesWithDetails.has(code) ? detailOf(error) : undefined;
  return new S3Error(code as ErrorCode, { message, headers: markerHeaders(error), bucket: error.bucket, key: error.key, cause: error });
}

/** Returns the headers that name the delete marker which a read met. */
function markerHeaders({ deleteMarker }: StorageError): readonly string[] {
  return deleteMarker === undefined ? [] : ['x-amz-delete-marker', 'true', 'x-amz-version-id', deleteMarker];
}

/** Returns the message without operation, key and code. */
function detailOf({ message, code, operation }: StorageError): string {
  const end = message.endsWith(` (${code})`) ? -code.length - 3 : undefined;
  const text = message.slice(0, end);
  if (operation === undefined || !text.startsWith(operation)) return text;
  const start = /^\w+(?: "(?:[^"\\]|\\.)*")?(?:\.\.\. \(\d+ characters\))?: /.exec(text)?.[0].length ?? 0;
  return text.slice(start);
}
