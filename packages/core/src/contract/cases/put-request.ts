import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { PutRequestOptions } from '../../api/options.js';
import { MiB, readBytes, pattern, readText } from '../bodies.js';
import { expectError, expectRejection, assertSameBytes } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { startWebServer } from '../web-server.js';

const form = 'application/x-www-form-urlencoded';

/** Forms of `data`, with the content type (a prefix of it) and the body that the server receives. */
const data: Readonly<Record<string, readonly [() => NonNullable<PutRequestOptions['data']>, string, string]>> = {
  'put-request/data/text': [() => 'a text ü', 'text/plain', 'a text ü'],
  'put-request/data/bytes': [() => Buffer.from('bytes'), '', 'bytes'],
  'put-request/data/array-buffer': [() => new Uint8Array([104, 105]).buffer, '', 'hi'],
  'put-request/data/blob': [() => new Blob(['a blob'], { type: 'text/css' }), 'text/css', 'a blob'],
  'put-request/data/url-search-params': [() => new URLSearchParams({ a: '1 2', b: 'ü' }), form, 'a=1+2&b=%C3%BC'],
  'put-request/data/object': [() => ({ a: '1 2', b: 3, c: true }), form, 'a=1+2&b=3&c=true'],
  'put-request/data/array-of-pairs': [
    () => [
      ['a', '1'],
      ['a', 2],
    ],
    form,
    'a=1&a=2',
  ],
  'put-request/data/stream': [() => new Blob(['streamed']).stream() as ReadableStream<Uint8Array>, '', 'streamed'],
};

const errorStatuses: Readonly<Record<string, number>> = {
  'put-request/status/400': 400,
  'put-request/status/404': 404,
  'put-request/status/500': 500,
  'put-request/status/503': 503,
};

