import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryDatastore } from '@anybucket/backend-memory';
import express from 'express';
import { fastify } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHandler, serve } from '../src/index.js';
import type { S3Server, ServeOptions } from '../src/index.js';
import { remoteDatastore, startServer } from './support.js';

const credentials = { accessKey: 'access-key', secretKey: 'secret-key' };

describe('an option', () => {
  test.each<[string, object]>([
    ['that is unknown', { prt: 1 }],
    ['`port` that is no port', { port: 70_000 }],
    ['`host` that is empty', { host: '' }],
    ['`credentials` without a secret key', { credentials: { accessKey: 'access-key' } }],
    ['`credentials` with a short secret key', { credentials: { accessKey: 'access-key', secretKey: 'short' } }],
    ['`credentials` with an access key that occurs twice', { credentials: [credentials, credentials] }],
    ['`credentials` with an unknown field', { credentials: { ...credentials, readonly: true } }],
    ['`anonymous` that is not `read`', { anonymous: 'write' }],
    ['`cors` that is a string', { cors: '*' }],
    ['`basePath` with a slash at its end', { basePath: '/s3/' }],
    ['`tls` without a key', { tls: { cert: 'a' } }],
    ['`tls` that is no certificate', { tls: { cert: 'a', key: 'b' } }],
    ['`host` that others can reach, without `credentials`', { host: '0.0.0.0' }],
    ['`idleTimeoutMs` that is 0', { idleTimeoutMs: 0 }],
  ])('%s is refused with InvalidArgument', async (_, options) => {
    await expect(serve(new MemoryDatastore(), { port: 0, ...(options as ServeOptions) })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
  });

  test('is never quoted if it may be secret', async () => {
    const options = { credentials: { accessKey: 'access-key', secretKey: 'hidden' } };
    await expect(serve(new MemoryDatastore(), options)).rejects.not.toThrow(/hidden/);
  });
});

test('a port that is in use is reported', async () => {
  const { port } = await startServer();
  await expect(serve(new MemoryDatastore(), { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('`serve` reports its address, and creates random credentials', async () => {
  const [first, second] = [await startServer(), await startServer()];
  expect(first.url).toBe(`http://127.0.0.1:${first.port}`);
  expect(first.region).toBe('us-east-1');
  expect(first.credentials).not.toEqual(second.credentials);
});

test('`createHandler` works below a path of Express', async () => {
  const handler = createHandler(new MemoryDatastore({ buckets: { photos: { k: 'meow' } } }), { credentials });
  const app = express();
  app.use('/storage', handler);
  const port = await listen(createServer(app));
  await expectServed(port, '/storage');
});

test('`createHandler` works below a `basePath`', async () => {
  const handler = createHandler(new MemoryDatastore({ buckets: { photos: { k: 'meow' } } }), { credentials, basePath: '/storage' });
  const port = await listen(createServer((request, response) => void handler(request, response)));
  await expectServed(port, '/storage');
});

test('`createHandler` works in Fastify, below a `basePath`', async () => {
  const handler = createHandler(new MemoryDatastore({ buckets: { photos: { k: 'meow' } } }), { credentials, basePath: '/storage' });
  const app = fastify();
  onTestFinished(() => app.close());
  // Leaves the payload to the handler.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.all('/storage/*', async (request, reply) => {
    reply.hijack();
    await handler(request.raw, reply.raw);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  await expectServed((app.server.address() as AddressInfo).port, '/storage');
});

test('`createHandler` works as a middleware of Vite, which removes the path and sets `originalUrl`', async () => {
  const handler = createHandler(new MemoryDatastore({ buckets: { photos: { k: 'meow' } } }), { credentials });
  const vite = createServer((request, response) => {
    Object.assign(request, { originalUrl: request.url, url: request.url?.replace('/storage', '') });
    void handler(request, response);
  });
  await expectServed(await listen(vite), '/storage');
});

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Reads an object through the SDK of AWS, which signs the path of the endpoint. */
async function expectServed(port: number, path: string): Promise<void> {
  const { GetObjectCommand, PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}${path}`,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: credentials.accessKey, secretAccessKey: credentials.secretKey },
  });
  onTestFinished(() => client.destroy());
  const object = await client.send(new GetObjectCommand({ Bucket: 'photos', Key: 'k' }));
  expect(await object.Body?.transformToString()).toBe('meow');
  await client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'a b/é', Body: 'purr' }));
  const stored = await client.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a b/é' }));
  expect(await stored.Body?.transformToString()).toBe('purr');
}

test('`requests` keeps the last ones only', async () => {
  const server: S3Server = await startServer({ maxLoggedRequests: 3 });
  const remote = remoteDatastore(server);
  for (let index = 0; index < 10; index++) await remote.bucketExists(`bucket-${index}`);
  expect(server.requests.map(({ bucket }) => bucket)).toEqual(['bucket-7', 'bucket-8', 'bucket-9']);
});
