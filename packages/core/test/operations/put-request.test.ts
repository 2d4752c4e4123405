import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { PutRequestOptions, RequestData } from '../../src/api/options.js';
import type { PutBody, PutCall } from '../../src/driver/calls.js';
import { failureOf, thrownBy } from '../failure.js';
import { text, useTestServer } from './test-server.js';
import { testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

const secret = 'sEcReT';
const server = useTestServer();

/** Returns the arguments of the driver call. */
function putArgumentsOf(calls: TestStore['calls']): { readonly body: PutBody; readonly call: PutCall } {
  const [{ args } = assert.fail('the driver was not called')] = calls;
  return { body: args[1] as PutBody, call: args[2] as PutCall };
}

/** Calls `putRequest`. Returns the stored object and the attributes passed to the driver. */
async function putFrom(path: string, options?: PutRequestOptions) {
  const { bucket, calls, objects } = testStore();
  await bucket.putRequest(`${server.origin}${path}`, 'k', options);
  const { body, call } = putArgumentsOf(calls);
  return {
    object: String(objects.get('k')),
    size: body.size,
    type: call.attributes.contentType,
    encoding: call.attributes.contentEncoding,
  };
}

test.for([
  ['/text', { object: text, size: 12, type: 'text/html; charset=utf-8' }],
  ['/chunked', { object: text, size: undefined, type: 'binary/octet-stream' }],
  // The length and the encoding of a decoded body do not apply.
  ['/gzip', { object: text, size: undefined, type: 'binary/octet-stream' }],
  ['/x-gzip', { object: text, size: undefined, type: 'binary/octet-stream' }],
  ['/brotli', { object: text, size: undefined, type: 'binary/octet-stream' }],
  ['/deflate', { object: text, size: undefined, type: 'binary/octet-stream' }],
  ['/raw-deflate', { object: text, size: undefined, type: 'binary/octet-stream' }],
  ['/twice-encoded', { object: text, size: undefined, type: 'binary/octet-stream' }],
  ['/identity', { object: text, size: 12, type: 'binary/octet-stream' }],
  ['/unknown-encoding', { object: text, size: 12, type: 'binary/octet-stream', encoding: 'x-rot13' }],
  ['/empty-gzip', { object: '', size: 0, type: 'binary/octet-stream' }],
  ['/empty', { object: '', size: 0, type: 'binary/octet-stream' }],
  ['/typeless', { object: text, size: 12, type: 'binary/octet-stream' }],
  ['/redirect', { object: text, size: 12, type: 'text/html; charset=utf-8' }],
] as const)('stores the response of %s', async ([path, expected]) => {
  expect(await putFrom(path)).toEqual(expected);
  expect(server.requests[0]).toMatchObject({ method: 'GET', url: path, body: '' });
});

test('prefers the given content type, and accepts a URL object', async () => {
  expect((await putFrom('/text', { contentType: 'a/b' })).type).toBe('a/b');
  expect((await putFrom('/text', { contentType: undefined })).type).toBe('text/html; charset=utf-8');
  const { bucket, objects } = testStore();
  await bucket.putRequest(new URL('/text', server.origin), 'k');
  expect(String(objects.get('k'))).toBe(text);
});

const form = 'application/x-www-form-urlencoded;charset=UTF-8';
const formData = new FormData();
formData.set('a', 'é');

const requestBodies: Readonly<Record<string, [RequestData, unknown, unknown]>> = {
  'a string': ['a=b', 'a=b', 'text/plain;charset=UTF-8'],
  'an empty string': ['', '', 'text/plain;charset=UTF-8'],
  bytes: [Buffer.from('é'), 'é', undefined],
  'an ArrayBuffer': [new Uint8Array([0xc3, 0xa9]).buffer, 'é', undefined],
  'a Blob': [new Blob(['é'], { type: 'a/b' }), 'é', 'a/b'],
  URLSearchParams: [new URLSearchParams({ a: 'é &' }), 'a=%C3%A9+%26', form],
  FormData: [formData, expect.stringContaining('name="a"\r\n\r\né'), expect.stringMatching(/^multipart\/form-data; boundary=/)],
  'a Web stream': [new Blob(['é']).stream() as ReadableStream<Uint8Array>, 'é', undefined],
  'a Node stream': [Readable.from([Buffer.from('é')]), 'é', undefined],
  'an object': [{ a: 'é &', b: 1, c: true }, 'a=%C3%A9+%26&b=1&c=true', form],
  'an empty object': [{}, '', form],
  'a list of pairs': [
    [
      ['a', '1'],
      ['a', 2],
    ],
    'a=1&a=2',
    form,
  ],
  'an empty list': [[], '', form],
};

test.for(Object.entries(requestBodies))('POSTs %s', async ([, [data, body, type]]) => {
  expect((await putFrom('/text', { data })).object).toBe(text);
  const [request = assert.fail('no request was sent')] = server.requests;
  expect(request.method).toBe('POST');
  expect(request.body).toEqual(body);
  expect(request.headers['content-type']).toEqual(type);
});

test.for([
  [undefined, undefined, 'GET'],
  ['get', undefined, 'GET'],
  ['PUT', 'data', 'PUT'],
  ['patch', 'data', 'PATCH'],
  ['POST', undefined, 'POST'],
  ['PROPFIND', undefined, 'PROPFIND'],
] as const)('sends method %s with data %s as %s', async ([method, data, verb]) => {
  await putFrom('/text', { method, data });
  expect(server.requests[0]?.method).toBe(verb);
});

test('sends the given headers', async () => {
  await putFrom('/text', { headers: { 'X-Test': 'a', Accept: 'b/c' } });
  expect(server.requests[0]?.headers).toMatchObject({ 'x-test': 'a', accept: 'b/c' });
});

test.for([
  [`user:${secret}@`, {}, `user:${secret}`],
  ['user@', {}, 'user:'],
  [`:${secret}@`, {}, `:${secret}`],
  ['us%40er:p%3Aw%25@', {}, 'us@er:p:w%'],
  ['%C3%A9:%zz@', {}, 'é:%zz'],
] as const)('sends the credentials %s as an Authorization header', async ([credentials, headers, expected]) => {
  const { bucket } = testStore();
  await bucket.putRequest(`http://${credentials}${server.origin.slice(7)}/text`, 'k', { headers });
  expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from(expected).toString('base64')}`);
});

test.for(['authorization', 'Authorization'])('the header %s takes precedence over credentials in the URL', async (name) => {
  const { bucket } = testStore();
  await bucket.putRequest(`http://user:${secret}@${server.origin.slice(7)}/text`, 'k', { headers: { [name]: 'Bearer x' } });
  expect(server.requests[0]?.headers.authorization).toBe('Bearer x');
});

