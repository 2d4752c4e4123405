import { S3Error } from '../protocol/s3-error.js';
import { emptyResponse, xmlResponse } from '../protocol/s3-response.js';
import { parseXml, textOf } from '../protocol/xml-parser.js';
import { textElement } from '../protocol/xml-writer.js';
import type { Operation } from './operation.js';
import { requireBucket } from './require-bucket.js';

const maxBodyBytes = 1024 * 1024;

export const getBucketVersioning: Operation = {
  name: 'GetBucketVersioning',
  access: 'read',
  async handle(context) {
    const { service, bucket, signal } = context;
    if (!service.datastore.capabilities.versioning) {
      await requireBucket(context);
      return xmlResponse('VersioningConfiguration', '');
    }
    const state = await bucket.versioning({ signal });
    const status = state === 'enabled' ? 'Enabled' : state === 'suspended' ? 'Suspended' : undefined;
    return xmlResponse('VersioningConfiguration', status === undefined ? '' : textElement('Status', status));
  },
};

export const putBucketVersioning: Operation = {
  name: 'PutBucketVersioning',
  access: 'write',
  async handle(context) {
    const { service, request, bucket, body, signal } = context;
    const document = await parseXml(await body.bytes(maxBodyBytes), 'VersioningConfiguration');
    const status = textOf(document, 'Status');
    if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('IllegalVersioningConfigurationException');
    await requireBucket(context);
    if (status === 'Suspended' && service.bucketSettings.hasObjectLock(request.bucket)) throw new S3Error('InvalidBucketState');
    await bucket.setVersioning(status === 'Enabled' ? 'enabled' : 'suspended', { signal });
    return emptyResponse(200);
  },
};
