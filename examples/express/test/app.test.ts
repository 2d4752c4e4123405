import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../src/app.js';

let store: MemoryDatastore;
let url: string;

beforeEach(async () => {
  store = new MemoryDatastore({ buckets: { photos: {}, site: { 'index.html': '<h1>home</h1>' } } });
  const server = createApp(store.bucket('photos'), store.bucket('site')).listen(0);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
});

function post(content: string, type: string): Promise<Response> {
  const form = new FormData();
  form.append('photo', new File([content], 'cat.png', { type }));
  return fetch(`${url}/photos`, { method: 'POST', body: form });
}

test('stores a photo and serves it', async () => {
  const created = await post('pixels', 'image/png');
  expect(created.status).toBe(201);
  const { key } = (await created.json()) as { key: string };
  const photo = await fetch(`${url}/photos/${key}`, { headers: { Range: 'bytes=0-2' } });
  expect([photo.status, photo.headers.get('content-type'), await photo.text()]).toEqual([206, 'image/png', 'pix']);
});

test('refuses other types and large files', async () => {
  expect((await post('<script>', 'text/html')).status).toBe(415);
  expect((await post('x'.repeat(5_000_001), 'image/png')).status).toBe(413);
  expect(await store.bucket('photos').listFilename()).toEqual([]);
});

test('serves a site', async () => {
  expect(await (await fetch(url)).text()).toBe('<h1>home</h1>');
  expect((await fetch(`${url}/missing`)).status).toBe(404);
});
