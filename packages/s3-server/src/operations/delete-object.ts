import { isStorageError } from '@anybucket/core';
import type { DeleteOutcome } from '@anybucket/core';
import { S3Error } from '../protocol/s3-error.js';
import { emptyResponse } from '../protocol/s3-response.js';
import { deleteTree, isForced } from './delete-tree.js';
import { requestedVersion } from './object-version.js';
import type { Operation, OperationContext } from './operation.js';
import { requireBucket } from './require-bucket.js';

export const deleteObject: Operation = {
  name: 'DeleteObject',
  access: 'write',
  async handle(context) {
    const { key } = context.request;
    if (isForced(context)) {
      await deleteTree(context, key, (other) => other === key || other.startsWith(key.endsWith('/') ? key : `${key}/`));
      return emptyResponse(204);
    }
    const { versionId, isDeleteMarker } = await deleteVersion(context);
    const headers = isDeleteMarker === true ? ['x-amz-delete-marker', 'true'] : [];
    if (versionId !== undefined && versionId !== 'null') headers.push('x-amz-version-id', versionId);
    return emptyResponse(204, versionId === 'null' ? [] : headers);
  },
};

/** Deletes the object, or a version of it. As in S3, a version that does not exist is no error. */
async function deleteVersion(context: OperationContext): Promise<DeleteOutcome> {
  const { service, bucket, request } = context;
  try {
    const versionId = requestedVersion(context);
    // As on MinIO, a backend that cannot evaluate the condition ignores it.
    const ifMatch = service.datastore.capabilities.conditionalDelete ? request.headers.get('if-match') : undefined;
    return await bucket.delete(request.key, { versionId, ifMatch });
  } catch (error) {
    const isMissing = error instanceof S3Error ? error.code === 'NoSuchVersion' : isStorageError(error, 'NoSuchVersion');
    if (!isMissing) throw error;
    await requireBucket(context);
    return {};
  }
}
