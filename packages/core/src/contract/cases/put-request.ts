import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { PutRequestOptions } from '../../api/options.js';
import { MiB, bytesOf, pattern, textOf } from '../bodies.js';
import { fails, failsWith, sameBytes } from '../check.js';
import { contractCase } from '../contract-case.js';
import { webServer } from '../web-server.js';

const form = 'application/x-www-form-urlencoded';

/** Forms of `data`, with what the server gets: the type (its beginning), and the body. */
const data: Readonly<Record<string, readonly [() => NonNullable<PutRequestOptions['data']>, string, string]>> = {
  text: [() => 'a text ü', 'text/plain', 'a text ü'],
  bytes: [() => Buffer.from('bytes'), '', 'bytes'],
  'array-buffer': [() => new Uint8Array([104, 105]).buffer, '', 'hi'],
  blob: [() => new Blob(['a blob'], { type: 'text/css' }), 'text/css', 'a blob'],
  parameters: [() => new URLSearchParams({ a: '1 2', b: 'ü' }), form, 'a=1+2&b=%C3%BC'],
  object: [() => ({ a: '1 2', b: 3, c: true }), form, 'a=1+2&b=3&c=true'],
  pairs: [
    () => [
      ['a', '1'],
      ['a', 2],
    ],
    form,
    'a=1&a=2',
  ],
  stream: [() => new Blob(['streamed']).stream() as ReadableStream<Uint8Array>, '', 'streamed'],
};

