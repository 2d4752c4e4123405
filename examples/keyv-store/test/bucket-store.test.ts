import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { afterAll, beforeAll, describe } from 'vitest';
import { testStore } from './test-store.js';

describe('memory', async () => {
  const datastore = new MemoryDatastore();
  await datastore.createBucket('cache');
  testStore(datastore.bucket('cache'));
});

describe('fs', async () => {
  const root = await mkdtemp(join(tmpdir(), 'anybucket-keyv-'));
  const datastore = new FsDatastore({ root });
  beforeAll(() => datastore.createBucket('cache'));
  afterAll(async () => {
    await datastore.close();
    await rm(root, { recursive: true });
  });
  testStore(datastore.bucket('cache'));
});
