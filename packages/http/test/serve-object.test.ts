/** Headers, safety, missing objects, and clients that disconnect. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer as createHttp2Server, connect as connectHttp2 } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import type { Bucket } from '@anybucket/core';
import { PortableDatastore } from '@anybucket/core/backend';
import type { DatastoreDriver, DriverStream } from '@anybucket/core/backend';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { sendObject, serveObject } from '../src/index.js';
import type { ServeOptions } from '../src/index.js';
import { createBucket, startServer } from './support.js';

let bucket: Bucket;

beforeEach(async () => {
  bucket = await createBucket();
});

async function headersOf(key: string, options: ServeOptions = {}): Promise<Headers> {
  return (await serveObject(bucket, key, new Request('http://localhost/'), options)).headers;
}

describe('headers', () => {
  test('sends what is stored', async () => {
    await bucket.put('a', 'x', {
      contentType: 'text/plain; charset=utf-8',
      cacheControl: 'max-age=60',
      contentDisposition: 'attachment; filename="b"',
      contentLanguage: 'de',
      expires: new Date('2030-01-01T00:00:00Z'),
      metadata: { owner: 'me' },
    });
    expect(Object.fromEntries(await headersOf('a'))).toEqual({
      'accept-ranges': 'bytes',
      'cache-control': 'max-age=60',
      'content-disposition': 'attachment; filename="b"',
      'content-language': 'de',
      'content-length': '1',
      'content-type': 'text/plain; charset=utf-8',
      etag: '"9dd4e461268c8034f5c8564e155c67a6"',
      expires: 'Tue, 01 Jan 2030 00:00:00 GMT',
      'last-modified': expect.any(String) as string,
      'x-content-type-options': 'nosniff',
    });
  });

  test('options replace what is stored', async () => {
    await bucket.put('a', 'x', { contentType: 'text/plain', cacheControl: 'max-age=60', expires: new Date(0) });
    const headers = await headersOf('a', {
      contentType: 'text/csv',
      cacheControl: 'no-store',
      headers: ({ size }) => ({ 'x-size': String(size), 'x-content-type-options': 'off' }),
    });
    expect(headers.get('content-type')).toBe('text/csv');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('expires')).toBe(null);
    expect(headers.get('x-size')).toBe('1');
    expect(headers.get('x-content-type-options')).toBe('off');
  });

  test.each([
    ['report.pdf', 'attachment; filename="report.pdf"'],
    ['a "b"\\c.txt', 'attachment; filename="a \\"b\\"_c.txt"'],
    ['naïve – 猫.txt', 'attachment; filename="na?ve ? ?.txt"; filename*=UTF-8\'\'na%C3%AFve%20%E2%80%93%20%E7%8C%AB.txt'],
    ['a\r\nSet-Cookie: x', 'attachment; filename="a__Set-Cookie: x"'],
    ['../../etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
    ['100%41.txt', 'attachment; filename="100%41.txt"; filename*=UTF-8\'\'100%2541.txt'],
    ['\ud800.txt', 'attachment; filename="?.txt"; filename*=UTF-8\'\'%EF%BF%BD.txt'],
  ])('Content-Disposition has the file name %j', async (filename, expected) => {
    await bucket.put('a', 'x');
    expect((await headersOf('a', { contentDisposition: { filename } })).get('content-disposition')).toBe(expected);
  });

  test('the file name of Content-Disposition defaults to the last segment of the key', async () => {
    await bucket.put('2026/a\nb.txt', 'x');
    const headers = await headersOf('2026/a\nb.txt', { contentDisposition: { type: 'inline' } });
    expect(headers.get('content-disposition')).toBe('inline; filename="a_b.txt"');
  });

  test.each([
    ['text/html', true],
    ['TEXT/HTML; charset=utf-8', true],
    ['image/svg+xml', true],
    ['application/xhtml+xml', true],
    ['image/png, text/html', true],
    ['image/png', false],
    ['text/plain', false],
    ['application/pdf', false],
  ])('%s is displayed in a sandbox: %s', async (contentType, isSandboxed) => {
    await bucket.put('a', '<script>', { contentType });
    expect((await headersOf('a')).get('content-security-policy')?.includes('sandbox') ?? false).toBe(isSandboxed);
    expect((await headersOf('a', { trusted: true })).get('content-security-policy')).toBe(null);
  });

  test('keeps headers that a middleware has set, and adds to Vary', async () => {
    await bucket.put('a', 'x', { contentEncoding: 'br' });
    const url = await startServer((request, response) => {
      response.setHeader('Vary', 'Origin').setHeader('X-Powered-By', 'me').setHeader('Cache-Control', 'private');
      void sendObject(bucket, 'a', request, response);
    });
    const { headers } = await fetch(url, { method: 'HEAD' });
    expect([headers.get('vary'), headers.get('x-powered-by'), headers.get('cache-control')]).toEqual([
      'Origin, Accept-Encoding',
      'me',
      'no-cache',
    ]);
  });
});

describe('missing objects', () => {
  test.each(['missing', '../etc/passwd', 'a//b', '', 'x'.repeat(2000)])('%j is a 404', async (key) => {
    const response = await serveObject(bucket, key, new Request('http://localhost/'));
    expect([response.status, await response.text()]).toEqual([404, 'Not Found\n']);
  });

  test('sends the fallback with status 404', async () => {
    await bucket.put('404.html', 'gone', { contentType: 'text/html' });
    const headers = { 'If-None-Match': '*', Range: 'bytes=0-1' };
    const response = await serveObject(bucket, 'missing', new Request('http://localhost/', { headers }), { fallback: '404.html' });
    expect([response.status, await response.text(), response.headers.get('etag')]).toEqual([404, 'gone', null]);
  });

  test('rejects if the bucket is missing', async () => {
    const missing = new MemoryDatastore().bucket('missing');
    await expect(serveObject(missing, 'a', new Request('http://localhost/'))).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });

  test('serves a version', async () => {
    await bucket.setVersioning('enabled');
    const { versionId } = await bucket.put('a', 'old');
    await bucket.put('a', 'new');
    await bucket.delete('a');
    const request = new Request('http://localhost/');
    expect((await serveObject(bucket, 'a', request)).status).toBe(404);
    expect(await (await serveObject(bucket, 'a', request, { versionId })).text()).toBe('old');
  });
});

describe('disconnection', () => {
  /** A bucket with one object, whose body never ends unless it fails. */
  function endlessBucket(fail?: Error): { bucket: Bucket; cancelled: Promise<void> } {
    let onCancel = (): void => {};
    const cancelled = new Promise<void>((resolve) => (onCancel = resolve));
    const size = 1e9;
    const info = { key: 'a', size, etag: 'e', lastModified: new Date(0), contentType: 'text/plain', metadata: {} };
    const body: DriverStream = {
      async *[Symbol.asyncIterator]() {
        for (let sent = 0; sent < size; sent += 65536) {
          yield Buffer.alloc(65536);
          if (fail !== undefined && sent > 1e6) throw fail;
        }
      },
      cancel: async () => onCancel(),
    };
    const driver = {
      backend: 'endless',
      capabilities: {},
      bucket: () => ({ getObject: async () => ({ info, body }) }),
      close: async () => {},
    };
    const store = new PortableDatastore(driver as unknown as DatastoreDriver, { name: 'endless' });
    return { bucket: store.bucket('files'), cancelled };
  }

  test('a client of Node that disconnects cancels the body', async () => {
    const { bucket: endless, cancelled } = endlessBucket();
    let sent: Promise<void> | undefined;
    const url = await startServer((request, response) => {
      sent = sendObject(endless, 'a', request, response);
    });
    const socket = connectSocket(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
    await cancelled;
    await sent;
  });

  test('a slow client does not fill the memory', async () => {
    const { bucket: endless } = endlessBucket();
    let buffered = (): number => 0;
    const url = await startServer((request, response) => {
      void sendObject(endless, 'a', request, response);
      buffered = () => response.writableLength;
    });
    const socket = connectSocket(Number(new URL(url).port), '127.0.0.1');
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await expect.poll(() => buffered()).toBeGreaterThan(0);
    expect(buffered()).toBeLessThan(1_000_000);
    socket.destroy();
  });

  test('cancelling the body of a web response cancels that of the store', async () => {
    const { bucket: endless, cancelled } = endlessBucket();
    const response = await serveObject(endless, 'a', new Request('http://localhost/'));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await cancelled;
  });

  test('aborting a web request cancels the body', async () => {
    const { bucket: endless, cancelled } = endlessBucket();
    const controller = new AbortController();
    const response = await serveObject(endless, 'a', new Request('http://localhost/', { signal: controller.signal }));
    controller.abort(new Error('gone'));
    await cancelled;
    await expect(response.arrayBuffer()).rejects.toThrow('gone');
  });

  test('a store that fails closes the connection', async () => {
    const { bucket: broken } = endlessBucket(new Error('disk'));
    let failure: unknown;
    const url = await startServer((request, response) => {
      sendObject(broken, 'a', request, response).catch((error: unknown) => (failure = error));
    });
    const response = await fetch(url);
    await expect(response.arrayBuffer()).rejects.toThrow(TypeError);
    expect(failure).toMatchObject({ name: 'StorageError', operation: 'get' });
  });
});

