import { isVersionId } from '@anybucket/core/backend';
import { S3Error } from '../protocol/s3-error.js';
import type { OperationContext } from './operation.js';

/** Other backends may have ids in another form, as AWS does. */
const backendsWithUuids: ReadonlySet<string> = new Set(['memory', 'fs']);

/** Returns the version that a request names; undefined for the latest one. @throws the errors of {@link checkVersionId}. */
export function requestedVersion(context: OperationContext): string | undefined {
  return checkVersionId(context.request.query.get('versionId'), context);
}

/**
 * Checks the id of a version. A datastore without versions has only the version `null`.
 *
 * @returns undefined for the latest version.
 * @throws `InvalidArgument` if the id is malformed, `NoSuchVersion` if the datastore has no versions.
 */
export function checkVersionId(versionId: string | undefined, { service }: OperationContext): string | undefined {
  if (versionId === undefined || versionId === '') return undefined;
  const { capabilities, backend } = service.datastore;
  if (capabilities.versioning && !backendsWithUuids.has(backend)) return versionId;
  if (!isVersionId(versionId)) throw new S3Error('InvalidArgument', { message: 'Invalid version id specified' });
  if (capabilities.versioning) return versionId;
  if (versionId === 'null') return undefined;
  throw new S3Error('NoSuchVersion');
}

/** Returns the header that names a version. */
export function versionHeaders(versionId: string | undefined): readonly string[] {
  return versionId === undefined || versionId === 'null' ? [] : ['x-amz-version-id', versionId];
}
