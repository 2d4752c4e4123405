import type { StorageErrorCode } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';

/** The messages of S3. */
const messages: Partial<Readonly<Record<StorageErrorCode, string>>> = {
  AccessDenied: 'Access Denied.',
  BadDigest: 'The Content-Md5 you specified did not match what we received.',
  IncompleteBody: 'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  InternalError: 'We encountered an internal error, please try again.',
  NoSuchBucket: 'The specified bucket does not exist',
  NoSuchKey: 'The specified key does not exist.',
  PreconditionFailed: 'At least one of the pre-conditions you specified did not hold',
  SlowDown: 'Resource requested is unreadable, please reduce your request rate',
  StorageFull: 'Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed.',
};

/** Codes of a server that the backend for S3 reports by another name. */
const serverCodes: Partial<Readonly<Record<StorageErrorCode, string>>> = {
  InvalidKey: 'XMinioInvalidObjectName',
  StorageFull: 'XMinioStorageFull',
};

/** The error as a server sent it: the `cause` of an error with a status. */
class ServerError extends Error {
  override readonly name = 'S3Error';
  readonly code: string | undefined;
  readonly status: number;
  readonly requestId: string;

  constructor(message: string, code: string | undefined, status: number, requestId: string) {
    super(message);
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }
}

/**
 * Returns an error with the fields of one that the backend for S3 reports. The portable layer adds operation, bucket and key.
 *
 * @param requestId the id of a request that reached the server.
 */
export function faultError(code: StorageErrorCode, requestId: string): StorageError {
  switch (code) {
    case 'ConnectionFailed': {
      const cause = Object.assign(new Error('read ECONNRESET'), { errno: -104, code: 'ECONNRESET', syscall: 'read' });
      return new StorageError({ code, message: `the connection failed (${cause.message})`, retryable: true, cause });
    }
    case 'Timeout':
      return new StorageError({ code, message: 'timed out waiting for the response', retryable: true });
    default:
      return serverError(code, requestId);
  }
}

function serverError(code: StorageErrorCode, requestId: string): StorageError {
  const message = messages[code] ?? 'the request failed';
  const { status } = new StorageError({ code, message });
  if (status === undefined) return new StorageError({ code, message });
  // A response with this status has no body.
  const serverCode = code === 'NotModified' ? undefined : (serverCodes[code] ?? code);
  const retryable = [429, 500, 502, 503, 504].includes(status) ? true : undefined;
  return new StorageError({
    code,
    message,
    serverCode,
    requestId,
    retryable,
    cause: new ServerError(message, serverCode, status, requestId),
  });
}
