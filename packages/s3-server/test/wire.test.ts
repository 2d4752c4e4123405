import { connect } from 'node:net';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { describe, expect, test } from 'vitest';
import type { S3Server, ServeOptions } from '../src/index.js';
import { exchange, send, sendBytes, signRequest } from './raw-client.js';
import type { RawRequest } from './raw-client.js';
import { startServer } from './support.js';

function start(options: ServeOptions = {}): Promise<S3Server> {
  return startServer(options, new MemoryDatastore({ buckets: { photos: { k: 'meow' } } }));
}

function deleteRequest(document: string | Buffer): RawRequest {
  return { method: 'POST', path: '/photos', query: 'delete=', body: document, headers: { 'x-amz-sdk-checksum-algorithm': 'CRC32' } };
}

describe('metadata', () => {
  test('may repeat the size, as minio-js sends it', async () => {
    const server = await start();
    const headers = { 'x-amz-meta-content-length': '1', 'x-amz-meta-a': 'b' };
    expect(await send(server, { method: 'PUT', path: '/photos/sized', body: 'x', headers })).toMatchObject({ status: 200 });
    const stored = (await send(server, { method: 'HEAD', path: '/photos/sized' })).headers;
    expect(stored).toMatchObject({ 'x-amz-meta-a': 'b' });
    expect(stored).not.toHaveProperty('x-amz-meta-content-length');
  });
});

describe('an error', () => {
  test('has a document with code, message, resource and request id', async () => {
    const { status, body, headers } = await send(await start(), { path: '/photos/missing%3C%26' });
    expect([status, headers['content-type']]).toEqual([404, 'application/xml']);
    expect(body).toContain('<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>');
    expect(body).toContain('<Key>missing&lt;&amp;</Key><BucketName>photos</BucketName><Resource>/photos/missing&lt;&amp;</Resource>');
    const ids = ['x-amz-request-id', 'x-amz-id-2'].map((name) => String(headers[name]));
    expect(body).toContain(`<RequestId>${ids[0]}</RequestId><HostId>${ids[1]}</HostId>`);
  });

  test('of HEAD has headers instead', async () => {
    const { status, body, headers } = await send(await start(), { method: 'HEAD', path: '/photos/missing' });
    expect([status, body]).toEqual([404, '']);
    expect(headers).toMatchObject({ 'x-minio-error-code': 'NoSuchKey', 'x-minio-error-desc': '"The specified key does not exist."' });
  });

  test('of an operation that is not implemented names it, and is logged', async () => {
    const server = await start();
    const response = await send(server, { method: 'PUT', path: '/photos', query: 'cors=', body: '<x/>' });
    expect(response).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect(response.body).toContain('PutBucketCors');
    expect(server.requests.at(-1)).toMatchObject({ operation: 'PutBucketCors', bucket: 'photos', status: 501, code: 'NotImplemented' });
  });

  test('tells nothing about the system', async () => {
    const datastore = new MemoryDatastore();
    const server = await startServer({}, datastore);
    await datastore.close();
    expect(await send(server, { path: '/' })).toMatchObject({ status: 503, code: 'ServiceUnavailable' });
    expect((await send(server, { path: '/' })).body).toContain('<Message>The service is unavailable. Please retry.</Message>');
  });
});

test('the log has operation, bucket, key, status, bytes and duration', async () => {
  const server = await start();
  await send(server, { method: 'PUT', path: '/photos/a%20b', body: '12345' });
  await send(server, { path: '/photos/a%20b' });
  expect(server.requests).toMatchObject([
    { operation: 'PutObject', method: 'PUT', bucket: 'photos', key: 'a b', status: 200, bytes: 5 },
    { operation: 'GetObject', method: 'GET', bucket: 'photos', key: 'a b', status: 200, bytes: 5, accessKey: server.credentials.accessKey },
  ]);
  expect(server.requests.every(({ durationMs }) => durationMs > 0)).toBe(true);
});

