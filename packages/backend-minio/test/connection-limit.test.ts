import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ConnectionPool } from '../src/http/connection-pool.js';
import { connectionError } from '../src/http/network-errors.js';
import { FakeServer } from './fake-server.js';
import type { ReceivedRequest } from './fake-server.js';
import { failure, pattern } from './support.js';

const mib = 2 ** 20;
const body = pattern(17 * mib);
const small = body.subarray(0, 300_000);

/** Serves `bytes` for every key, with ranges and If-Match, and accepts every put. */
function objectServer(bytes: Buffer, etag: () => string = () => '"e"') {
  return ({ method, headers }: ReceivedRequest, response: ServerResponse): void => {
    const common = { etag: etag(), 'x-amz-request-id': 'R', 'last-modified': new Date(0).toUTCString() };
    if (method === 'PUT') return void response.writeHead(200, common).end();
    if (headers['if-match'] !== undefined && headers['if-match'] !== etag())
      return void response.writeHead(412, common).end('<Error><Code>PreconditionFailed</Code></Error>');
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    if (first === undefined) return void response.writeHead(200, { ...common, 'content-length': bytes.length }).end(bytes);
    const part = bytes.subarray(Number(first), Number(last) + 1);
    const range = { 'content-range': `bytes ${first}-${last}/${bytes.length}`, 'content-length': part.length };
    response.writeHead(206, { ...common, ...range }).end(part);
  };
}

test('at most `maxConnections` connections are open; further requests wait in order', async () => {
  const served: string[] = [];
  const respond = objectServer(small);
  await using server = await FakeServer.start(
    (request, response) => {
      served.push(request.url);
      setTimeout(() => respond(request, response), 5);
    },
    { maxConnections: 4 },
  );
  const bucket = server.datastore.bucket('bucket');
  const keys = Array.from({ length: 100 }, (_, index) => `k${index}`);
  await Promise.all(keys.map((key) => bucket.put(key, 'x')));
  expect(server.connections.max).toBe(4);
  const order = served.map((url) => Number(url.slice('/bucket/k'.length)));
  for (const [position, index] of order.entries()) expect(Math.abs(position - index)).toBeLessThan(4);
});

test('the default is 50 connections', async () => {
  await using server = await FakeServer.start(objectServer(small));
  const bucket = server.datastore.bucket('bucket');
  await Promise.all(Array.from({ length: 300 }, (_, index) => bucket.put(`k${index}`, 'x')));
  expect(server.connections.max).toBeLessThanOrEqual(50);
});

test('parallel calls reuse the connections of earlier ones', async () => {
  await using server = await FakeServer.start(objectServer(small), { maxConnections: 4 });
  const bucket = server.datastore.bucket('bucket');
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 4 }, (_, index) => bucket.put(`k${index}`, 'x')));
  expect(server.connections.total).toBe(4);
});

test('unused connections to other hosts of the server are closed to make room', async () => {
  await using server = await FakeServer.start(objectServer(small));
  const pool = new ConnectionPool({ tls: false, connectTimeoutMs: 1000, maxConnections: 2 });
  const request = async (host: string): Promise<void> => {
    const connection = await pool.acquire({ streamed: false, urgent: false, fresh: false, signal: undefined });
    const sent = connection.open({ host, port: server.port, method: 'PUT', family: 4 }).end();
    sent.on('response', (response) => response.resume());
    await once(sent, 'close');
  };
  // As with virtual-hosted buckets.
  for (const host of ['127.0.0.1', 'localhost', '127.0.0.1']) {
    await Promise.all([request(host), request(host), request(host)]);
    await expect.poll(() => server.connections.current).toBe(2);
  }
  pool.close();
});

