import { S3Error, notImplemented } from '../protocol/s3-error.js';
import { emptyResponse } from '../protocol/s3-response.js';
import { parseXml } from '../protocol/xml-parser.js';
import type { Operation } from './operation.js';

/** The limit of MinIO for the location constraint. */
const maxBodyBytes = 3 * 1024 * 1024;

export const createBucket: Operation = {
  name: 'CreateBucket',
  access: 'write',
  async handle({ service, request, body, signal }) {
    const lockEnabled = request.headers.get('x-amz-bucket-object-lock-enabled')?.toLowerCase();
    if (lockEnabled !== undefined && lockEnabled !== 'false' && lockEnabled !== 'true') throw new S3Error('InvalidRequest');
    const hasObjectLock = lockEnabled === 'true';
    if (hasObjectLock && !service.datastore.capabilities.versioning) throw notImplemented('Object lock');
    const document = await body.bytes(maxBodyBytes);
    // As on MinIO without a region, any location is accepted.
    if (document.length > 0) await parseXml(document, 'CreateBucketConfiguration');
    const { bucket } = request;
    const created = await service.datastore.createBucket(bucket, { signal });
    if (!created) throw new S3Error('BucketAlreadyOwnedByYou');
    if (hasObjectLock) await service.datastore.bucket(bucket).setVersioning('enabled', { signal });
    service.bucketSettings.addBucket(bucket, hasObjectLock);
    return emptyResponse(200, ['Location', `/${bucket}`]);
  },
};
