import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { PutRequestOptions, RequestData } from '../../src/api/options.js';
import type { PutBody, PutCall } from '../../src/driver/calls.js';
import { failureOf, thrownBy } from '../failure.js';
import { testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

const secret = 'sEcReT';
const text = 'hello wörld';

/** What the server was asked. */
interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const asked: Asked[] = [];

/** Answers by path. */
const answers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/text': (response) =>
    response.setHeader('content-type', 'text/html; charset=utf-8').setHeader('content-length', Buffer.byteLength(text)).end(text),
  '/chunked': (response) => {
    response.write(text.slice(0, 5));
    response.end(text.slice(5));
  },
  '/gzip': (response) => {
    const packed = gzipSync(text);
    response.setHeader('content-encoding', 'gzip').setHeader('content-length', packed.length).end(packed);
  },
  '/empty': (response) => response.writeHead(204).end(),
  '/typeless': (response) => response.setHeader('content-type', '').end(text),
  '/redirect': (response) => response.writeHead(302, { location: '/text' }).end(),
  '/redirect-to-file': (response) => response.writeHead(302, { location: 'file:///etc/hosts' }).end(),
  '/cut': (response) => {
    response.setHeader('content-length', 100).write(text);
    setImmediate(() => response.destroy());
  },
  '/cut-chunked': (response) => {
    response.write(text);
    setImmediate(() => response.destroy());
  },
  '/cut-gzip': (response) => {
    const packed = gzipSync(Buffer.alloc(10_000, text));
    response
      .setHeader('content-encoding', 'gzip')
      .setHeader('content-length', packed.length)
      .write(packed.subarray(0, packed.length / 2));
    setImmediate(() => response.destroy());
  },
  '/reset': (response) => response.destroy(),
  '/hang': (response) => response.write(text),
  '/silent': () => {},
};

let released: (() => void)[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url, headers } = request;
    asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(new URL(url ?? '', 'http://x').pathname, response);
  });
  response.on('close', () => released.forEach((tell) => tell()));
});

function answer(path: string, response: ServerResponse): void {
  const status = /^\/(\d{3})$/.exec(path)?.[1];
  if (status !== undefined) response.writeHead(Number(status)).end('an answer that is not the object');
  else answers[path]?.(response);
}

let origin = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  asked.length = 0;
  released = [];
});

/** What the driver was handed. */
function handed(calls: TestStore['calls']): { readonly body: PutBody; readonly call: PutCall } {
  const [{ args } = assert.fail('the driver was not called')] = calls;
  return { body: args[1] as PutBody, call: args[2] as PutCall };
}

/** Stores the answer to a request; tells what was asked, and what the driver got. */
async function stored(path: string, options?: PutRequestOptions) {
  const { bucket, calls, objects } = testStore();
  await bucket.putRequest(`${origin}${path}`, 'k', options);
  const { body, call } = handed(calls);
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
  // Decoded on the way: its length and encoding are those of the wire.
  ['/gzip', { object: text, size: undefined, type: 'binary/octet-stream' }],
  ['/empty', { object: '', size: 0, type: 'binary/octet-stream' }],
  ['/typeless', { object: text, size: 12, type: 'binary/octet-stream' }],
  ['/redirect', { object: text, size: 12, type: 'text/html; charset=utf-8' }],
] as const)('stores the answer of %s', async ([path, expected]) => {
  expect(await stored(path)).toEqual(expected);
  expect(asked[0]).toMatchObject({ method: 'GET', url: path, body: '' });
});

test('takes the type that is given, and a URL object', async () => {
  expect((await stored('/text', { contentType: 'a/b' })).type).toBe('a/b');
  expect((await stored('/text', { contentType: undefined })).type).toBe('text/html; charset=utf-8');
  const { bucket, objects } = testStore();
  await bucket.putRequest(new URL('/text', origin), 'k');
  expect(String(objects.get('k'))).toBe(text);
});

const form = 'application/x-www-form-urlencoded;charset=UTF-8';
const formData = new FormData();
formData.set('a', 'é');

const sent: Readonly<Record<string, [RequestData, unknown, unknown]>> = {
  text: ['a=b', 'a=b', 'text/plain;charset=UTF-8'],
  'an empty text': ['', '', 'text/plain;charset=UTF-8'],
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

test.for(Object.entries(sent))('POSTs %s', async ([, [data, body, type]]) => {
  expect((await stored('/text', { data })).object).toBe(text);
  const [request = assert.fail('nothing was asked')] = asked;
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
] as const)('method %s with data %s is a %s', async ([method, data, verb]) => {
  await stored('/text', { method, data });
  expect(asked[0]?.method).toBe(verb);
});

test('sends the headers that are given', async () => {
  await stored('/text', { headers: { 'X-Test': 'a', Accept: 'b/c' } });
  expect(asked[0]?.headers).toMatchObject({ 'x-test': 'a', accept: 'b/c' });
});

test.for([
  [`user:${secret}@`, {}, `user:${secret}`],
  ['user@', {}, 'user:'],
  [`:${secret}@`, {}, `:${secret}`],
  ['us%40er:p%3Aw%25@', {}, 'us@er:p:w%'],
  ['%C3%A9:%zz@', {}, 'é:%zz'],
] as const)('the credentials %s go as a header', async ([credentials, headers, expected]) => {
  const { bucket } = testStore();
  await bucket.putRequest(`http://${credentials}${origin.slice(7)}/text`, 'k', { headers });
  expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from(expected).toString('base64')}`);
});

test.for(['authorization', 'Authorization'])('the header %s is worth more than credentials of the URL', async (name) => {
  const { bucket } = testStore();
  await bucket.putRequest(`http://user:${secret}@${origin.slice(7)}/text`, 'k', { headers: { [name]: 'Bearer x' } });
  expect(asked[0]?.headers.authorization).toBe('Bearer x');
});

