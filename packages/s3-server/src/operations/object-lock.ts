import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { textElement } from '../protocol/xml-writer.js';
import type { Operation } from './operation.js';
import { requireBucket } from './require-bucket.js';

/**
 * A bucket may be created with object lock, as many clients do to have versions. Its versioning cannot be suspended. Without retention and legal
 * hold, which are not implemented, the lock has no other effect.
 */
export const getObjectLockConfiguration: Operation = {
  name: 'GetObjectLockConfiguration',
  access: 'read',
  async handle(context) {
    const { service, request } = context;
    await requireBucket(context);
    if (!service.bucketSettings.hasObjectLock(request.bucket)) throw new S3Error('ObjectLockConfigurationNotFoundError');
    return xmlResponse('ObjectLockConfiguration', textElement('ObjectLockEnabled', 'Enabled'));
  },
};

/** Returns an operation that reads the lock of an object, of which none has one. */
export function missingObjectLock(name: string): Operation {
  return {
    name,
    access: 'read',
    support: 'fixed',
    async handle(context) {
      const { service, request, bucket, signal } = context;
      await requireBucket(context);
      if (!service.bucketSettings.hasObjectLock(request.bucket))
        throw new S3Error('InvalidRequest', { message: 'Bucket is missing ObjectLockConfiguration' });
      await bucket.stat(request.key, { signal });
      throw new S3Error('NoSuchObjectLockConfiguration');
    },
  };
}
