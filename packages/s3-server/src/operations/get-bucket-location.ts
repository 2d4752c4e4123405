import { xmlResponse } from '../protocol/s3-response.js';
import { escapeXml } from '../protocol/xml-writer.js';
import type { Operation } from './operation.js';
import { requireBucket } from './require-bucket.js';

export const getBucketLocation: Operation = {
  name: 'GetBucketLocation',
  access: 'read',
  async handle(context) {
    await requireBucket(context);
    const { region } = context.service;
    // The default region has an empty constraint.
    return xmlResponse('LocationConstraint', region === 'us-east-1' ? '' : escapeXml(region));
  },
};
