/**
 * The contract of the library holds over the wire: the driver for S3, this server, and a datastore behind it. Once the driver relies on the
 * conditional deletions and copies of AWS, and once it has to test what the server supports.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import type { MinioDatastoreOptions } from '@anybucket/backend-minio';
import type { Datastore } from '@anybucket/core';
import { contract } from '@anybucket/core/contract';
import { afterAll, describe, test } from 'vitest';
import { serve } from '../src/index.js';
import type { S3Server } from '../src/index.js';
import { remoteDatastore } from './support.js';

const runner = { describe, test: test.concurrent, afterAll };

contract(
  's3-server on memory',
  remote(async () => new MemoryDatastore(), { server: 'aws' }),
  runner,
);

contract(
  's3-server on fs',
  remote(async () => {
    const root = await mkdtemp(join(tmpdir(), 'anybucket-s3-server-'));
    afterAll(() => rm(root, { recursive: true }));
    return new FsDatastore({ root });
  }),
  runner,
);

/** Returns a function that opens datastores of clients, all on one server. The server is started once, and closed at the end of the file. */
function remote(open: () => Promise<Datastore>, options: Partial<MinioDatastoreOptions> = {}): () => Promise<Datastore> {
  let started: Promise<S3Server> | undefined;
  const start = async (): Promise<S3Server> => {
    const datastore = await open();
    const server = await serve(datastore, { port: 0 });
    afterAll(async () => {
      await server.close();
      await datastore.close();
    });
    return server;
  };
  return async () => remoteDatastore(await (started ??= start()), { maxConnections: 256, ...options });
}
