import { createDatastore as connectTo } from '@anybucket/core';
import { expect, test } from 'vitest';
import { MinioDatastore, createDatastore } from '../src/index.js';
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

test('without credentials, requests are anonymous and presign fails', async () => {
  await using server = await FakeServer.start((_, response) => response.end(noBuckets));
  const datastore = createDatastore({ endPoint: '127.0.0.1', port: server.port }, { name: 'anonymous' });
  expect(await datastore.list()).toEqual([]);
  expect(server.received[0]?.headers.authorization).toBeUndefined();
  expect(datastore.name).toBe('anonymous');
  await failure(datastore.bucket('bucket').presign('GET', 'k'), 'InvalidRequest');
});

test('pathStyle: false puts the bucket into the host name', async () => {
  const datastore = new MinioDatastore({ endPoint: 'example.com', tls: true, pathStyle: false, accessKey: 'key', secretKey: 'secret' });
  expect(new URL(await datastore.bucket('bucket').presign('GET', 'a b/c')).href).toMatch(/^https:\/\/bucket\.example\.com\/a%20b\/c\?/);
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
