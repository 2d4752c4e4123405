import { S3Error } from '../protocol/s3-error.js';
import { documentResponse, emptyResponse } from '../protocol/s3-response.js';
import { checkBucketTags, parseTagging, taggingDocument } from '../protocol/tagging.js';
import type { Operation } from './operation.js';
import { requireBucket } from './require-bucket.js';

const maxBodyBytes = 1024 * 1024;

export const getBucketTagging: Operation = {
  name: 'GetBucketTagging',
  access: 'read',
  async handle(context) {
    await requireBucket(context);
    const tags = context.service.bucketSettings.tags(context.request.bucket);
    if (tags === undefined) throw new S3Error('NoSuchTagSet');
    return documentResponse(200, taggingDocument(tags));
  },
};

export const putBucketTagging: Operation = {
  name: 'PutBucketTagging',
  access: 'write',
  async handle(context) {
    const tags = checkBucketTags(await parseTagging(await context.body.bytes(maxBodyBytes)));
    await requireBucket(context);
    context.service.bucketSettings.setTags(context.request.bucket, tags);
    return emptyResponse(200);
  },
};

export const deleteBucketTagging: Operation = {
  name: 'DeleteBucketTagging',
  access: 'write',
  async handle(context) {
    await requireBucket(context);
    context.service.bucketSettings.setTags(context.request.bucket, undefined);
    return emptyResponse(204);
  },
};