test.for([
  ['/304', 304, false],
  ['/400', 400, false],
  ['/404', 404, false],
  ['/429', 429, true],
  ['/499', 499, false],
  ['/500', 500, true],
  ['/503', 503, true],
] as const)('fails with RequestFailed for the response %s', async ([path, status, retryable]) => {
  const { bucket, calls } = testStore();
  const failure = await failureOf(() => bucket.putRequest(`${server.origin}${path}?signature=${secret}`, 'k'));
  expect(failure).toMatchObject({ code: 'RequestFailed', status, retryable, operation: 'putRequest', bucket: 'photos', key: 'k' });
  expect(calls).toEqual([]);
  expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain(secret);
});

test('fails with RequestFailed and a cause if it gets no response', async () => {
  const { bucket, calls } = testStore();
  const failure = await failureOf(() => bucket.putRequest(`${server.origin}/reset`, 'k'));
  expect(failure).toMatchObject({ code: 'RequestFailed', retryable: true });
  expect([failure.status, failure.cause instanceof Error, calls]).toEqual([undefined, true, []]);
});

test.for([
  ['/redirect-to-file', {}, /scheme "file:"/],
  ['/redirect-invalid', {}, /invalid URL/],
  ['/redirect-nowhere', {}, /status 302/],
  ['/redirect-loop', {}, /more than 20 times/],
  ['/redirect-loop', { maxRedirects: 3 }, /more than 3 times/],
  ['/redirect', { maxRedirects: 0 }, /more than 0 times/],
  ['/redirect-307', { data: new Blob(['x']).stream() }, /stream, which cannot be sent again/],
] as const)('fails with RequestFailed for %s with %o', async ([path, options, message]) => {
  const { bucket, calls } = testStore();
  const failure = await failureOf(() => bucket.putRequest(`${server.origin}${path}`, 'k', options));
  expect(failure).toMatchObject({ code: 'RequestFailed', retryable: false, message: expect.stringMatching(message) });
  expect(calls).toEqual([]);
});

test('sends 20 redirected requests at most', async () => {
  await failureOf(() => testStore().bucket.putRequest(`${server.origin}/redirect-loop`, 'k'));
  expect(server.requests).toHaveLength(21);
});

test.for(['/redirect', '/redirect-307', '/redirect-303'])('keeps the headers for %s to the same origin', async (path) => {
  await putFrom(path, { headers: { 'X-Api-Key': secret, authorization: secret } });
  expect(server.requests[1]?.headers).toMatchObject({ 'x-api-key': secret, authorization: secret });
});