test.for([
  ['/304', 304, false],
  ['/400', 400, false],
  ['/404', 404, false],
  ['/429', 429, true],
  ['/499', 499, false],
  ['/500', 500, true],
  ['/503', 503, true],
] as const)('an answer %s is RequestFailed', async ([path, status, retryable]) => {
  const { bucket, calls } = testStore();
  const failure = await failureOf(() => bucket.putRequest(`${origin}${path}?signature=${secret}`, 'k'));
  expect(failure).toMatchObject({ code: 'RequestFailed', status, retryable, operation: 'putRequest', bucket: 'photos', key: 'k' });
  expect(calls).toEqual([]);
  expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain(secret);
});

test.for(['/reset', '/redirect-to-file'])('no answer of %s is RequestFailed, with the cause', async (path) => {
  const { bucket, calls } = testStore();
  const failure = await failureOf(() => bucket.putRequest(`${origin}${path}`, 'k'));
  expect(failure).toMatchObject({ code: 'RequestFailed', retryable: true });
  expect([failure.status, failure.cause instanceof Error, calls]).toEqual([undefined, true, []]);
});

test.for(['/cut', '/cut-chunked', '/cut-gzip'])('a body that is cut short (%s) leaves the old object', async (path) => {
  const { bucket, objects } = testStore();
  objects.set('k', Buffer.from('old'));
  expect((await failureOf(() => bucket.putRequest(`${origin}${path}`, 'k'))).code).toBe('IncompleteBody');
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
])('the URL %o is refused, and not shown', async (url) => {
  const { bucket, calls } = testStore();
  const fetch = () => assert.fail('asked all the same');
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
])('refuses %o before it asks', async (options) => {
  const { bucket, calls } = testStore();
  const failure = await failureOf(() => bucket.putRequest(`${origin}/text`, 'k', options as PutRequestOptions));
  expect(['InvalidArgument', 'InvalidTag', 'InvalidDigest']).toContain(failure.code);
  expect([asked, calls]).toEqual([[], []]);
  expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain(secret);
});

test('fetch can be handed in', async () => {
  const fetch: typeof globalThis.fetch = async (url, init) => {
    expect([(url as URL).href, init?.method]).toEqual(['https://host.invalid/x', 'GET']);
    return new Response('mine', { headers: { 'content-type': 'a/b' } });
  };
  const { bucket, objects } = testStore();
  await bucket.putRequest('https://host.invalid/x', 'k', { fetch });
  expect(String(objects.get('k'))).toBe('mine');
});

test.for(['é', '\u00FF', 'a\tb'])('a type that cannot be stored (%j) is the default', async (type) => {
  const headers = { get: (name: string) => (name === 'content-type' ? type : null), has: () => false };
  const response = { ok: true, status: 200, headers, body: new Response('x').body } as unknown as Response;
  const { bucket, calls } = testStore();
  await bucket.putRequest(origin, 'k', { fetch: async () => response });
  expect(handed(calls).call.attributes.contentType).toBe('binary/octet-stream');
});

test('the answer is given up when its object cannot be stored', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
  const { bucket, calls } = testStore();
  const fetch = async () => new Response(body, { headers: { 'content-length': String(2 ** 50) } });
  expect((await failureOf(() => bucket.putRequest(origin, 'k', { fetch }))).code).toBe('EntityTooLarge');
  expect([cancelled, calls]).toEqual([true, []]);
});

test('the answer is given up when the driver refuses it', async () => {
  const closed = new Promise<void>((resolve) => released.push(resolve));
  const { bucket } = testStore({
    putObject: async () => {
      throw new Error('no');
    },
  });
  expect((await failureOf(() => bucket.putRequest(`${origin}/hang`, 'k'))).code).toBe('InternalError');
  await closed;
});

test.for(['/hang', '/silent'])('an abort while %s rejects with its reason, and closes the connection', async (path) => {
  const controller = new AbortController();
  const closed = new Promise<void>((resolve) => released.push(resolve));
  const { bucket, objects } = testStore();
  const thrown = thrownBy(() => bucket.putRequest(`${origin}${path}`, 'k', { signal: controller.signal }));
  const timer = setInterval(() => asked.length > 0 && controller.abort('enough'), 5);
  onTestFinished(() => clearInterval(timer));
  expect(await thrown).toBe('enough');
  expect(objects.size).toBe(0);
  await closed;
});