test('sends a file to a client that reads in pauses', async () => {
  const root = await mkdtemp(join(tmpdir(), 'anybucket-http-'));
  const store = new FsDatastore({ root });
  onTestFinished(async () => {
    await store.close();
    await rm(root, { recursive: true });
  });
  await store.createBucket('files');
  // Every block of the file is different.
  const body = Buffer.from(Uint32Array.from({ length: 400_000 }, (_, index) => index).buffer);
  await store.bucket('files').put('a', body);
  const url = await startServer((request, response) => void sendObject(store.bucket('files'), 'a', request, response));
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  const received: Buffer[] = [];
  for await (const chunk of response) {
    received.push(chunk as Buffer);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(Buffer.concat(received).equals(body)).toBe(true);
});

test('sends to clients of HTTP/2', async () => {
  await bucket.put('a', 'x'.repeat(500_000), { contentEncoding: 'br' });
  const server = createHttp2Server((request, response) => void sendObject(bucket, 'a', request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const stream = client.request({ ':path': '/', range: 'bytes=0-299999' });
  const [headers] = (await once(stream, 'response')) as [Record<string, string>];
  expect(headers).toMatchObject({ ':status': 206, 'content-range': 'bytes 0-299999/500000' });
  let received = 0;
  for await (const chunk of stream) received += (chunk as Buffer).length;
  expect(received).toBe(300_000);
});