test.for(['/redirect-away', '/redirect-away-307'])('drops headers and credentials for %s', async (path) => {
  const { bucket, objects } = testStore();
  const url = `http://user:${secret}@${server.origin.slice(7)}${path}`;
  const headers = { 'X-Api-Key': secret, cookie: secret };
  for (const fetch of [undefined, globalThis.fetch]) {
    await bucket.putRequest(url, 'k', { headers, fetch });
    expect(String(objects.get('k'))).toBe(text);
  }
  expect(server.otherRequests).toHaveLength(2);
  expect(JSON.stringify(server.otherRequests)).not.toContain(secret);
  expect(server.otherRequests[0]?.headers.authorization).toBeUndefined();
});

test.for([
  ['/redirect', 'POST', 'GET', ''],
  ['/redirect', 'PUT', 'PUT', 'data'],
  ['/redirect-303', 'PUT', 'GET', ''],
  ['/redirect-307', 'POST', 'POST', 'data'],
  ['/redirect-away-307', 'POST', 'POST', 'data'],
] as const)('follows %s of a %s with %s', async ([path, method, expected, body]) => {
  await putFrom(path, { method, data: 'data', headers: { 'content-type': 'a/b' } });
  const request = server.otherRequests[0] ?? server.requests[1];
  expect([request?.method, request?.body, request?.headers['content-type']]).toEqual([expected, body, body === '' ? undefined : 'a/b']);
});

test.for([
  ['/text', 12],
  ['/chunked', 5],
  ['/bomb', 2 ** 20 - 1],
] as const)('stores nothing if the body of %s exceeds maxSize', async ([path, maxSize]) => {
  const { bucket, objects } = testStore();
  const failure = await failureOf(() => bucket.putRequest(`${server.origin}${path}`, 'k', { maxSize: path === '/text' ? 11 : maxSize }));
  expect([failure.code, objects.size]).toEqual(['EntityTooLarge', 0]);
  await bucket.putRequest(`${server.origin}${path}`, 'k', { maxSize: path === '/chunked' ? 12 : maxSize + (path === '/bomb' ? 1 : 0) });
  expect(objects.size).toBe(1);
});

const truncated = ['/cut', '/cut-chunked', '/cut-gzip', '/half-gzip', '/half-gzip-chunked', '/half-brotli', '/not-gzip'];

test.for(truncated)('keeps the existing object if the response is truncated (%s)', async (path) => {
  const { bucket, objects } = testStore();
  objects.set('k', Buffer.from('old'));
  expect((await failureOf(() => bucket.putRequest(`${server.origin}${path}`, 'k'))).code).toBe('IncompleteBody');
  expect(String(objects.get('k'))).toBe('old');
});

test.for([
  'ftp://host/x',
  'file:///etc/hosts',
  'data:text/plain,x',
  'javascript:1',
  `ftp://user:${secret}@host`,
  `http://user:${secret}@`,
  `http://user:${secret}@ho st`,
  `http://user:${secret}@host:port`,
  '/path',
  'host',
  '',
  undefined,
  null,
  5,
  {},
])('rejects the URL %o without quoting it', async (url) => {
  const { bucket, calls } = testStore();
  const fetch = () => assert.fail('the request was sent');
  const failure = await failureOf(() => bucket.putRequest(url as string, 'k', { fetch }));
  expect([failure.code, calls]).toEqual(['InvalidArgument', []]);
  expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain(secret);
});

test.for([
  { method: 'GET', data: 'x' },
  { method: 'get', data: '' },
  { method: 'HEAD', data: {} },
  { method: 'FOO BAR' },
  { method: 'CONNECT' },
  { method: 'trace' },
  { method: `G\n${secret}` },
  { headers: { 'a b': secret } },
  { headers: { authorization: `a\n${secret}` } },
  { headers: { a: `${secret}\u{1F30D}` } },
  { data: [1] },
  { data: ['ab'] },
  { data: [['a']] },
  { data: [['a', 'b', 'c']] },
  { data: [['a', null]] },
  { data: [[1, 'b']] },
  { data: { a: null } },
  { data: { a: ['b'] } },
  { data: new Map([['a', 'b']]) },
  { data: new Date(0) },
  { data: 1 },
  { data: null },
  { data: () => {} },
  { tags: { é: 'x' } },
  { contentMD5: 'x' },
])('rejects %o before it sends the request', async (options) => {
  const { bucket, calls } = testStore();
  const failure = await failureOf(() => bucket.putRequest(`${server.origin}/text`, 'k', options as PutRequestOptions));
  expect(['InvalidArgument', 'InvalidTag', 'InvalidDigest']).toContain(failure.code);
  expect([server.requests, calls]).toEqual([[], []]);
  expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain(secret);
});

