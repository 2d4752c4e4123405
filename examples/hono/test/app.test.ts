import { MemoryDatastore } from '@anybucket/backend-memory';
import type { Hono } from 'hono';
import { beforeEach, expect, test } from 'vitest';
import { createApp } from '../src/app.js';

let store: MemoryDatastore;
let app: Hono;

beforeEach(() => {
  store = new MemoryDatastore({ buckets: { photos: {}, site: { 'index.html': '<h1>home</h1>', '404.html': 'lost' } } });
  app = createApp(store.bucket('photos'), store.bucket('site'));
});

async function post(content: string, type: string): Promise<Response> {
  const form = new FormData();
  form.append('photo', new File([content], 'cat.png', { type }));
  return app.request('/photos', { method: 'POST', body: form });
}

test('stores a photo and serves it', async () => {
  const created = await post('pixels', 'image/png');
  expect(created.status).toBe(201);
  const [{ key }] = (await created.json()) as [{ key: string }];
  const photo = await app.request(`/photos/${key}`, { headers: { Range: 'bytes=-3' } });
  expect([photo.status, photo.headers.get('content-range'), await photo.text()]).toEqual([206, 'bytes 3-5/6', 'els']);
});

test('refuses other types and large files', async () => {
  expect((await post('<script>', 'text/html')).status).toBe(415);
  expect((await post('x'.repeat(5_000_001), 'image/png')).status).toBe(413);
  expect(await store.bucket('photos').listFilename()).toEqual([]);
});

test('serves a site', async () => {
  expect(await (await app.request('/')).text()).toBe('<h1>home</h1>');
  const missing = await app.request('/missing');
  expect([missing.status, await missing.text()]).toEqual([404, 'lost']);
});
