import { createDatastore as byConfiguration } from '@anybucket/core';
import { expect, test } from 'vitest';
import { MinioDatastore, createDatastore } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import { failure } from './support.js';

const none = '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>';

test('a URL says it all', async () => {
  await using server = await FakeServer.start((_, response) => response.end(none));
  const { port } = server.datastore.client as unknown as { port: number };
  const datastore = (await byConfiguration(`minio://a%2Bkey:a%2Fsecret@127.0.0.1:${port}?region=eu-north-7&idleTimeout=1000`, {
    env: {},
  })) as MinioDatastore;
  expect(await datastore.list()).toEqual([]);
  expect(server.received[0]?.headers.authorization).toMatch(/Credential=a\+key\/\d{8}\/eu-north-7\/s3\/aws4_request/);
  expect(datastore.backend).toBe('minio');
});

test.each([
  [{ MINIO_ACCESS_KEY: 'of-minio', MINIO_SECRET_KEY: 's', AWS_ACCESS_KEY_ID: 'of-aws', AWS_SECRET_ACCESS_KEY: 's' }, 'of-minio', undefined],
  [{ AWS_ACCESS_KEY_ID: 'of-aws', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' }, 'of-aws', 't'],
])('the environment gives the keys: %j', async (env, key, token) => {
  await using server = await FakeServer.start((_, response) => response.end(none));
  const { port } = server.datastore.client as unknown as { port: number };
  await (await byConfiguration(`minio://127.0.0.1:${port}`, { env })).list();
  expect(server.received[0]?.headers.authorization).toContain(`Credential=${key}/`);
  expect(server.received[0]?.headers['x-amz-security-token']).toBe(token);
});

test('without keys requests are anonymous, and nothing can be presigned', async () => {
  await using server = await FakeServer.start((_, response) => response.end(none));
  const { port } = server.datastore.client as unknown as { port: number };
  const datastore = createDatastore({ endPoint: '127.0.0.1', port }, { name: 'open' });
  expect(await datastore.list()).toEqual([]);
  expect(server.received[0]?.headers.authorization).toBeUndefined();
  expect(datastore.name).toBe('open');
  await failure(datastore.bucket('bucket').presign('GET', 'k'), 'InvalidRequest');
});

test('the bucket may stand in the host name', async () => {
  const datastore = new MinioDatastore({ endPoint: 'example.com', tls: true, pathStyle: false, accessKey: 'key', secretKey: 'secret' });
  expect(new URL(await datastore.bucket('bucket').presign('GET', 'a b/c')).href).toMatch(/^https:\/\/bucket\.example\.com\/a%20b\/c\?/);
});

test('another region than the default is named where a bucket is made', async () => {
  await using server = await FakeServer.start((_, response) => response.end(), { region: 'eu-north-7' });
  await server.datastore.createBucket('bucket');
  expect(server.received[0]?.body).toContain('<LocationConstraint>eu-north-7</LocationConstraint>');
});

test('construction sends nothing', async () => {
  await using server = await FakeServer.start((_, response) => response.end());
  server.datastore.bucket('bucket');
  await server.datastore.close();
  expect(server.received).toEqual([]);
});
