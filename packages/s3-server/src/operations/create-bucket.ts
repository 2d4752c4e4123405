import type { Tags } from '@anybucket/core';
import { S3Error, notImplemented } from '../protocol/s3-error.js';
import { emptyResponse } from '../protocol/s3-response.js';
import { checkBucketTags, readTagElements } from '../protocol/tagging.js';
import { childOf, parseXml } from '../protocol/xml-parser.js';
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
    const tags = await readBucketTags(await body.bytes(maxBodyBytes));
    const { bucket } = request;
    const created = await service.datastore.createBucket(bucket, { signal });
    if (!created) throw new S3Error('BucketAlreadyOwnedByYou');
    if (hasObjectLock) await service.datastore.bucket(bucket).setVersioning('enabled', { signal });
    service.bucketSettings.addBucket(bucket, { hasObjectLock, tags });
    return emptyResponse(200, ['Location', `/${bucket}`, 'x-amz-bucket-arn', `arn:aws:s3:::${bucket}`]);
  },
};

/** Returns the tags in a `CreateBucketConfiguration`. As on MinIO without a region, any location is accepted. */
async function readBucketTags(document: Buffer): Promise<Tags | undefined> {
  if (document.length === 0) return undefined;
  const tags = childOf(await parseXml(document, 'CreateBucketConfiguration'), 'Tags');
  return tags === undefined ? undefined : checkBucketTags(readTagElements(tags));
}
