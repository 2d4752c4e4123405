import { createDatastore } from '@anybucket/core';
import type { Datastore } from '@anybucket/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { s3Settings, startS3 } from '../src/index.js';
import type { S3 } from '../src/index.js';
// oxlint-disable-next-line import/no-unassigned-import -- adds the matchers
import '../src/vitest.js';
import { failure, thrownBy } from './support.js';

let s3: S3;
const clients: Datastore[] = [];

beforeAll(async () => {
  s3 = await startS3({ buckets: { photos: { seeded: 'x' } } });
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await s3.close();
});

async function connectAs(worker: string | number): Promise<Datastore> {
  const client = await createDatastore(s3Settings(s3.endpoint, worker).datastoreUrl);
  clients.push(client);
  return client;
}

test('each worker has a store of its own', async () => {
  const [one, two] = [await connectAs(1), await connectAs(2)];
  await one.bucket('photos').put('k', 'of worker 1');
  expect(await one.bucket('photos').listFilename()).toEqual(['k', 'seeded']);
  expect(await two.bucket('photos').listFilename()).toEqual(['seeded']);
  await expect(s3.datastore(1).bucket('photos')).toHaveObject('k', { body: 'of worker 1' });
});

test('presigned URLs and forms reach the store of their worker', async () => {
  const bucket = (await connectAs('presign')).bucket('photos');
  expect((await fetch(await bucket.presign('put', { method: 'PUT' }), { method: 'PUT', body: 'x' })).status).toBe(200);
  const { url, fields } = await bucket.presignPost({ key: 'form' });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob(['y'.repeat(100_000)]), 'f.txt');
  expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204);
  expect(await bucket.listFilename()).toEqual(['form', 'put', 'seeded']);
});

test('the worker is that of the runner', () => {
  expect(s3Settings(s3.endpoint).accessKey).toBe(`worker-${process.env['VITEST_POOL_ID']}`);
  expect(s3.settings(3)).toEqual(s3Settings(s3.endpoint, 3));
});

test('rejects requests that no worker has signed', async () => {
  expect((await fetch(s3.endpoint.url)).status).toBe(403);
  const url = s3.settings(1).datastoreUrl.replace('worker-1', 'stranger');
  await using stranger = await createDatastore(url);
  await failure(stranger.list(), 'AccessDenied');
  await using wrongSecret = await createDatastore(s3Settings({ ...s3.endpoint, secretKey: 'wrong-secret' }, 1).datastoreUrl);
  await failure(wrongSecret.list(), 'AccessDenied');
  const form = new FormData();
  form.append('file', 'x');
  expect((await fetch(`${s3.endpoint.url}/photos`, { method: 'POST', body: form })).status).toBeGreaterThanOrEqual(400);
});

test('rejects invalid arguments', async () => {
  expect(thrownBy(() => s3Settings(s3.endpoint, 'a b'))).toMatchObject({ code: 'InvalidArgument' });
  await failure(startS3({ ports: 1 } as object), 'InvalidArgument');
});
