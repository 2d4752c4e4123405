import { randomBytes } from 'node:crypto';
import { MinioDatastore } from '@anybucket/backend-minio';
import type { MinioAddress } from '@anybucket/minio-server';
import { afterAll, describe, inject } from 'vitest';
import { putServedObjects, testRfc9110 } from './rfc9110-cases.js';

const address = inject('minio');
const name = `http-${randomBytes(8).toString('hex')}`;

describe.skipIf(address === undefined)('on a MinIO server:', () => {
  let store: MinioDatastore | undefined;
  testRfc9110(async () => {
    store = new MinioDatastore(address as MinioAddress);
    await store.createBucket(name);
    return putServedObjects(store.bucket(name));
  });
  afterAll(async () => {
    await store?.bucket(name).deleteAll({ prefix: '' });
    await store?.removeBucket(name);
    await store?.close();
  });
});
