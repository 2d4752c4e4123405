import { MemoryDatastore } from '@anybucket/backend-memory';
import type { Bucket } from '@anybucket/core';
import { request as sendRequest } from 'node:http';
import { beforeEach, describe, expect, test } from 'vitest';
import { serveFolder } from '../src/index.js';
import type { FolderOptions } from '../src/index.js';
import { startServer } from './support.js';

let bucket: Bucket;

beforeEach(async () => {
  const store = new MemoryDatastore();
  await store.createBucket('site');
  bucket = store.bucket('site');
  const html = { contentType: 'text/html' };
  await bucket.put('secret.txt', 'secret');
  await bucket.put('www/index.html', '<h1>home</h1>', html);
  await bucket.put('www/404.html', 'nothing here', html);
  await bucket.put('www/docs/index.html', 'docs', html);
  await bucket.put('www/files/a b.txt', 'a', { contentType: 'text/plain' });
  await bucket.put('www/files/<b>&"c".txt', 'b');
  await bucket.put('www/files/.hidden', 'h');
  await bucket.put('www/files/sub/deep.txt', 'd');
  await bucket.put('www/.env', 'PASSWORD');
  await bucket.put('www/.well-known/security.txt', 'contact');
});

/** Sends a request with an unchanged path, which `fetch` would normalise. */
async function send(path: string, options: FolderOptions = {}, method = 'GET', headers: Record<string, string> = {}) {
  const folder = serveFolder(bucket, { prefix: 'www/', ...options });
  const url = await startServer((request, response) => void folder.handle(request, response));
  return new Promise<{ status: number; location: string | undefined; body: string }>((resolve, reject) => {
    sendRequest(url, { path, method, headers }, (response) => {
      let body = '';
      response
        .setEncoding('utf8')
        .on('data', (chunk: string) => (body += chunk))
        .on('end', () => resolve({ status: response.statusCode ?? 0, location: response.headers.location, body }));
    })
      .on('error', reject)
      .end();
  });
}

function fetchFrom(path: string, options: FolderOptions = {}, init: RequestInit = {}): Promise<Response> {
  return serveFolder(bucket, { prefix: 'www/', ...options }).fetch(new Request(`http://localhost${path}`, init));
}

test.each([
  ['/', 200, '<h1>home</h1>'],
  ['/docs/', 200, 'docs'],
  ['/files/a%20b.txt', 200, 'a'],
  ['/files/a%20b.txt?x=1', 200, 'a'],
  ['http://localhost/docs/', 200, 'docs'],
  ['/.well-known/security.txt', 200, 'contact'],
  ['/missing', 404, 'Not Found\n'],
  ['/files/', 404, 'Not Found\n'],
])('GET %s is %i', async (path, status, body) => {
  expect(await send(path)).toMatchObject({ status, body });
});

test.each([
  '/../secret.txt',
  '/docs/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/%2E%2E%2Fsecret.txt',
  '/..%2fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '/docs/..%00/x',
  '/files%2fa%20b.txt',
  '/./index.html',
  '//index.html',
  '/docs//index.html',
  '//evil.example/%2e%2e',
  '/%',
  '/%ff',
  '/.env',
  '/files/.hidden',
  '/.git/config',
  '/a%0d%0aSet-Cookie:x',
  `/${'a'.repeat(2000)}`,
])('%s is not found', async (path) => {
  for (const options of [{}, { listing: true, spa: 'index.html' }]) {
    const { status, body, location } = await send(path, options);
    expect({ status, location, isSecret: /secret|PASSWORD/.test(body) }).toEqual({
      status: path.startsWith('/aaa') && 'spa' in options ? 200 : 404,
      location: undefined,
      isSecret: false,
    });
  }
});

test('redirects a folder to its path with a slash', async () => {
  expect(await send('/docs?x=1')).toMatchObject({ status: 301, location: './docs/?x=1' });
  expect(await send('/files')).toMatchObject({ status: 404 });
  expect(await send('/files', { listing: true })).toMatchObject({ status: 301, location: './files/' });
  await bucket.put('www/javascript:x/index.html', 'x');
  expect(await send('/javascript:x')).toMatchObject({ location: './javascript%3Ax/' });
});

test('serves hidden objects on request', async () => {
  expect(await send('/.env', { hidden: true })).toMatchObject({ status: 200, body: 'PASSWORD' });
});

test('sends the page for missing paths with status 404', async () => {
  const response = await fetchFrom('/missing', { notFound: '404.html' });
  expect([response.status, await response.text()]).toEqual([404, 'nothing here']);
  expect(response.headers.get('etag')).toBe(null);
  expect((await fetchFrom('/missing', { notFound: 'none.html' })).status).toBe(404);
});

test('sends the page of an application for unknown pages, not for unknown files', async () => {
  const spa = { spa: 'index.html' };
  expect(await send('/users/1', spa)).toMatchObject({ status: 200, body: '<h1>home</h1>' });
  expect(await send('/app.js', spa)).toMatchObject({ status: 404 });
});

