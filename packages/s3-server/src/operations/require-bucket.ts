import { S3Error } from '../protocol/s3-error.js';
import type { OperationContext } from './operation.js';

/** @throws `NoSuchBucket` */
export async function requireBucket({ service, request, signal }: OperationContext): Promise<void> {
  if (!(await service.datastore.bucketExists(request.bucket, { signal }))) throw new S3Error('NoSuchBucket');
}
