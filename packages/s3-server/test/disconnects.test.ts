import { readdir, mkdtemp, readlink, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { S3Server } from '../src/index.js';
import { send, signRequest } from './raw-client.js';
import type { RawRequest } from './raw-client.js';
import { startServer } from './support.js';

const large = Buffer.alloc(12 * 2 ** 20, 'x');

interface Setup {
  readonly server: S3Server;
  /** The files below the root, and those that are open. */
  readonly files: () => Promise<{ readonly stored: string[]; readonly open: string[] }>;
}

async function startInMemory(): Promise<Setup> {
  const server = await startServer({}, new MemoryDatastore({ buckets: { photos: { large } } }));
  return { server, files: async () => ({ stored: [], open: [] }) };
}

async function start(): Promise<Setup> {
  const root = await mkdtemp(join(tmpdir(), 'anybucket-disconnects-'));
  const datastore = new FsDatastore({ root });
  onTestFinished(async () => {
    await datastore.close();
    await rm(root, { recursive: true, force: true });
  });
  await datastore.createBucket('photos');
  await datastore.bucket('photos').put('large', large);
  const server = await startServer({}, datastore);
  const files = async (): Promise<{ stored: string[]; open: string[] }> => {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const links = process.platform === 'linux' ? await readdir('/proc/self/fd') : [];
    const targets = await Promise.all(links.map((link) => readlink(join('/proc/self/fd', link)).catch(() => '')));
    return {
      stored: entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
        .sort(),
      open: targets.filter((target) => target.startsWith(root)).sort(),
    };
  };
  return { server, files };
}

/** Sends the head of a signed request and a part of its payload. */
async function begin(server: S3Server, request: RawRequest, sentBytes = 0): Promise<Socket> {
  const { method = 'GET', path, query, body = '' } = request;
  const { headers } = signRequest(server, request);
  const lines = Object.entries({ ...headers, 'content-length': String(body.length) }).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(server.port, '127.0.0.1').on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  const target = query === undefined ? path : `${path}?${query}`;
  socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
  await new Promise((resolve) => socket.write(body.slice(0, sentBytes), resolve));
  return socket;
}

async function createUpload(server: S3Server): Promise<string> {
  const { body } = await send(server, { method: 'POST', path: '/photos/parts', query: 'uploads=' });
  return /<UploadId>([^<]+)/.exec(body)?.[1] ?? '';
}

const cases: [string, (server: S3Server) => Promise<{ request: RawRequest; sentBytes?: number }>][] = [
  ['an upload', async () => ({ request: { method: 'PUT', path: '/photos/new', body: large }, sentBytes: 3_000_000 })],
  [
    'a part',
    async (server) => ({
      request: { method: 'PUT', path: '/photos/parts', query: `partNumber=1&uploadId=${await createUpload(server)}`, body: large },
      sentBytes: 3_000_000,
    }),
  ],
  ['a download', async () => ({ request: { path: '/photos/large' } })],
  [
    'the document of a request',
    async () => ({ request: { method: 'POST', path: '/photos', query: 'delete=', body: large.subarray(0, 9000) }, sentBytes: 100 }),
  ],
];

test.each(cases)('a client that leaves during %s leaves no file, no descriptor and no call', async (_, prepare) => {
  const { server, files } = await start();
  const { request, sentBytes } = await prepare(server);
  const before = await files();
  const count = server.requests.length;
  const socket = await begin(server, request, sentBytes);
  if (request.method === undefined) await new Promise((resolve) => socket.once('data', resolve));
  socket.destroy();
  await expect.poll(() => server.requests.length).toBe(count + 1);
  await expect.poll(files).toEqual(before);
  expect(await send(server, { method: 'HEAD', path: '/photos/large' })).toMatchObject({ status: 200 });
});

test.each([
  ['a copy', { method: 'PUT', path: '/photos/copy', headers: { 'x-amz-copy-source': '/photos/large' } }],
  ['the start of a download', { path: '/photos/large' }],
])('a client that leaves at %s leaves no temp file and no descriptor', async (_, request) => {
  const { server, files } = await start();
  const before = await files();
  for (let index = 0; index < 10; index++) (await begin(server, request)).destroy();
  await expect.poll(() => server.requests.length).toBe(10);
  const isTemporary = (name: string): boolean => name.includes('/tmp/');
  await expect.poll(async () => (await files()).open).toEqual(before.open);
  expect((await files()).stored.filter(isTemporary)).toEqual(before.stored.filter(isTemporary));
});

describe.each([
  ['fs', start],
  ['memory', startInMemory],
])('on %s', (_, startOn) => {
  test('a client that leaves during CompleteMultipartUpload leaves either the object or the upload', async () => {
    const { server, files } = await startOn();
    const bucket = server.datastore.bucket('photos');
    const firstPart = large.subarray(0, 5 * 2 ** 20);
    // The store keeps the folders of the first object open.
    await bucket.put('parts', 'x');
    await bucket.delete('parts');
    await (await bucket.createUpload('parts')).abort();
    const before = await files();
    for (let turns = 0; turns < 8; turns++) {
      const upload = await bucket.createUpload('parts');
      const parts = [await upload.putPart(1, firstPart), await upload.putPart(2, 'end')];
      const list = parts.map(({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${etag}</ETag></Part>`);
      const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`;
      const request = { method: 'POST', path: '/photos/parts', query: `uploadId=${upload.id}`, body };
      const count = server.requests.length;
      const socket = await begin(server, request, body.length);
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      socket.destroy();
      await expect.poll(() => server.requests.length).toBe(count + 1);

      const uploads = await bucket.listUploads();
      expect([await bucket.exists('parts'), uploads.length]).toEqual(uploads.length === 0 ? [true, 0] : [false, 1]);
      for (const { id } of uploads) expect(await send(server, { ...request, query: `uploadId=${id}` })).toMatchObject({ status: 200 });
      expect(await bucket.stat('parts')).toMatchObject({ size: firstPart.length + 3 });
      await bucket.delete('parts');
    }
    expect(await bucket.listUploads()).toEqual([]);
    await expect.poll(async () => (await files()).open).toEqual(before.open);
    expect((await files()).stored).toEqual(before.stored);
  });

  test('slow readers of a large object hold little memory, and no other client', async () => {
    const { server, files } = await startOn();
    const before = await files();
    const buffered = (): number => process.memoryUsage().arrayBuffers;
    const initially = buffered();
    const sockets = await Promise.all(Array.from({ length: 16 }, () => begin(server, { path: '/photos/large' })));
    let received = 0;
    for (const socket of sockets) {
      await new Promise<void>((resolve) => {
        socket.once('data', (chunk: Buffer) => {
          received = chunk.length;
          socket.pause();
          resolve();
        });
      });
    }
    for (let index = 0; index < 30; index++)
      expect(await send(server, { method: 'HEAD', path: '/photos/large' })).toMatchObject({ status: 200 });
    expect(buffered() - initially).toBeLessThan(3 * large.length);

    const patient = sockets.at(-1);
    patient?.on('data', (chunk: Buffer) => {
      received += chunk.length;
      patient.pause();
      setImmediate(() => patient.resume());
    });
    patient?.resume();
    await expect.poll(() => received).toBeGreaterThan(large.length);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => server.requests.filter(({ operation }) => operation === 'GetObject').length).toBe(sockets.length);
    await expect.poll(async () => (await files()).open).toEqual(before.open);
  });
});