test('uses the given fetch', async () => {
  const fetch: typeof globalThis.fetch = async (url, init) => {
    expect([(url as URL).href, init?.method]).toEqual(['https://host.invalid/x', 'GET']);
    return new Response('custom', { headers: { 'content-type': 'a/b' } });
  };
  const { bucket, objects } = testStore();
  await bucket.putRequest('https://host.invalid/x', 'k', { fetch });
  expect(String(objects.get('k'))).toBe('custom');
});

test.for(['é', '\u00FF', 'a\tb'])('uses the default for a content type that cannot be stored (%j)', async (type) => {
  const headers = { get: (name: string) => (name === 'content-type' ? type : null), has: () => false };
  const response = { ok: true, status: 200, headers, body: new Response('x').body } as unknown as Response;
  const { bucket, calls } = testStore();
  await bucket.putRequest(server.origin, 'k', { fetch: async () => response });
  expect(putArgumentsOf(calls).call.attributes.contentType).toBe('binary/octet-stream');
});

test('cancels the response if the object would be too large', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
  const { bucket, calls } = testStore();
  const fetch = async () => new Response(body, { headers: { 'content-length': String(2 ** 50) } });
  expect((await failureOf(() => bucket.putRequest(server.origin, 'k', { fetch }))).code).toBe('EntityTooLarge');
  expect([cancelled, calls]).toEqual([true, []]);
});

test('cancels the response if the driver fails', async () => {
  const closed = server.responseClosed();
  const { bucket } = testStore({
    putObject: async () => {
      throw new Error('failed');
    },
  });
  expect((await failureOf(() => bucket.putRequest(`${server.origin}/hang`, 'k'))).code).toBe('InternalError');
  await closed;
});

test.for(['/hang', '/silent'])('rejects with the reason of an abort during %s, and closes the connection', async (path) => {
  const controller = new AbortController();
  const closed = server.responseClosed();
  const { bucket, objects } = testStore();
  const thrown = thrownBy(() => bucket.putRequest(`${server.origin}${path}`, 'k', { signal: controller.signal }));
  const timer = setInterval(() => server.requests.length > 0 && controller.abort('stop'), 5);
  onTestFinished(() => clearInterval(timer));
  expect(await thrown).toBe('stop');
  expect(objects.size).toBe(0);
  await closed;
});

test('sends data and options as they were when it was called', async () => {
  const { bucket, calls } = testStore();
  const bytes = Buffer.from('before');
  const parameters = new URLSearchParams({ a: 'before' });
  const metadata = { a: 'before' };
  const stored = [bytes, parameters].map(async (data) => bucket.putRequest(`${server.origin}/text`, 'k', { data, metadata }));
  bytes.fill('x');
  parameters.set('a', 'after');
  metadata.a = 'after';
  await Promise.all(stored);
  expect(server.requests.map(({ body }) => body).sort()).toEqual(['a=before', 'before']);
  expect(putArgumentsOf(calls).call.attributes.metadata).toEqual({ a: 'before' });
});

test('rejects a stream that is the data of two requests, or is read elsewhere', async () => {
  const { bucket } = testStore();
  const stream = Readable.from([Buffer.from('data')], { objectMode: false });
  const first = bucket.putRequest(`${server.origin}/text`, 'k', { data: stream });
  const second = failureOf(() => bucket.putRequest(`${server.origin}/text`, 'k', { data: stream }));
  expect((await second).code).toBe('BodyUsed');
  await first;
  expect(server.requests.map(({ body }) => body)).toEqual(['data']);
  const flowing = Readable.from([Buffer.from('data')]).resume();
  expect((await failureOf(() => bucket.putRequest(`${server.origin}/text`, 'k', { data: flowing }))).code).toBe('BodyUsed');
});

test.for<[string, string, PutRequestOptions]>([
  ['an invalid key', '/k', {}],
  ['an invalid option', 'k', { maxSize: -1 }],
  ['invalid metadata', 'k', { metadata: { 'a b': '' } }],
  ['the wrong method', 'k', { method: 'GET' }],
  ['an aborted signal', 'k', { signal: AbortSignal.abort() }],
])('closes a stream of data if the call fails because of %s', async ([, key, options]) => {
  const { bucket } = testStore();
  const stream = new Readable({ read() {} });
  await expect(bucket.putRequest(`${server.origin}/text`, key, { ...options, data: stream })).rejects.toBeInstanceOf(Error);
  await expect.poll(() => stream.destroyed).toBe(true);
});
