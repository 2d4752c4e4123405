import { randomUUID } from 'node:crypto';
import { createDatastore } from '@anybucket/core';
import { toUrl } from '@anybucket/minio-server';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { testDriver } from './test-driver.js';

const address = inject('minio');

describe.skipIf(address === undefined)('minio', async () => {
  if (address === undefined) return;
  const datastore = await createDatastore(toUrl(address));
  const bucket = datastore.bucket(`unstorage-${randomUUID()}`);
  beforeAll(() => datastore.createBucket(bucket.name));
  afterAll(async () => {
    await bucket.deleteAll({ prefix: '' });
    await datastore.removeBucket(bucket.name);
    await datastore.close();
  });
  testDriver(bucket);
});
