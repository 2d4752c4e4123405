import { StorageError, isVersionId } from '@anybucket/core/backend';
import { namesVersion, versionOf } from './request.js';
import type { S3Request } from './request.js';

/** Returns true for the refusal of a well-formed version id by a server whose ids have another form. No version has such an id. */
export function isUnknownVersion({ code, message }: StorageError, versionId: string | undefined): boolean {
  return code === 'InvalidArgument' && /version ?id/i.test(message) && versionId !== undefined && isVersionId(versionId);
}

/** Returns NoSuchVersion for a version id that the server refuses, and NoSuchKey for NoSuchVersion without a version id. */
export function correctVersionError(error: StorageError, request: S3Request): StorageError {
  const { requestId, serverCode, cause } = error;
  if (isUnknownVersion(error, versionOf(request)))
    return new StorageError({ code: 'NoSuchVersion', message: 'the version does not exist', requestId, serverCode, cause });
  // MinIO sends it for a condition on a missing key `a/`.
  if (error.code !== 'NoSuchVersion' || namesVersion(request)) return error;
  return new StorageError({ code: 'NoSuchKey', message: 'the object does not exist', requestId, serverCode, cause });
}
