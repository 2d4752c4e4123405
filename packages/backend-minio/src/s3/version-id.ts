import { StorageError, parseVersionId } from '@anybucket/core/backend';

/** Returns true for the refusal of a well-formed version id by a server whose ids have another form. No version has such an id. */
export function isUnknownVersion({ code, message }: StorageError, versionId: string | undefined): boolean {
  return code === 'InvalidArgument' && /version ?id/i.test(message) && versionId !== undefined && isVersionId(versionId);
}

export function toNoSuchVersion({ requestId, serverCode, cause }: StorageError): StorageError {
  return new StorageError({ code: 'NoSuchVersion', message: 'the version does not exist', requestId, serverCode, cause });
}

function isVersionId(versionId: string): boolean {
  try {
    parseVersionId(versionId);
    return true;
  } catch {
    return false;
  }
}
