import { emptyResponse } from '../protocol/s3-response.js';
import type { Operation } from './operation.js';
import { requireBucket } from './require-bucket.js';

export const headBucket: Operation = {
  name: 'HeadBucket',
  access: 'read',
  async handle(context) {
    await requireBucket(context);
    return emptyResponse(200, ['x-amz-bucket-region', context.service.region]);
  },
};
