import { documentResponse, emptyResponse } from '../protocol/s3-response.js';
import { parseTagging, taggingDocument } from '../protocol/tagging.js';
import { requestedVersion, versionHeaders } from './object-version.js';
import type { Operation } from './operation.js';

const maxBodyBytes = 1024 * 1024;

export const getObjectTagging: Operation = {
  name: 'GetObjectTagging',
  access: 'read',
  async handle(context) {
    const { bucket, request, signal } = context;
    const versionId = requestedVersion(context);
    const tags = await bucket.tags(request.key, { versionId, signal });
    return documentResponse(200, taggingDocument(tags), versionHeaders(versionId));
  },
};

export const putObjectTagging: Operation = {
  name: 'PutObjectTagging',
  access: 'write',
  async handle(context) {
    const { bucket, request, body, signal } = context;
    const versionId = requestedVersion(context);
    const tags = await parseTagging(await body.bytes(maxBodyBytes));
    await bucket.setTags(request.key, tags, { versionId, signal });
    return emptyResponse(200, versionHeaders(versionId));
  },
};

export const deleteObjectTagging: Operation = {
  name: 'DeleteObjectTagging',
  access: 'write',
  async handle(context) {
    const { bucket, request, signal } = context;
    const versionId = requestedVersion(context);
    await bucket.removeTags(request.key, { versionId, signal });
    return emptyResponse(204, versionHeaders(versionId));
  },
};
