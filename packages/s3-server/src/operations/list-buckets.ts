import { mayUseBucket } from '../auth/credentials.js';
import { toIsoDate } from '../protocol/dates.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { parentElement, textElement } from '../protocol/xml-writer.js';
import type { Operation } from './operation.js';
import { ownerElements } from './owner.js';

export const listBuckets: Operation = {
  name: 'ListBuckets',
  access: 'service',
  async handle({ service, credentials, signal }) {
    const names = await service.datastore.list({ signal });
    const buckets = names
      .filter((name) => credentials === undefined || mayUseBucket(credentials, name))
      .map((name) =>
        parentElement('Bucket', textElement('Name', name) + textElement('CreationDate', toIsoDate(service.bucketSettings.createdAt(name)))),
      );
    return xmlResponse('ListAllMyBucketsResult', parentElement('Owner', ownerElements) + parentElement('Buckets', buckets.join('')));
  },
};
