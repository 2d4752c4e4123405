import { connect } from '@anybucket/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GET, HEAD } from '../app/photos/[...key]/route.js';
import { POST } from '../app/photos/route.js';
import { register } from '../instrumentation.js';

beforeEach(async () => {
  vi.stubEnv('ANYBUCKET_DATA_STORE', 'memory:');
  await register();
});

afterEach(async () => {
  // The next test opens a new store.
  await (await connect('data_store')).close();
  vi.unstubAllEnvs();
});

const url = 'http://localhost/photos';

function post(content: string, type: string): Promise<Response> {
  const form = new FormData();
  form.append('photos', new File([content], 'cat.png', { type }));
  return POST(new Request(url, { method: 'POST', body: form }));
}

/** Calls a route handler as Next.js does, with the segments of the path. */
function request(key: string, init: RequestInit = {}): Promise<Response> {
  const handler = init.method === 'HEAD' ? HEAD : GET;
  return handler(new Request(`${url}/${key}`, init), { params: Promise.resolve({ key: key.split('/') }) });
}

test('stores a photo and serves it', async () => {
  const created = await post('pixels', 'image/png');
  expect(created.status).toBe(201);
  const [{ key }] = (await created.json()) as [{ key: string }];
  const photo = await request(key, { headers: { Range: 'bytes=-3' } });
  expect([photo.status, photo.headers.get('content-range'), await photo.text()]).toEqual([206, 'bytes 3-5/6', 'els']);
  const head = await request(key, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '6', '']);
});

test('serves a photo of a folder, and 304 to clients that have it', async () => {
  await (await connect('data_store/photos')).put('2026/cat.png', 'pixels', { contentType: 'image/png' });
  const photo = await request('2026/cat.png');
  expect([photo.headers.get('content-type'), await photo.text()]).toEqual(['image/png', 'pixels']);
  const cached = await request('2026/cat.png', { headers: { 'If-None-Match': photo.headers.get('etag') ?? '' } });
  expect(cached.status).toBe(304);
  expect((await request('2026/dog.png')).status).toBe(404);
});

test('refuses other types and large files', async () => {
  expect((await post('<script>', 'text/html')).status).toBe(415);
  expect((await post('x'.repeat(5_000_001), 'image/png')).status).toBe(413);
  expect(await (await connect('data_store/photos')).listFilename()).toEqual([]);
});
