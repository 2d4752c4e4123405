import { notImplemented } from '../protocol/s3-error.js';
import { emptyResponse } from '../protocol/s3-response.js';
import { requestedVersion, versionHeaders } from './object-version.js';
import type { Operation } from './operation.js';

export const deleteObject: Operation = {
  name: 'DeleteObject',
  access: 'write',
  async handle(context) {
    const { service, bucket, request } = context;
    if (request.headers.get('x-minio-force-delete')?.toLowerCase() === 'true') throw notImplemented('x-minio-force-delete');
    const versionId = await existingVersion(context);
    if (versionId === 'none') return emptyResponse(204);
    // As on MinIO, a backend that cannot evaluate the condition ignores it.
    const ifMatch = service.datastore.capabilities.conditionalDelete ? request.headers.get('if-match') : undefined;
    await bucket.delete(request.key, { versionId, ifMatch });
    return emptyResponse(204, versionHeaders(versionId));
  },
};
