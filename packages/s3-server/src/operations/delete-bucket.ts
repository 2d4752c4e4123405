import { S3Error } from '../protocol/s3-error.js';
import { emptyResponse } from '../protocol/s3-response.js';
import { deleteTree, isForced } from './delete-tree.js';
import type { Operation } from './operation.js';

export const deleteBucket: Operation = {
  name: 'DeleteBucket',
  access: 'write',
  async handle(context) {
    const { service, request, signal } = context;
    if (isForced(context)) await deleteTree(context, '', () => true);
    const removed = await service.datastore.removeBucket(request.bucket, { signal });
    // Without the full stop of the other operations: minio-go's functional tests compare the text.
    if (!removed) throw new S3Error('NoSuchBucket', { message: 'The specified bucket does not exist' });
    service.bucketSettings.removeBucket(request.bucket);
    return emptyResponse(204);
  },
};
