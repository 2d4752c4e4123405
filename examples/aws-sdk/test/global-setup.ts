import { MemoryDatastore } from '@anybucket/backend-memory';
import { serve } from '@anybucket/s3-server';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { TestProject } from 'vitest/node';

/** Starts one server for all test files, and returns the function that closes it. */
export default async function setup(project: TestProject) {
  const server = await serve(new MemoryDatastore(), { port: 0 });
  const { accessKey, secretKey } = server.credentials;
  project.provide('s3', {
    endpoint: server.url,
    region: server.region,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  });
  return () => server.close();
}

declare module 'vitest' {
  interface ProvidedContext {
    s3: Pick<S3ClientConfig, 'forcePathStyle'> & {
      endpoint: string;
      region: string;
      credentials: { accessKeyId: string; secretAccessKey: string };
    };
  }
}
