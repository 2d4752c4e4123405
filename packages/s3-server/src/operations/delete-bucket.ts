import { isStorageError } from '@anybucket/core';
import { S3Error } from '../protocol/s3-error.js';
import { emptyResponse } from '../protocol/s3-response.js';
import { deleteTree, isForced } from './delete-tree.js';
import type { Operation, OperationContext } from './operation.js';

export const deleteBucket: Operation = {
  name: 'DeleteBucket',
  access: 'write',
  async handle(context) {
    const { service, request, signal } = context;
    if (isForced(context)) await deleteTree(context, '', () => true);
    const removed = await service.datastore.removeBucket(request.bucket, { signal }).catch(async (error: unknown) => {
      if (isStorageError(error, 'BucketNotEmpty') && (await hasVersions(context)))
        throw new S3Error('BucketNotEmpty', {
          message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
        });
      throw error;
    });
    // Without the full stop of the other operations: minio-go's functional tests compare the text.
    if (!removed) throw new S3Error('NoSuchBucket', { message: 'The specified bucket does not exist' });
    service.bucketSettings.removeBucket(request.bucket);
    return emptyResponse(204);
  },
};

async function hasVersions({ service, bucket, signal }: OperationContext): Promise<boolean> {
  return service.datastore.capabilities.versioning && (await bucket.versioning({ signal })) !== 'off';
}