test('refuses other methods', async () => {
  const response = await fetchFrom('/', {}, { method: 'POST' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('removes basePath', async () => {
  const options = { basePath: '/static/' };
  expect((await fetchFrom('/static/docs/', options)).status).toBe(200);
  expect((await fetchFrom('/static', options)).status).toBe(200);
  expect((await fetchFrom('/statics/docs/', options)).status).toBe(404);
  expect((await fetchFrom('/docs/', options)).status).toBe(404);
});

test('chooses Cache-Control by the path', async () => {
  const cacheControl = (path: string) => (path.startsWith('files/') ? 'max-age=31536000, immutable' : undefined);
  expect((await fetchFrom('/files/a%20b.txt', { cacheControl })).headers.get('cache-control')).toBe('max-age=31536000, immutable');
  expect((await fetchFrom('/', { cacheControl })).headers.get('cache-control')).toBe('no-cache');
});

test('serves ranges and conditional requests', async () => {
  const partial = await fetchFrom('/', {}, { headers: { Range: 'bytes=4-7' } });
  expect([partial.status, await partial.text()]).toEqual([206, 'home']);
  const etag = partial.headers.get('etag') ?? '';
  expect((await fetchFrom('/', {}, { headers: { 'If-None-Match': etag } })).status).toBe(304);
});

describe('listing', () => {
  test('lists a folder in HTML, with escaped names', async () => {
    const response = await fetchFrom('/files/', { listing: true });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    expect(html).toContain('<a href="../">');
    expect(html).toContain('<a href="./sub/">sub/</a>');
    expect(html).toContain('<a href="./a%20b.txt">a b.txt</a>');
    expect(html).toContain('<a href="./%3Cb%3E%26%22c%22.txt">&lt;b&gt;&amp;&quot;c&quot;.txt</a>');
    expect(html).not.toContain('hidden');
  });

  test('lists a folder in JSON', async () => {
    const response = await fetchFrom('/files/', { listing: true }, { headers: { Accept: 'application/json' } });
    expect(await response.json()).toEqual({
      path: '/files/',
      entries: [
        { name: '<b>&"c".txt', size: 1, lastModified: expect.any(String) as string },
        { name: 'a b.txt', size: 1, lastModified: expect.any(String) as string },
        { name: 'sub/' },
      ],
    });
  });

  test('omits the keys of S3 that no path leads to', async () => {
    const objects = { 'www/a': '1', 'www//b': '2', 'www/../secret': '3', 'www/..': '4', 'www/./c': '5', secret: '6', 'www/d/': '7' };
    const store = new MemoryDatastore({ keys: 's3', buckets: { files: objects } });
    const { fetch } = serveFolder(store.bucket('files'), { prefix: 'www/', listing: true, hidden: true, index: false });
    const response = await fetch(new Request('http://localhost/', { headers: { Accept: 'application/json' } }));
    expect(await response.json()).toMatchObject({ entries: [{ name: 'a' }, { name: 'd/' }] });
    for (const path of ['/../secret', '/%2e%2e/secret', '//b', '/%2Fb'])
      expect([path, (await fetch(new Request(`http://localhost${path}`))).status]).toEqual([path, 404]);
  });

  test('prefers the index', async () => {
    expect(await (await fetchFrom('/docs/', { listing: true })).text()).toBe('docs');
    expect(await (await fetchFrom('/docs/', { listing: true, index: false })).text()).toContain('index.html');
  });

  test('continues after a page', async () => {
    for (let index = 0; index < 1001; index++) await bucket.put(`www/many/${String(index).padStart(4, '0')}`, '');
    const json = { headers: { Accept: 'application/json' } };
    const first = (await (await fetchFrom('/many/', { listing: true }, json)).json()) as { entries: unknown[]; nextToken: string };
    expect(first.entries).toHaveLength(1000);
    const second = await fetchFrom(`/many/?after=${encodeURIComponent(first.nextToken)}`, { listing: true }, json);
    expect(await second.json()).toMatchObject({ entries: [{ name: '1000' }] });
    expect((await fetchFrom('/many/?after=x', { listing: true }, json)).status).toBe(400);
  });

  test('HEAD has no body', async () => {
    const response = await fetchFrom('/files/', { listing: true }, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

test('passes errors of the store to next', async () => {
  await bucket.datastore.close();
  const folder = serveFolder(bucket);
  const url = await startServer((request, response) => {
    void folder.handle(request, response, (error) => response.writeHead(500).end((error as { code: string }).code));
  });
  expect(await (await fetch(url)).text()).toBe('DatastoreClosed');
  await expect(folder.fetch(new Request('http://localhost/'))).rejects.toMatchObject({ code: 'DatastoreClosed' });
});

test.each([{ prefix: 'www' }, { basePath: 'www' }])('rejects the options %j', (options) => {
  expect(() => serveFolder(bucket, options)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});