/** `putRequest`: an HTTP answer becomes an object. */
export const putRequestCases = [
  contractCase('put-request/get', async ({ bucket, atEnd }) => {
    const body = pattern(2 * MiB);
    const url = await webServer(atEnd, (request, response) => {
      response.writeHead(200, { 'content-type': 'text/x-test; a=b', 'x-method': request.method ?? '' }).end(body);
    });
    const { etag } = await bucket.putRequest(url, 'dir/k');
    const info = await bucket.stat('dir/k');
    assert.deepEqual([info.etag, info.size, info.contentType, { ...info.metadata }], [etag, body.length, 'text/x-test; a=b', {}]);
    sameBytes(await bytesOf(bucket, 'dir/k'), body);
  }),

  contractCase('put-request/url-object', async ({ bucket, atEnd }) => {
    const url = await webServer(atEnd, (request, response) => void response.end(request.url));
    await bucket.putRequest(new URL('/a%20b?c=d#e', url), 'k');
    assert.equal(await textOf(bucket, 'k'), '/a%20b?c=d');
    assert.equal((await bucket.stat('k')).contentType, 'binary/octet-stream');
  }),

  ...Object.entries(data).map(([id, [make, type, body]]) =>
    contractCase(`put-request/data/${id}`, async ({ bucket, atEnd }) => {
      const url = await webServer(atEnd, (request, response) => {
        response.writeHead(200, { 'x-asked': `${request.method}`, 'content-type': request.headers['content-type'] ?? 'none' });
        request.pipe(response);
      });
      await bucket.putRequest(url, 'k', { data: make() });
      assert.equal(await textOf(bucket, 'k'), body);
      const { contentType } = await bucket.stat('k');
      assert.ok(contentType.startsWith(type), contentType);
    }),
  ),

  contractCase('put-request/form-data', async ({ bucket, atEnd }) => {
    const url = await webServer(atEnd, (request, response) => void request.pipe(response));
    const body = new FormData();
    body.set('field', 'a value');
    await bucket.putRequest(url, 'k', { data: body });
    assert.match(await textOf(bucket, 'k'), /name="field"\r\n\r\na value\r\n/);
  }),

  contractCase('put-request/method-and-headers', async ({ bucket, atEnd }) => {
    const url = await webServer(atEnd, (request, response) => void response.end(`${request.method} ${String(request.headers['x-test'])}`));
    await bucket.putRequest(url, 'k', { headers: { 'X-Test': 'yes' } });
    assert.equal(await textOf(bucket, 'k'), 'GET yes');
    await bucket.putRequest(url, 'k', { method: 'post', headers: { 'X-Test': 'no' } });
    assert.equal(await textOf(bucket, 'k'), 'POST no');
    await bucket.putRequest(url, 'k', { data: 'x' });
    assert.equal(await textOf(bucket, 'k'), 'POST undefined');
    await bucket.putRequest(url, 'k', { data: 'x', method: 'PUT' });
    assert.equal(await textOf(bucket, 'k'), 'PUT undefined');
  }),

  contractCase('put-request/put-options', async ({ bucket, atEnd }) => {
    const url = await webServer(atEnd, (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('body'));
    await bucket.putRequest(url, 'k', { contentType: 'x/y', cacheControl: 'no-store', metadata: { a: 'b' } });
    const info = await bucket.stat('k');
    assert.deepEqual([info.contentType, info.cacheControl, { ...info.metadata }], ['x/y', 'no-store', { a: 'b' }]);
  }),

  contractCase('put-request/decoded', async ({ bucket, atEnd }) => {
    const url = await webServer(atEnd, (_, response) => {
      const encoded = gzipSync('the text itself');
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': encoded.length }).end(encoded);
    });
    await bucket.putRequest(url, 'k');
    assert.equal(await textOf(bucket, 'k'), 'the text itself');
    const info = await bucket.stat('k');
    // The answer came decoded: its length and encoding are not the object's.
    assert.deepEqual([info.size, 'contentEncoding' in info], [15, false]);
  }),

  contractCase('put-request/redirected', async ({ bucket, atEnd }) => {
    const url = await webServer(atEnd, (request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there' }).end();
      else response.end('found there');
    });
    await bucket.putRequest(url, 'k');
    assert.equal(await textOf(bucket, 'k'), 'found there');
  }),

  contractCase('put-request/empty-answer', async ({ bucket, atEnd }) => {
    const url = await webServer(atEnd, (_, response) => void response.writeHead(204).end());
    await bucket.putRequest(url, 'k');
    assert.equal((await bucket.stat('k')).size, 0);
  }),

  ...[400, 404, 500, 503].map((status) =>
    contractCase(`put-request/status/${status}`, async ({ bucket, atEnd }) => {
      const url = await webServer(atEnd, (_, response) => void response.writeHead(status).end('an error page'));
      await bucket.put('k', 'old');
      await fails(() => bucket.putRequest(url, 'k'), 'RequestFailed', { operation: 'putRequest', bucket: bucket.name, key: 'k', status });
      await fails(() => bucket.putRequest(url, 'new'), 'RequestFailed', { status });
      assert.equal(await textOf(bucket, 'k'), 'old');
      assert.deepEqual(await bucket.listFilename(), ['k']);
    }),
  ),

  contractCase('put-request/cut-short', async ({ bucket, atEnd }) => {
    const url = await webServer(atEnd, (_, response) => {
      response.writeHead(200, { 'content-length': 100_000 });
      response.write(pattern(50_000), () => response.destroy());
    });
    await bucket.put('k', 'old');
    await fails(() => bucket.putRequest(url, 'k'), 'IncompleteBody', { operation: 'putRequest', key: 'k' });
    await fails(() => bucket.putRequest(url, 'new'), 'IncompleteBody');
    assert.equal(await textOf(bucket, 'k'), 'old');
    assert.deepEqual(await bucket.listFilename(), ['k']);
  }),

  contractCase('put-request/no-answer', async ({ bucket, atEnd }) => {
    const url = await webServer(atEnd, (_, response) => void response.destroy());
    const error = await fails(() => bucket.putRequest(url, 'k'), 'RequestFailed', { operation: 'putRequest', key: 'k' });
    assert.ok(error.cause !== undefined);
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-request/own-fetch', async ({ bucket }) => {
    const asked: unknown[] = [];
    const fetch = async (...request: unknown[]): Promise<Response> => {
      asked.push(String(request[0]));
      return new Response('from our own fetch', { headers: { 'content-type': 'text/x-own' } });
    };
    await bucket.putRequest('https://example.invalid/x', 'k', { fetch });
    assert.deepEqual(asked, ['https://example.invalid/x']);
    assert.equal(await textOf(bucket, 'k'), 'from our own fetch');
    assert.equal((await bucket.stat('k')).contentType, 'text/x-own');
  }),

  contractCase('put-request/aborted', async ({ bucket, atEnd }) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const url = await webServer(atEnd, (_, response) => {
      response.writeHead(200, { 'content-length': 100_000 });
      response.write(pattern(1000), () => controller.abort(reason));
    });
    await failsWith(() => bucket.putRequest(url, 'k', { signal: controller.signal }), reason);
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-request/refused', async ({ bucket }) => {
    const asked: unknown[] = [];
    const fetch = (async (url: unknown) => (asked.push(url), new Response('x'))) as typeof globalThis.fetch;
    for (const url of [
      'ftp://127.0.0.1/x',
      'file:///etc/hostname',
      'data:text/plain,x',
      '/relative',
      'not a url',
      '',
      undefined,
      7,
      null,
    ]) {
      await fails(() => bucket.putRequest(url as string, 'k', { fetch }), 'InvalidArgument', {
        operation: 'putRequest',
        bucket: bucket.name,
        key: 'k',
      });
    }
    for (const options of [
      { data: 'x', method: 'GET' },
      { data: 'x', method: 'get' },
      { data: 7 },
      { data: null },
      { method: 7 },
      { headers: { a: 1 } },
      { headers: 'x' },
      { metadata: { 'a b': 'x' } },
      { partSize: 1 },
    ]) {
      await fails(() => bucket.putRequest('http://127.0.0.1/', 'k', { ...(options as PutRequestOptions), fetch }), 'InvalidArgument', {
        operation: 'putRequest',
      });
    }
    assert.deepEqual(asked, []);
    assert.equal(await bucket.exists('k'), false);
  }),
];