describe('a target', () => {
  test.each([
    ['/photos/../other/k', 'XMinioInvalidResourceName'],
    ['/photos/%2e%2e/other/k', 'XMinioInvalidResourceName'],
    ['/photos/a%5C..%5Cb', 'XMinioInvalidResourceName'],
    ['/photos/%ff', 'XMinioInvalidObjectName'],
    ['/photos/%zz', 'BadRequest'],
    ['/photos/a%2', 'BadRequest'],
    ['//photos/k', 'BadRequest'],
    ['///', 'BadRequest'],
    ['/photos/a//b', 'XMinioInvalidObjectName'],
    ['/photos/%00', 'XMinioInvalidObjectName'],
    [`/photos/${'k'.repeat(1025)}`, 'KeyTooLongError'],
    ['/minio/admin', 'AllAccessDisabled'],
    ['/Photos/k', 'InvalidBucketName'],
    ['/192.168.0.1/k', 'InvalidBucketName'],
  ])('%s is refused with %s', async (path, code) => {
    expect(await send(await start({ anonymous: 'read' }), { method: 'PUT', path, body: 'x', credentials: null })).toMatchObject({
      code: code === 'KeyTooLongError' || path.endsWith('a//b') || path.includes('%00') ? 'AccessDenied' : code,
    });
    expect(await send(await start(), { method: 'PUT', path, body: 'x' })).toMatchObject({ code });
  });

  test('may begin with the bucket in the host name', async () => {
    const server = await start({ domain: 's3.test' });
    const headers = { host: 'photos.s3.test:9000' };
    expect(await send(server, { path: '/k', headers })).toMatchObject({ status: 200, body: 'meow' });
    expect(await send(server, { path: '/photos/k', headers: { host: 's3.test' } })).toMatchObject({ status: 200, body: 'meow' });
  });
});

describe('a document', () => {
  const nested = '<a>'.repeat(100_000);

  test.each([
    ['entities', '<!DOCTYPE Delete [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>'],
    ['an external entity', '<!DOCTYPE Delete SYSTEM "file:///etc/passwd"><Delete><Object><Key>k</Key></Object></Delete>'],
    ['deep nesting', `<Delete>${nested}`],
    ['another root', '<Other><Object><Key>k</Key></Object></Other>'],
    ['no keys', '<Delete></Delete>'],
    ['1001 keys', `<Delete>${'<Object><Key>a</Key></Object>'.repeat(1001)}</Delete>`],
    ['a control character', '<Delete><Object><Key>&#1;</Key></Object></Delete>'],
    ['bytes that are no XML', 'a=b'],
    ['a key that is not UTF-8', Buffer.from('<Delete><Object><Key>\xff</Key></Object></Delete>', 'latin1')],
    ['UTF-16', Buffer.from('<Delete><Object><Key>k</Key></Object></Delete>', 'utf16le')],
  ])('with %s is refused with MalformedXML', async (_, document) => {
    const server = await start();
    expect(await send(server, deleteRequest(document))).toMatchObject({ status: 400, code: 'MalformedXML' });
    expect(await send(server, { path: '/photos/k' })).toMatchObject({ status: 200 });
  });
});

