import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { MinioDatastore } from '../src/index.js';

/** Starts an S3 server that closes a connection when it has been idle for some milliseconds. */
async function startServer(idleMs: number): Promise<{ port: number; connections: () => number }> {
  let connections = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const { socket } = request;
      response.on('finish', () => setTimeout(() => socket.destroy(), idleMs));
      response.writeHead(200, { etag: '"e"', 'x-amz-request-id': 'R', 'content-length': 0 }).end();
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

function open(port: number): MinioDatastore {
  return new MinioDatastore({ endPoint: '127.0.0.1', port, accessKey: 'key', secretKey: 'secret', retries: 0, server: 'minio' });
}

test.each([0, 1, 3])('a server that closes connections after %i ms fails none of 600 conditional puts', async (idleMs) => {
  const { port } = await startServer(idleMs);
  await using datastore = open(port);
  const bucket = datastore.bucket('bucket');
  for (let index = 0; index < 600; index++) await bucket.put(`k${index}`, 'x', { ifNoneMatch: '*' });
});

test.each([0, 1, 3])('a server that closes connections after %i ms fails no repeatable call, even without retries', async (idleMs) => {
  const { port } = await startServer(idleMs);
  await using datastore = open(port);
  const bucket = datastore.bucket('bucket');
  for (let index = 0; index < 600; index++) await bucket.put(`k${index}`, 'x');
});

test('repeatable calls reuse a connection', async () => {
  const { port, connections } = await startServer(10_000);
  await using datastore = open(port);
  for (let index = 0; index < 20; index++) await datastore.bucket('bucket').put(`k${index}`, 'x');
  expect(connections()).toBe(1);
});
