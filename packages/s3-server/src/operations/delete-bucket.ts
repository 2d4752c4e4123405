import { S3Error } from '../protocol/s3-error.js';
import { emptyResponse } from '../protocol/s3-response.js';
import type { Operation, OperationContext } from './operation.js';

export const deleteBucket: Operation = {
  name: 'DeleteBucket',
  access: 'write',
  async handle(context) {
    const { service, request, signal } = context;
    // An extension of MinIO.
    if (request.headers.get('x-minio-force-delete')?.toLowerCase() === 'true') {
      if (service.datastore.capabilities.versioning) await deleteAllVersions(context);
      else await deleteAllObjects(context);
    }
    const removed = await service.datastore.removeBucket(request.bucket, { signal });
    if (!removed) throw new S3Error('NoSuchBucket');
    service.bucketSettings.removeBucket(request.bucket);
    return emptyResponse(204);
  },
};

async function deleteAllObjects({ bucket, signal }: OperationContext): Promise<void> {
  for (;;) {
    const { entries } = await bucket.listPage({ metadata: false, signal });
    if (entries.length === 0) return;
    await bucket.delete(
      entries.map(({ key }) => key),
      { signal },
    );
  }
}

async function deleteAllVersions({ bucket, signal }: OperationContext): Promise<void> {
  for (;;) {
    const { entries } = await bucket.listVersionsPage({ signal });
    if (entries.length === 0) return;
    const versions = entries.flatMap((entry) => (entry.isPrefix === true ? [] : [{ key: entry.key, versionId: entry.versionId }]));
    await bucket.delete(versions, { signal });
  }
}
