import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { afterAll, beforeAll, describe } from 'vitest';
import { testDriver } from './test-driver.js';

describe('memory', async () => {
  const datastore = new MemoryDatastore();
  await datastore.createBucket('cache');
  testDriver(datastore.bucket('cache'));
});

describe('fs', async () => {
  const root = await mkdtemp(join(tmpdir(), 'anybucket-unstorage-'));
  const datastore = new FsDatastore({ root });
  beforeAll(() => datastore.createBucket('cache'));
  afterAll(async () => {
    await datastore.close();
    await rm(root, { recursive: true });
  });
  testDriver(datastore.bucket('cache'));
});
