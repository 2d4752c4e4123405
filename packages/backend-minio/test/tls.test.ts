import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer } from 'node:https';
import type { ServerOptions } from 'node:https';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createProxyServer } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { MinioDatastore } from '../src/index.js';
import type { MinioDatastoreOptions } from '../src/index.js';
import { failure } from './support.js';
import { testCertificate } from './test-certificate.js';

const noBuckets = '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>';

/** Starts an HTTPS server, whose certificate is for 127.0.0.1. */
async function startServer(options: ServerOptions = {}): Promise<{ port: number; authorized: boolean[] }> {
  const authorized: boolean[] = [];
  const server = createServer({ ...testCertificate, ...options }, (request, response) => {
    authorized.push((request.socket as TLSSocket).authorized);
    response.end(noBuckets);
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, authorized };
}

function open(port: number, options: MinioDatastoreOptions, env: Record<string, string> = {}): MinioDatastore {
  const datastore = new MinioDatastore(
    { endPoint: '127.0.0.1', port, tls: true, credentials: 'anonymous', retries: 0, ...options },
    { env },
  );
  onTestFinished(async () => datastore.close());
  return datastore;
}

async function writePem(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-pem-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file.pem'), text);
  return join(folder, 'file.pem');
}

test('trusts the certificate authorities of `ca`, as text, file, or AWS_CA_BUNDLE', async () => {
  const { port } = await startServer();
  const file = await writePem(testCertificate.cert);
  expect(await open(port, { ca: testCertificate.cert }).list()).toEqual([]);
  expect(await open(port, { ca: file }).list()).toEqual([]);
  expect(await open(port, {}, { AWS_CA_BUNDLE: file }).list()).toEqual([]);
  expect((await failure(open(port, {}).list(), 'ConnectionFailed')).message).toContain('`ca`');
});

test('presents the client certificate of `cert` and `key`', async () => {
  const { port, authorized } = await startServer({ requestCert: true, rejectUnauthorized: true, ca: testCertificate.cert });
  await open(port, { ca: testCertificate.cert, ...testCertificate }).list();
  expect(authorized).toEqual([true]);
  const error = await failure(open(port, { ca: testCertificate.cert }).list(), 'ConnectionFailed');
  expect(error.message).toMatch(/`cert` and `key`/);
});

test('uses the given agent, and does not close it', async () => {
  const { port } = await startServer();
  const agent = new Agent({ ca: testCertificate.cert, keepAlive: true });
  onTestFinished(() => agent.destroy());
  const datastore = open(port, { agent });
  expect(await datastore.list()).toEqual([]);
  await datastore.close();
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
});

test('tunnels through a proxy', async () => {
  const { port } = await startServer();
  const targets: (string | undefined)[] = [];
  const proxy = createProxyServer();
  proxy.on('connect', (request, socket) => {
    targets.push(request.url);
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const datastore = open(port, { ca: testCertificate.cert, proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
  expect([await datastore.list(), await datastore.list()]).toEqual([[], []]);
  expect(targets).toEqual([`127.0.0.1:${port}`]);
});

test.each([
  ['a missing file', { ca: '/nonexistent/ca.pem' }, '`ca`'],
  ['a text that is not PEM', { ca: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----' }, '`ca`'],
  ['a key of another certificate', { cert: testCertificate.cert, key: '-----BEGIN PRIVATE KEY-----\nx' }, '`key`'],
])('%s fails the call with ConfigError', async (_, options, name) => {
  expect((await failure(open(9, options).list(), 'ConfigError')).message).toContain(name);
});

test('a certificate for another host fails the call', async () => {
  const { port } = await startServer();
  const error = await failure(open(port, { endPoint: 'localhost', ca: testCertificate.cert }).list(), 'ConnectionFailed');
  expect(error.message).toContain('endPoint');
  expect(error.retryable).toBe(false);
});

test('a proxy that never answers fails the call with Timeout', async () => {
  const server = createTcpServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await failure(open(9, { proxy, connectTimeoutMs: 200 }).list(), 'Timeout');
});
