import { StorageError, parseVersionId } from '@anybucket/core/backend';
import { namesVersion, versionOf } from './request.js';
import type { S3Request } from './request.js';

/**
 * Returns an error of a server as other servers report it, or with the reason that only the request shows.
 * @param isAnonymous true if the request was not signed.
 */
export function refineError(error: StorageError, request: S3Request, isAnonymous: boolean): StorageError {
  // MinIO sends NoSuchVersion for a condition on a missing key `a/`, though the request names no version.
  if (error.code === 'NoSuchVersion' && !namesVersion(request)) return toNoSuchKey(error);
  if (isUnknownVersion(error, request)) return toNoSuchVersion(error);
  return error.code === 'AccessDenied' && isAnonymous ? withoutCredentials(error) : error;
}

function toNoSuchKey({ requestId, serverCode, cause }: StorageError): StorageError {
  return new StorageError({ code: 'NoSuchKey', message: 'the object does not exist', requestId, serverCode, cause });
}

/** Tells whether an error is about a well-formed version id that the server refuses, because its own ids have another form. No version has it. */
function isUnknownVersion({ code, message }: StorageError, request: S3Request): boolean {
  const versionId = versionOf(request);
  return code === 'InvalidArgument' && /version ?id/i.test(message) && versionId !== undefined && isVersionId(versionId);
}

function isVersionId(versionId: string): boolean {
  try {
    parseVersionId(versionId);
    return true;
  } catch {
    return false;
  }
}

function toNoSuchVersion({ requestId, serverCode, cause }: StorageError): StorageError {
  return new StorageError({ code: 'NoSuchVersion', message: 'the version does not exist', requestId, serverCode, cause });
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