/** `putRequest`: storing an HTTP response as an object. */
export const putRequestCases = [
  contractCase('put-request/get', async ({ bucket, addCleanup }) => {
    const body = pattern(2 * MiB);
    const url = await startWebServer(addCleanup, (request, response) => {
      response.writeHead(200, { 'content-type': 'text/x-test; a=b', 'x-method': request.method ?? '' }).end(body);
    });
    const { etag } = await bucket.putRequest(url, 'dir/k');
    const info = await bucket.stat('dir/k');
    assert.deepEqual([info.etag, info.size, info.contentType, { ...info.metadata }], [etag, body.length, 'text/x-test; a=b', {}]);
    assertSameBytes(await readBytes(bucket, 'dir/k'), body);
  }),

  contractCase('put-request/url-object', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(addCleanup, (request, response) => void response.end(request.url));
    await bucket.putRequest(new URL('/a%20b?c=d#e', url), 'k');
    assert.equal(await readText(bucket, 'k'), '/a%20b?c=d');
    assert.equal((await bucket.stat('k')).contentType, 'binary/octet-stream');
  }),

  ...entriesOf(data).map(([id, [make, type, body]]) =>
    contractCase(id, async ({ bucket, addCleanup }) => {
      const url = await startWebServer(addCleanup, (request, response) => {
        response.writeHead(200, { 'content-type': request.headers['content-type'] ?? 'none' });
        request.pipe(response);
      });
      await bucket.putRequest(url, 'k', { data: make() });
      assert.equal(await readText(bucket, 'k'), body);
      const { contentType } = await bucket.stat('k');
      assert.ok(contentType.startsWith(type), contentType);
    }),
  ),

  contractCase('put-request/form-data', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(addCleanup, (request, response) => void request.pipe(response));
    const body = new FormData();
    body.set('field', 'a value');
    await bucket.putRequest(url, 'k', { data: body });
    assert.match(await readText(bucket, 'k'), /name="field"\r\n\r\na value\r\n/);
  }),

  contractCase('put-request/method-and-headers', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(
      addCleanup,
      (request, response) => void response.end(`${request.method} ${String(request.headers['x-test'])}`),
    );
    await bucket.putRequest(url, 'k', { headers: { 'X-Test': 'yes' } });
    assert.equal(await readText(bucket, 'k'), 'GET yes');
    await bucket.putRequest(url, 'k', { method: 'post', headers: { 'X-Test': 'no' } });
    assert.equal(await readText(bucket, 'k'), 'POST no');
    await bucket.putRequest(url, 'k', { data: 'x' });
    assert.equal(await readText(bucket, 'k'), 'POST undefined');
    await bucket.putRequest(url, 'k', { data: 'x', method: 'PUT' });
    assert.equal(await readText(bucket, 'k'), 'PUT undefined');
  }),

  contractCase('put-request/put-options', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(
      addCleanup,
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('body'),
    );
    await bucket.putRequest(url, 'k', { contentType: 'x/y', cacheControl: 'no-store', metadata: { a: 'b' } });
    const info = await bucket.stat('k');
    assert.deepEqual([info.contentType, info.cacheControl, { ...info.metadata }], ['x/y', 'no-store', { a: 'b' }]);
  }),

  contractCase('put-request/content-encoding', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(addCleanup, (_, response) => {
      const encoded = gzipSync('the text itself');
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': encoded.length }).end(encoded);
    });
    await bucket.putRequest(url, 'k');
    assert.equal(await readText(bucket, 'k'), 'the text itself');
    const info = await bucket.stat('k');
    // `fetch` decodes the response, so its length and encoding do not apply to the object.
    assert.deepEqual([info.size, 'contentEncoding' in info], [15, false]);
  }),

  contractCase('put-request/redirect', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(addCleanup, (request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there' }).end();
      else response.end('found there');
    });
    await bucket.putRequest(url, 'k');
    assert.equal(await readText(bucket, 'k'), 'found there');
  }),

  contractCase('put-request/empty-response', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(addCleanup, (_, response) => void response.writeHead(204).end());
    await bucket.putRequest(url, 'k');
    assert.equal((await bucket.stat('k')).size, 0);
  }),

  ...entriesOf(errorStatuses).map(([id, status]) =>
    contractCase(id, async ({ bucket, addCleanup }) => {
      const url = await startWebServer(addCleanup, (_, response) => void response.writeHead(status).end('an error page'));
      await bucket.put('k', 'old');
      await expectError(() => bucket.putRequest(url, 'k'), 'RequestFailed', {
        operation: 'putRequest',
        bucket: bucket.name,
        key: 'k',
        status,
      });
      await expectError(() => bucket.putRequest(url, 'new'), 'RequestFailed', { status });
      assert.equal(await readText(bucket, 'k'), 'old');
      assert.deepEqual(await bucket.listFilename(), ['k']);
    }),
  ),

  contractCase('put-request/truncated-response', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(addCleanup, (_, response) => {
      response.writeHead(200, { 'content-length': 100_000 });
      response.write(pattern(50_000), () => response.destroy());
    });
    await bucket.put('k', 'old');
    await expectError(() => bucket.putRequest(url, 'k'), 'IncompleteBody', { operation: 'putRequest', key: 'k' });
    await expectError(() => bucket.putRequest(url, 'new'), 'IncompleteBody');
    assert.equal(await readText(bucket, 'k'), 'old');
    assert.deepEqual(await bucket.listFilename(), ['k']);
  }),

  contractCase('put-request/no-response', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(addCleanup, (_, response) => void response.destroy());
    const error = await expectError(() => bucket.putRequest(url, 'k'), 'RequestFailed', { operation: 'putRequest', key: 'k' });
    assert.ok(error.cause !== undefined);
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-request/custom-fetch', async ({ bucket }) => {
    const requestedUrls: unknown[] = [];
    const fetch = async (...request: unknown[]): Promise<Response> => {
      requestedUrls.push(String(request[0]));
      return new Response('from our own fetch', { headers: { 'content-type': 'text/x-own' } });
    };
    await bucket.putRequest('https://example.invalid/x', 'k', { fetch });
    assert.deepEqual(requestedUrls, ['https://example.invalid/x']);
    assert.equal(await readText(bucket, 'k'), 'from our own fetch');
    assert.equal((await bucket.stat('k')).contentType, 'text/x-own');
  }),

  contractCase('put-request/aborted', async ({ bucket, addCleanup }) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const url = await startWebServer(addCleanup, (_, response) => {
      response.writeHead(200, { 'content-length': 100_000 });
      response.write(pattern(1000), () => controller.abort(reason));
    });
    await expectRejection(() => bucket.putRequest(url, 'k', { signal: controller.signal }), reason);
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-request/invalid-arguments', async ({ bucket }) => {
    const requestedUrls: unknown[] = [];
    const fetch = (async (url: unknown) => (requestedUrls.push(url), new Response('x'))) as typeof globalThis.fetch;
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
      await expectError(() => bucket.putRequest(url as string, 'k', { fetch }), 'InvalidArgument', {
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
      await expectError(
        () => bucket.putRequest('http://127.0.0.1/', 'k', { ...(options as PutRequestOptions), fetch }),
        'InvalidArgument',
        {
          operation: 'putRequest',
        },
      );
    }
    assert.deepEqual(requestedUrls, []);
    assert.equal(await bucket.exists('k'), false);
  }),
];
