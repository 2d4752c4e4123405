import { createDatastore as connectTo } from '@anybucket/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { MinioDatastore, createDatastore } from '../src/index.js';
import type { MinioDatastoreOptions } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import { failure } from './support.js';

const noBuckets = '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>';

test('a URL can contain all options', async () => {
  await using server = await FakeServer.start((_, response) => response.end(noBuckets));
  const datastore = (await connectTo(`minio://a%2Bkey:a%2Fsecret@127.0.0.1:${server.port}?region=eu-north-7&idleTimeoutMs=1000`, {
    env: {},
  })) as MinioDatastore;
  expect(await datastore.list()).toEqual([]);
  expect(server.received[0]?.headers.authorization).toMatch(/Credential=a\+key\/\d{8}\/eu-north-7\/s3\/aws4_request/);
  expect(datastore.backend).toBe('minio');
});

test('a URL can state the server', async () => {
  const open = async (server: string): Promise<MinioDatastore> =>
    (await connectTo(`minio://127.0.0.1:9000?server=${server}`, { env: {} })) as MinioDatastore;
  await using datastore = await open('garage');
  expect(datastore.capabilities).toMatchObject({ tags: false, versioning: false, conditionalPut: false });
  const error = await failure(open('ceph'), 'ConfigError');
  expect(error.message).toContain('generic');
});

test.each([
  [
    { MINIO_ACCESS_KEY: 'minio-key', MINIO_SECRET_KEY: 's', AWS_ACCESS_KEY_ID: 'aws-key', AWS_SECRET_ACCESS_KEY: 's' },
    'minio-key',
    undefined,
  ],
  [{ AWS_ACCESS_KEY_ID: 'aws-key', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' }, 'aws-key', 't'],
])('credentials come from the environment: %j', async (env, key, token) => {
  await using server = await FakeServer.start((_, response) => response.end(noBuckets));
  await (await connectTo(`minio://127.0.0.1:${server.port}`, { env })).list();
  expect(server.received[0]?.headers.authorization).toContain(`Credential=${key}/`);
  expect(server.received[0]?.headers['x-amz-security-token']).toBe(token);
});

test.each([
  ['the class', async (options: MinioDatastoreOptions) => new MinioDatastore(options)],
  [
    'a URL',
    async ({ endPoint, port, accessKey, secretKey, sessionToken }: MinioDatastoreOptions) => {
      const url = new URL(`minio://${endPoint}:${port}`);
      for (const [name, value] of Object.entries({ accessKey, secretKey, sessionToken })) {
        if (value !== undefined) url.searchParams.set(name, value);
      }
      return connectTo(url.href);
    },
  ],
])('%s prefers explicit credentials, and never mixes them with the environment', async (_form, open) => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'aws-key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'aws-secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'aws-token');
  onTestFinished(() => void vi.unstubAllEnvs());
  await using server = await FakeServer.start((_, response) => response.end(noBuckets));
  const endPoint = { endPoint: '127.0.0.1', port: server.port };
  await (await open({ ...endPoint, accessKey: 'explicit', secretKey: 'secret' })).list();
  expect(server.received[0]?.headers.authorization).toContain('Credential=explicit/');
  expect(server.received[0]?.headers['x-amz-security-token']).toBeUndefined();
  await (await open(endPoint)).list();
  expect(server.received[1]?.headers.authorization).toContain('Credential=aws-key/');
  expect(server.received[1]?.headers['x-amz-security-token']).toBe('aws-token');
  for (const incomplete of [{ accessKey: 'explicit' }, { secretKey: 'secret' }, { sessionToken: 'token' }]) {
    await failure(open({ ...endPoint, ...incomplete }), 'ConfigError');
  }
});

