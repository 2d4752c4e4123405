import type { Socket } from 'node:net';
import type { Bucket } from '@anybucket/core';
import { expect, test } from 'vitest';
import { MinioDatastore } from '../src/index.js';
import { startRawServer } from './raw-server.js';
import { failure } from './support.js';

const idleTimeoutMs = 200;
const head = (...headers: string[]): string => ['HTTP/1.1 200 OK', 'x-amz-request-id: R', ...headers, '', ''].join('\r\n');
const chunked = head('content-type: application/xml', 'transfer-encoding: chunked');
const object = head('etag: "e"', 'last-modified: Thu, 01 Jan 2026 00:00:00 GMT', 'content-length: 1000');

/** Sends a text, and then another one again and again, each time before the idle timeout. */
function drip(socket: Socket, first: string, next: string): void {
  socket.once('data', () => {
    socket.write(first);
    const timer = setInterval(() => socket.write(next), idleTimeoutMs / 10);
    socket.on('close', () => clearInterval(timer));
  });
}

test.for<[string, string, string, (bucket: Bucket) => Promise<unknown>]>([
  ['the headers for a HEAD', 'HTTP/1.1 200 OK\r\n', 'a: b\r\n', (bucket) => bucket.stat('k')],
  ['a header for a put', 'HTTP/1.1 200 OK\r\na: ', 'b', (bucket) => bucket.put('k', 'x')],
  ['provisional responses', '', 'HTTP/1.1 102 Processing\r\n\r\n', (bucket) => bucket.put('k', 'x')],
  ['a page of a listing', chunked, '1\r\n \r\n', (bucket) => bucket.list()],
  ['the response to a put', chunked, '1\r\n \r\n', (bucket) => bucket.put('k', 'x')],
  ['the response to a delete of several', chunked, '1\r\n \r\n', (bucket) => bucket.delete(['a', 'b'])],
  ['an error', chunked.replace('200 OK', '400 Bad Request'), '1\r\n \r\n', (bucket) => bucket.listVersions()],
  ['a small body', object, 'x', (bucket) => bucket.get('k')],
])('a server that sends %s byte by byte, without end, fails the call with Timeout', async ([, first, next, call]) => {
  await using server = await startRawServer((socket) => drip(socket, first, next));
  const options = { credentials: 'anonymous', server: 'minio', idleTimeoutMs } as const;
  const datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, ...options });
  const start = performance.now();
  await failure(call(datastore.bucket('bucket')), 'Timeout');
  expect(performance.now() - start).toBeLessThan(20 * idleTimeoutMs);
  await expect.poll(() => server.sockets.size).toBe(0);
  await datastore.close();
});

test('a server that switches protocols fails the call', async () => {
  await using server = await startRawServer((socket) =>
    socket.once('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')),
  );
  const datastore = new MinioDatastore({
    endPoint: '127.0.0.1',
    port: server.port,
    credentials: 'anonymous',
    idleTimeoutMs: 10_000,
    retries: 0,
  });
  await failure(datastore.list(), 'ConnectionFailed');
  await datastore.close();
});

test('the longest idle timeout does not expire at once', async () => {
  const copied = '<CopyObjectResult><ETag>"e"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified></CopyObjectResult>';
  await using server = await startRawServer((socket) =>
    socket.on('data', (request: Buffer) => {
      if (request.toString().startsWith('HEAD')) socket.write(object);
      else setTimeout(() => socket.write(head(`content-length: ${copied.length}`) + copied), 50);
    }),
  );
  const datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, credentials: 'anonymous', idleTimeoutMs: 2 ** 31 - 1 });
  expect(await datastore.bucket('bucket').fcopyTo('bucket', 'copy', 'k')).toMatchObject({ etag: 'e' });
  await datastore.close();
});
