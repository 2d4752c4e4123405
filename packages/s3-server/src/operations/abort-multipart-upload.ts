import { emptyResponse } from '../protocol/s3-response.js';
import type { Operation } from './operation.js';
import { requestedUpload } from './requested-upload.js';

export const abortMultipartUpload: Operation = {
  name: 'AbortMultipartUpload',
  access: 'write',
  async handle(context) {
    const { signal } = context;
    const upload = requestedUpload(context);
    // As on S3, a missing upload is an error; the abort of the core succeeds.
    await upload.listPartsPage({ pageSize: 1, signal });
    await upload.abort({ signal });
    return emptyResponse(204);
  },
};
