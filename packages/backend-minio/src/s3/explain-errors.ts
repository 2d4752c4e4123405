import { StorageError, parseVersionId } from '@anybucket/core/backend';
import { versionOf } from './request.js';
import type { S3Request } from './request.js';

/** Returns true for a well-formed version id that the server refuses, because its own ids have another form. No version has such an id. */
export function isUnknownVersion({ code, message }: StorageError, request: S3Request): boolean {
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

/** MinIO sends NoSuchVersion for a condition on a missing key `a/`, though the request names no version. */
export function toNoSuchKey({ requestId, serverCode, cause }: StorageError): StorageError {
  return new StorageError({ code: 'NoSuchKey', message: 'the object does not exist', requestId, serverCode, cause });
}

export function toNoSuchVersion({ requestId, serverCode, cause }: StorageError): StorageError {
  return new StorageError({ code: 'NoSuchVersion', message: 'the version does not exist', requestId, serverCode, cause });
}

/** Explains why an anonymous request was refused. */
export function withoutCredentials({ message, status, requestId, serverCode, cause }: StorageError): StorageError {
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