test('a queued call can be aborted, and sends nothing', async () => {
  let release = (): void => {};
  const blocked = new Promise<void>((resolve) => (release = resolve));
  const respond = objectServer(small);
  await using server = await FakeServer.start((request, response) => void blocked.then(() => respond(request, response)), {
    maxConnections: 2,
    connectTimeoutMs: 150,
  });
  const bucket = server.datastore.bucket('bucket');
  const running = ['a', 'b'].map((key) => bucket.put(key, 'x'));
  const controller = new AbortController();
  const aborted = bucket.put('c', 'x', { signal: controller.signal });
  const queued = bucket.put('d', 'x');
  controller.abort('aborted');
  await expect(aborted).rejects.toBe('aborted');
  // The connect timeout does not run while a call is queued.
  await sleep(300);
  release();
  await Promise.all([...running, queued]);
  expect(server.received.map(({ url }) => url)).toEqual(['/bucket/a', '/bucket/b', '/bucket/d']);
});

test('unread bodies do not block queued calls, and can still be read', async () => {
  await using server = await FakeServer.start(objectServer(small), { maxConnections: 2 });
  const bucket = server.datastore.bucket('bucket');
  const objects = [];
  for (let index = 0; index < 5; index++) objects.push(await bucket.get(`k${index}`));
  // The server notices the end of a connection a little later.
  await expect.poll(() => server.connections.current).toBe(2);
  for (const object of objects) expect((await object.bytes()).equals(small)).toBe(true);
  const resumed = server.received.filter(({ headers }) => headers.range !== undefined);
  expect(resumed.length).toBeGreaterThanOrEqual(3);
  for (const { headers } of resumed) expect(headers['if-match']).toBe('"e"');
});

test('bodies that were read in part continue where they stopped', async () => {
  await using server = await FakeServer.start(objectServer(small), { maxConnections: 2 });
  const bucket = server.datastore.bucket('bucket');
  const range = { start: 1000, end: 250_000 };
  const streams = [];
  for (let index = 0; index < 4; index++) {
    const stream = (await bucket.get(`k${index}`, { range })).stream();
    streams.push({ stream, read: [(await stream.next()).value as Buffer] });
  }
  for (const { stream, read } of streams) {
    for await (const chunk of stream) read.push(chunk);
    expect(Buffer.concat(read).equals(small.subarray(range.start, range.end))).toBe(true);
  }
});

test('streamed puts whose sources are bodies of the same datastore do not deadlock', async () => {
  const uploaded = new Map<string, number>();
  const respond = objectServer(body);
  await using server = await FakeServer.start(
    (request, response) => {
      if (request.method === 'PUT') uploaded.set(request.url, Number(request.headers['content-length']));
      respond(request, response);
    },
    { maxConnections: 2 },
  );
  const bucket = server.datastore.bucket('bucket');
  const copies = Array.from({ length: 4 }, async (_, index) => {
    const object = await bucket.get(`from-${index}`);
    await bucket.put(`to-${index}`, object.stream(), body.length, { partSize: 32 * mib });
  });
  await Promise.all(copies);
  expect([...uploaded.values()]).toEqual(Array(4).fill(body.length));
  await expect.poll(() => server.connections.current).toBeLessThanOrEqual(2);
});

test('a body that cannot be resumed because the object was overwritten fails with IncompleteBody', async () => {
  let etag = '"e"';
  await using server = await FakeServer.start(
    objectServer(small, () => etag),
    { maxConnections: 2 },
  );
  const bucket = server.datastore.bucket('bucket');
  const [first] = [await bucket.get('a'), await bucket.get('b'), await bucket.get('c')];
  etag = '"f"';
  const error = await failure(first.bytes(), 'IncompleteBody');
  expect(error).toMatchObject({ retryable: true, cause: { code: 'PreconditionFailed' } });
  expect(error.message).toContain('maxConnections');
});

test.each(['EMFILE', 'ENFILE'])('%s is reported as TooManyOpenFiles, which is retryable', (code) => {
  const error = connectionError(Object.assign(new Error('connect'), { code }));
  expect(error).toMatchObject({ code: 'TooManyOpenFiles', retryable: true });
  expect(error.status).toBeUndefined();
});
