import { MemoryDatastore } from '@anybucket/backend-memory';
import { MinioDatastore } from '@anybucket/backend-minio';
import type { MinioDatastoreOptions } from '@anybucket/backend-minio';
import type { Datastore } from '@anybucket/core';
import { S3Client } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { serve } from '../src/index.js';
import type { S3Server, ServeOptions } from '../src/index.js';

/** Starts a server on a free port. It is closed at the end of the test. */
export async function startServer(options: ServeOptions = {}, datastore: Datastore = new MemoryDatastore()): Promise<S3Server> {
  const server = await serve(datastore, { port: 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** Returns the SDK of AWS, connected to a server. */
export function awsClient({ url, region, credentials }: S3Server, pair = credentials): S3Client {
  const client = new S3Client({
    endpoint: url,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: pair.accessKey, secretAccessKey: pair.secretKey },
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** Returns a datastore that stores through a server. */
export function remoteDatastore({ port, credentials }: S3Server, options: Partial<MinioDatastoreOptions> = {}): MinioDatastore {
  const { accessKey, secretKey } = credentials;
  return new MinioDatastore({ endPoint: '127.0.0.1', port, accessKey, secretKey, ...options });
}
