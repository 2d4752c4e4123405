import { StorageError } from '@anybucket/core/backend';
import type { S3Request } from './request.js';
import { correctVersionError } from './version-id.js';

/**
 * Returns an error of a server as other servers report it, or with the reason that only the request shows.
 * @param isAnonymous true if the request was not signed.
 */
export function refineError(error: StorageError, request: S3Request, isAnonymous: boolean): StorageError {
  const corrected = correctVersionError(error, request);
  return corrected.code === 'AccessDenied' && isAnonymous ? withoutCredentials(corrected) : corrected;
}

/** Explains why an anonymous request was refused. */
function withoutCredentials({ message, status, requestId, serverCode, cause }: StorageError): StorageError {
  const refusal = message.replace(' (AccessDenied)', '').replace(/(?<!\.)\.$/, '');
  return new StorageError({
    code: 'AccessDenied',
    message: `${refusal}: the request was anonymous, as set by \`credentials: 'anonymous'\``,
    status,
    requestId,
    serverCode,
    cause,
  });
}