describe('a broken request', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n', '400'],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', '400'],
    ['two lengths', 'PUT /photos/k HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', '400'],
    ['a length and chunks', 'PUT /photos/k HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', '400'],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n', '400'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', '400'],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a/b<\r\n\r\n', '400'],
    ['HTTP 0.9', 'GET /\r\n\r\n', '400'],
    ['HTTP 2 without its preface', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', '505'],
    ['a percent sign in its target', 'GET /photos/% HTTP/1.1\r\nHost: a\r\n\r\n', '400'],
    ['an unknown transfer encoding', 'PUT /photos/k HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nx', '400'],
    ['a chunk size that is none', 'PUT /photos/k HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx', '400'],
    ['huge headers', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`, '431'],
  ])('with %s closes the connection', async (_, bytes, status) => {
    expect(await sendBytes(await start(), bytes)).toContain(`HTTP/1.1 ${status} `);
  });

  test('with more than 8 KiB of headers is refused', async () => {
    const headers = { 'x-a': 'a'.repeat(9000) };
    expect(await send(await start(), { path: '/photos/k', headers })).toMatchObject({ status: 400, code: 'MetadataTooLarge' });
  });
});

test('a response header cannot be injected by a parameter', async () => {
  const server = await start();
  const query = 'response-content-type=a%0D%0Ax-injected%3A%201';
  expect(await send(server, { path: '/photos/k', query })).toMatchObject({ status: 400, code: 'InvalidArgument' });
});

test('a request with `Expect: 100-continue` is refused before its payload', async () => {
  const server = await start();
  const response = await sendBytes(
    server,
    'PUT /photos/k HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n',
  );
  expect(response).toMatch(/^HTTP\/1\.1 403 /);
});

test('a payload is received after `100 Continue`', async () => {
  const server = await start();
  const request: RawRequest = { method: 'PUT', path: '/photos/new', body: 'x'.repeat(1000) };
  const { headers } = signRequest(server, request);
  const response = await exchange(server, request, { ...headers, expect: '100-continue' });
  expect(response.status).toBe(200);
  expect((await send(server, { path: '/photos/new' })).body).toHaveLength(1000);
});

test('a payload that ends early stores nothing', async () => {
  const server = await start();
  const request: RawRequest = { method: 'PUT', path: '/photos/new', body: 'x'.repeat(1000) };
  const { headers } = signRequest(server, request);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  await new Promise<void>((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`PUT /photos/new HTTP/1.1\r\n${lines.join('')}content-length: 1000\r\n\r\nxxx`);
      setTimeout(() => socket.destroy(), 50);
    });
    socket.on('close', () => resolve());
  });
  await expect.poll(() => server.requests.at(-1)?.code).toBe('IncompleteBody');
  expect(await send(server, { path: '/photos/new' })).toMatchObject({ code: 'NoSuchKey' });
});

describe('a client', () => {
  test('that leaves while it receives ends the read', async () => {
    const body = 'x'.repeat(50_000_000);
    const server = await startServer({}, new MemoryDatastore({ buckets: { photos: { large: body } } }));
    const { headers } = signRequest(server, { path: '/photos/large' });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(server.port, '127.0.0.1', () => socket.write(`GET /photos/large HTTP/1.1\r\n${lines.join('')}\r\n`));
    socket.once('data', () => socket.destroy());
    await expect.poll(() => server.requests.length).toBe(1);
    expect(server.requests[0]?.bytes).toBeLessThan(body.length);
    expect(await send(server, { method: 'HEAD', path: '/photos/large' })).toMatchObject({ status: 200 });
  });

  test.each([
    ['its headers', { headersTimeoutMs: 200 }, 'GET / HTTP/1.1\r\nHost: a\r\n'],
    ['its payload', { idleTimeoutMs: 200, anonymous: 'read' as const }, 'PUT /photos/k HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nx'],
    ['anything', { idleTimeoutMs: 200 }, ''],
  ])('that does not send %s loses its connection', async (_, options, bytes) => {
    const server = await start(options);
    await sendBytes(server, bytes);
    expect(await send(server, { path: '/photos/k' })).toMatchObject({ status: 200 });
  });
});

test('`x-minio-force-delete` deletes a key with all keys below it, and a bucket with its objects', async () => {
  const server = await start();
  const headers = { 'x-minio-force-delete': 'true' };
  for (const key of ['a', 'a/1', 'a/b/2', 'ab']) await send(server, { method: 'PUT', path: `/photos/${key}`, body: key });
  expect(await send(server, { method: 'DELETE', path: '/photos/a', headers })).toMatchObject({ status: 204 });
  expect((await send(server, { path: '/photos' })).body.match(/<Key>\w+/g)).toEqual(['<Key>ab', '<Key>k']);
  expect(await send(server, { method: 'DELETE', path: '/photos', headers })).toMatchObject({ status: 204 });
  expect(await send(server, { method: 'HEAD', path: '/photos' })).toMatchObject({ status: 404, code: 'NoSuchBucket' });
});

describe('a health check', () => {
  test.each(['live', 'ready', 'cluster', 'cluster/read'])('%s succeeds without a signature', async (name) => {
    const server = await start();
    const path = `/minio/health/${name}`;
    for (const method of ['GET', 'HEAD'])
      expect(await send(server, { method, path, credentials: null })).toMatchObject({ status: 200, body: '' });
    expect(await send(server, { method: 'PUT', path, credentials: null })).toMatchObject({ code: 'AllAccessDisabled' });
  });

  test('is an object in the virtual-hosted style', async () => {
    const server = await start({ domain: 's3.test' });
    const headers = { host: 'photos.s3.test' };
    expect(await send(server, { path: '/minio/health/live', headers })).toMatchObject({ code: 'NoSuchKey' });
  });
});

describe('CORS', () => {
  const preflight: RawRequest = {
    method: 'OPTIONS',
    path: '/photos/k',
    headers: { origin: 'https://app.test', 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-amz-date' },
    credentials: null,
  };

  test('answers a preflight without a signature', async () => {
    const { status, headers } = await send(await start(), preflight);
    expect(status).toBe(204);
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'https://app.test', 'access-control-allow-headers': 'x-amz-date' });
  });

  test('allows the given origins only', async () => {
    const server = await start({ cors: ['https://other.test'] });
    expect((await send(server, preflight)).headers['access-control-allow-origin']).toBeUndefined();
    const { headers } = await send(server, { path: '/photos/k', headers: { origin: 'https://other.test' } });
    expect(headers['access-control-allow-origin']).toBe('https://other.test');
  });
});

test('a form that is sent to a key is refused with MethodNotAllowed', async () => {
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  const request: RawRequest = { method: 'POST', path: '/photos/k', headers, body: '--b--', credentials: null };
  expect(await send(await start(), request)).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
});

test('the mode of an unsigned trailer works without a trailer', async () => {
  const server = await start();
  const headers = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '4' };
  const payloadHash = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  const request: RawRequest = { method: 'PUT', path: '/photos/new', headers, payloadHash, body: '4\r\nmeow\r\n0\r\n\r\n' };
  expect(await send(server, request)).toMatchObject({ status: 200 });
  expect(await send(server, { path: '/photos/new' })).toMatchObject({ status: 200, body: 'meow' });
});

test('idle connections do not keep others from being served', async () => {
  const server = await start();
  const sockets = Array.from({ length: 200 }, () => connect(server.port, '127.0.0.1').on('error', () => {}));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  expect(await send(server, { path: '/photos/k' })).toMatchObject({ status: 200, body: 'meow' });
  for (const socket of sockets) socket.destroy();
});

test('pipelined requests are answered in order', async () => {
  const server = await start();
  const heads = ['k', 'missing', 'k'].map((key) => {
    const { headers } = signRequest(server, { path: `/photos/${key}` });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `GET /photos/${key} HTTP/1.1\r\n${lines.join('')}`;
  });
  const responses = await sendBytes(server, `${heads.join('\r\n')}Connection: close\r\n\r\n`);
  expect(responses.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
});

describe('close', () => {
  test('ends a connection whose client keeps sending requests', async () => {
    const server = await start({ anonymous: 'read' });
    const socket = connect(server.port, '127.0.0.1');
    const request = 'GET /photos/k HTTP/1.1\r\nHost: a\r\n\r\n';
    // Answers each response with two further requests.
    socket.on('data', () => socket.write(request + request));
    socket.on('error', () => {});
    socket.write(request);
    await expect.poll(() => server.requests.length).toBeGreaterThan(2);
    await server.close();
    expect(await new Promise((resolve) => (socket.closed ? resolve('closed') : socket.once('close', () => resolve('closed'))))).toBe(
      'closed',
    );
  });

  test('waits for running requests, and closes idle connections', async () => {
    const server = await start();
    const idle = connect(server.port, '127.0.0.1');
    const isClosed = new Promise((resolve) => idle.on('close', resolve));
    await new Promise((resolve) => idle.once('connect', resolve));
    const request: RawRequest = { method: 'PUT', path: '/photos/new', body: 'x'.repeat(500_000) };
    const running = send(server, request);
    await expect.poll(() => server.requests.length === 0).toBe(true);
    await Promise.all([server.close(), isClosed, running.catch(() => undefined)]);
    await expect(send(server, { path: '/photos/k' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
