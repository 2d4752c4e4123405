import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { createApp, createRouter, toNodeListener } from 'h3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import download from '../server/routes/photos/[...key].js';
import upload from '../server/routes/photos/index.post.js';

let photos: Bucket;
let server: Server;
let url: string;

beforeEach(async () => {
  vi.stubEnv('ANYBUCKET_DATA_STORE', 'memory:');
  photos = await connect('data_store/photos');
  await photos.datastore.createBucket('photos');
  // The routes that Nitro derives from the names of the files.
  const app = createApp().use(createRouter().post('/photos', upload).use('/photos/**:key', download));
  server = createServer(toNodeListener(app)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/photos`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  // The next test opens a new store.
  await photos.datastore.close();
  vi.unstubAllEnvs();
});

function post(content: string, type: string): Promise<Response> {
  const form = new FormData();
  form.append('photos', new File([content], 'cat.png', { type }));
  return fetch(url, { method: 'POST', body: form });
}

test('stores a photo and serves it', async () => {
  const created = await post('pixels', 'image/png');
  expect(created.status).toBe(201);
  const [{ key }] = (await created.json()) as [{ key: string }];
  const photo = await fetch(`${url}/${key}`, { headers: { Range: 'bytes=-3' } });
  expect([photo.status, photo.headers.get('content-range'), await photo.text()]).toEqual([206, 'bytes 3-5/6', 'els']);
  const head = await fetch(`${url}/${key}`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '6']);
});

test('serves a photo of a folder, and 304 to clients that have it', async () => {
  await photos.put('2026/my cat.png', 'pixels', { contentType: 'image/png' });
  const photo = await fetch(`${url}/2026/my%20cat.png`);
  expect([photo.headers.get('content-type'), await photo.text()]).toEqual(['image/png', 'pixels']);
  const cached = await fetch(`${url}/2026/my%20cat.png`, { headers: { 'If-None-Match': photo.headers.get('etag') ?? '' } });
  expect(cached.status).toBe(304);
  expect((await fetch(`${url}/2026/dog.png`)).status).toBe(404);
});

test('refuses other types and large files', async () => {
  const refused = await post('<script>', 'text/html');
  expect([refused.status, await refused.json()]).toMatchObject([415, { statusMessage: 'TypeNotAllowed' }]);
  expect((await post('x'.repeat(5_000_001), 'image/png')).status).toBe(413);
  expect(await photos.listFilename()).toEqual([]);
});