test('the class reads credentials from the environment given', async () => {
  await using server = await FakeServer.start((_, response) => response.end(noBuckets));
  const options = { endPoint: '127.0.0.1', port: server.port };
  await new MinioDatastore(options, { env: { MINIO_ACCESS_KEY: 'minio-key', MINIO_SECRET_KEY: 's', AWS_SESSION_TOKEN: 't' } }).list();
  expect(server.received[0]?.headers.authorization).toContain('Credential=minio-key/');
  expect(server.received[0]?.headers['x-amz-security-token']).toBeUndefined();
  await failure(
    (async () => new MinioDatastore(options, { env: { MINIO_ACCESS_KEY: 'minio-key', AWS_SECRET_ACCESS_KEY: 's' } }))(),
    'ConfigError',
  );
});

test.each(['get', 'stat'] as const)('AccessDenied for an anonymous %s says that it was anonymous', async (method) => {
  const headers = { 'x-amz-request-id': 'R' };
  const body = '<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>';
  await using server = await FakeServer.start((_, response) => response.writeHead(403, headers).end(body));
  const datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, credentials: 'anonymous' });
  const { message } = await failure(datastore.bucket('bucket')[method]('k'), 'AccessDenied');
  expect(message).toContain("credentials: 'anonymous'");
  const withCredentials = await failure(server.datastore.bucket('bucket')[method]('k'), 'AccessDenied');
  expect(withCredentials.message).not.toContain('anonymous');
});

test.each([
  [{ endPoint: 'host', accesKey: 'x' }, 'InvalidArgument', 'accesKey'],
  [{ endPoint: 'host', ['x'.repeat(5000)]: 1 }, 'InvalidArgument', 'xxx'],
  [{ endPoint: 'host', tls: 'yes' }, 'InvalidArgument', 'tls'],
  [{ endPoint: 'host', maxConnections: 1 }, 'ConfigError', 'maxConnections'],
  [{ endPoint: 'host', maxConnections: NaN }, 'ConfigError', 'maxConnections'],
  [{ endPoint: 'host', retries: 1.5 }, 'ConfigError', 'retries'],
  [{ endPoint: 'host', accessKey: '', secretKey: '' }, 'ConfigError', 'accessKey'],
  [{}, 'ConfigError', 'endPoint'],
])('the constructor refuses %j', async (options, code, name) => {
  const error = await failure((async () => new MinioDatastore(options as MinioDatastoreOptions))(), code);
  expect(error.message).toContain(name);
  expect(error.message.length).toBeLessThan(500);
});

test('anonymous requests have no signature, and presign fails', async () => {
  await using server = await FakeServer.start((_, response) => response.end(noBuckets));
  const options = { endPoint: '127.0.0.1', port: server.port, credentials: 'anonymous' };
  const datastore = createDatastore(options, { name: 'anonymous' });
  expect(await datastore.list()).toEqual([]);
  expect(server.received[0]?.headers.authorization).toBeUndefined();
  expect(datastore.name).toBe('anonymous');
  await failure(datastore.bucket('bucket').presign('k'), 'InvalidRequest');
});

test('pathStyle: false puts the bucket into the host name', async () => {
  const datastore = new MinioDatastore({ endPoint: 'example.com', tls: true, pathStyle: false, accessKey: 'key', secretKey: 'secret' });
  expect(new URL(await datastore.bucket('bucket').presign('a b/c')).href).toMatch(/^https:\/\/bucket\.example\.com\/a%20b\/c\?/);
});

test('createBucket sends a region other than the default as location constraint', async () => {
  await using server = await FakeServer.start((_, response) => response.writeHead(200, { 'x-amz-request-id': 'R' }).end(), {
    region: 'eu-north-7',
  });
  await server.datastore.createBucket('bucket');
  expect(server.received[0]?.body).toContain('<LocationConstraint>eu-north-7</LocationConstraint>');
});

test('the constructor sends no request', async () => {
  await using server = await FakeServer.start((_, response) => response.end());
  server.datastore.bucket('bucket');
  await server.datastore.close();
  expect(server.received).toEqual([]);
});
