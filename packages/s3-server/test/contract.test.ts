/** The contract of the library holds over the wire: the driver for S3, this server, and a datastore behind it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import type { Datastore } from '@anybucket/core';
import { contract } from '@anybucket/core/contract';
import { afterAll, describe, test } from 'vitest';
import { serve } from '../src/index.js';
import { remoteDatastore } from './support.js';

const runner = { describe, test: test.concurrent, afterAll };

contract('s3-server on memory', () => openRemote(new MemoryDatastore()), runner);

contract(
  's3-server on fs',
  async () => {
    const root = await mkdtemp(join(tmpdir(), 'anybucket-s3-server-'));
    afterAll(() => rm(root, { recursive: true }));
    return openRemote(new FsDatastore({ root }));
  },
  runner,
);

/** Serves a datastore, and opens the datastore of a client. Everything is closed at the end of the file. */
async function openRemote(datastore: Datastore): Promise<Datastore> {
  const server = await serve(datastore, { port: 0 });
  afterAll(async () => {
    await server.close();
    await datastore.close();
  });
  return remoteDatastore(server, { maxConnections: 256 });
}
