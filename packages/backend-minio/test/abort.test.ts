import { getEventListeners, once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { Bucket } from '@anybucket/core';
import { MinioDatastore } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import { startRawServer } from './raw-server.js';

const mib = 2 ** 20;
const reason = new Error('aborted');
const responseHead = 'HTTP/1.1 200 OK\r\ncontent-length: 10000000\r\netag: "e"\r\nx-amz-request-id: R\r\n\r\n';

/** A stage of a call at which it is aborted. The server or the call reports when it is reached. */
interface Stage {
  readonly tls?: boolean;
  readonly server: (socket: Socket, reached: () => void) => void;
  readonly call: (bucket: Bucket, signal: AbortSignal, reached: () => void) => Promise<unknown>;
}

/** Calls `then` when the headers of a request have been received. */
const onHeaders = (then: (socket: Socket, reached: () => void) => void) => (socket: Socket, reached: () => void) => {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    const before = text.includes('\r\n\r\n');
    if (!before) text += chunk.toString('latin1');
    if (!before && text.includes('\r\n\r\n')) then(socket, reached);
  });
};
const silent = onHeaders((_, reached) => reached());
const respond = (socket: Socket, onWritten?: () => void): void => void socket.write(responseHead + 'x'.repeat(200_000), onWritten);

const stages: Record<string, Stage> = {
  'while it connects': {
    tls: true,
    server: (socket, reached) => socket.once('data', reached),
    call: (bucket, signal) => bucket.get('k', { signal }),
  },
  'while it waits for 100 Continue': {
    server: silent,
    call: (bucket, signal) => bucket.put('k', Buffer.alloc(mib), { signal }),
  },
  'while it sends the body': {
    server: onHeaders((socket, reached) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      // Reads only the beginning of the body.
      socket.once('data', () => {
        socket.pause();
        reached();
      });
    }),
    call: (bucket, signal) => bucket.put('k', Buffer.alloc(16 * mib), { signal }),
  },
  'while it waits for the source of the body': {
    server: onHeaders((socket, reached) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      socket.once('data', reached);
    }),
    call: (bucket, signal) => {
      const source = async function* (): AsyncGenerator<Buffer> {
        yield* [Buffer.alloc(mib), Buffer.alloc(mib)];
        await new Promise(() => {});
      };
      return bucket.put('k', source(), 17 * mib, { partSize: 32 * mib, signal });
    },
  },
  'while it waits for the response': { server: silent, call: (bucket, signal) => bucket.stat('k', { signal }) },
  'within a response': {
    server: onHeaders((socket, reached) => respond(socket, reached)),
    call: (bucket, signal) => bucket.list({ signal }),
  },
  'while it reads a body': {
    server: onHeaders((socket) => respond(socket)),
    call: async (bucket, signal, reached) => {
      const bytes = (await bucket.get('k', { signal })).bytes();
      reached();
      return bytes;
    },
  },
  'between two chunks of a body': {
    server: onHeaders((socket) => respond(socket)),
    call: async (bucket, signal, reached) => {
      const chunks = (await bucket.get('k', { signal })).stream();
      await chunks.next();
      setImmediate(reached);
      await once(signal, 'abort');
      return chunks.next();
    },
  },
  'before the body is read': {
    server: onHeaders((socket) => respond(socket)),
    call: async (bucket, signal, reached) => {
      const object = await bucket.get('k', { signal });
      setImmediate(reached);
      await once(signal, 'abort');
      return object.bytes();
    },
  },
};

test.each(Object.entries(stages))('a call aborted %s rejects with the reason and closes its connection', async (_, stage) => {
  let reach = (): void => {};
  const reached = new Promise<void>((resolve) => (reach = resolve));
  await using server = await startRawServer((socket) => stage.server(socket, reach));
  const datastore = new MinioDatastore({
    endPoint: '127.0.0.1',
    port: server.port,
    credentials: 'anonymous',
    tls: stage.tls,
    retries: 0,
    connectTimeoutMs: 60_000,
  });
  const controller = new AbortController();
  const call = stage.call(datastore.bucket('bucket'), controller.signal, reach);
  call.catch(() => {});
  await reached;
  expect(server.sockets.size).toBe(1);
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
  // A paused socket does not report its end.
  for (const socket of server.sockets) socket.resume();
  await expect.poll(() => server.sockets.size).toBe(0);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  await datastore.close();
});

test('a call with an aborted signal does not connect', async () => {
  let connections = 0;
  await using server = await startRawServer(() => connections++);
  const datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, credentials: 'anonymous' });
  const signal = AbortSignal.abort(reason);
  const bucket = datastore.bucket('bucket');
  for (const call of [bucket.get('k', { signal }), bucket.put('k', 'x', { signal }), bucket.list({ signal })]) {
    await expect(call).rejects.toBe(reason);
  }
  expect(connections).toBe(0);
  await datastore.close();
});

test.each([200, 404, 503])('a call that ends with status %i leaves no listener on its signal', async (status) => {
  const headers = { 'x-amz-request-id': 'R', etag: '"e"' };
  await using server = await FakeServer.start((_, response) => response.writeHead(status, headers).end('<ListBucketResult/>'));
  const { signal } = new AbortController();
  const bucket = server.datastore.bucket('bucket');
  const calls = [
    bucket.stat('k', { signal }),
    bucket.get('k', { signal }).then((object) => object.text()),
    bucket.list({ signal }),
    bucket.put('k', 'x', { signal }),
    bucket.put('k', Buffer.alloc(mib), { signal }),
    bucket.delete('k', { signal }),
  ];
  await Promise.allSettled(calls);
  expect(server.received.length).toBeGreaterThanOrEqual(calls.length);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
