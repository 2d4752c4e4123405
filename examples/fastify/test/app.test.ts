import { MemoryDatastore } from '@anybucket/backend-memory';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApp } from '../src/app.js';

let store: MemoryDatastore;
let app: FastifyInstance;
let url: string;

beforeEach(async () => {
  store = new MemoryDatastore({ buckets: { photos: {} } });
  app = await createApp(store.bucket('photos'));
  url = await app.listen({ port: 0 });
});

afterEach(() => app.close());

function post(content: string, type: string): Promise<Response> {
  const form = new FormData();
  form.append('photo', new File([content], 'cat.png', { type }));
  return fetch(`${url}/photos`, { method: 'POST', body: form });
}

test('stores a photo and serves it', async () => {
  const created = await post('pixels', 'image/png');
  expect(created.status).toBe(201);
  const { key, etag } = (await created.json()) as { key: string; etag: string };
  const photo = await fetch(`${url}/photos/${key}`);
  expect([photo.headers.get('content-type'), await photo.text()]).toEqual(['image/png', 'pixels']);
  const cached = await fetch(`${url}/photos/${key}`, { headers: { 'If-None-Match': `"${etag}"` } });
  expect(cached.status).toBe(304);
  expect((await fetch(`${url}/photos/missing`)).status).toBe(404);
});

test('refuses other types and large files', async () => {
  expect((await post('<script>', 'text/html')).status).toBe(415);
  expect((await post('x'.repeat(6_000_000), 'image/png')).status).toBe(413);
  expect(await store.bucket('photos').listFilename()).toEqual([]);
});
