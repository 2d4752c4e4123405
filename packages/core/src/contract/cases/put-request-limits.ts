import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { MiB, pattern, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';
import { startWebServer } from '../web-server.js';

/** `putRequest` and servers that send too little, too much, or redirects. */
export const putRequestLimitCases = [
  contractCase('put-request/truncated-encoding', async ({ bucket, addCleanup }) => {
    const encoded = gzipSync(pattern(100_000));
    const url = await startWebServer(addCleanup, (request, response) => {
      const half = encoded.subarray(0, encoded.length / 2);
      response.setHeader('content-encoding', 'gzip');
      if (request.url === '/with-length') response.setHeader('content-length', half.length);
      response.write(half);
      response.end();
    });
    await bucket.put('k', 'old');
    for (const path of ['with-length', 'chunked'])
      await expectError(() => bucket.putRequest(`${url}${path}`, 'k'), 'IncompleteBody', { operation: 'putRequest', key: 'k' });
    assert.equal(await readText(bucket, 'k'), 'old');
  }),

  contractCase('put-request/truncated-chunks', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(addCleanup, (_, response) => void response.write(pattern(50_000), () => response.destroy()));
    await bucket.put('k', 'old');
    await expectError(() => bucket.putRequest(url, 'k'), 'IncompleteBody', { operation: 'putRequest', key: 'k' });
    assert.equal(await readText(bucket, 'k'), 'old');
  }),

  contractCase('put-request/redirected-to-another-origin', async ({ bucket, addCleanup }) => {
    const received: string[] = [];
    const other = await startWebServer(addCleanup, (request, response) => {
      received.push(JSON.stringify(request.headers));
      response.end('found there');
    });
    const url = await startWebServer(addCleanup, (_, response) => void response.writeHead(302, { location: other }).end());
    await bucket.putRequest(url.replace('//', '//user:sEcReT@'), 'k', { headers: { 'x-api-key': 'sEcReT', cookie: 'sEcReT' } });
    assert.equal(await readText(bucket, 'k'), 'found there');
    assert.equal(received.length, 1);
    assert.ok(!received.join().includes('sEcReT') && !received.join().includes('authorization'), received.join());
  }),

  contractCase('put-request/max-redirects', async ({ bucket, addCleanup }) => {
    let requests = 0;
    const url = await startWebServer(addCleanup, (_, response) => {
      requests++;
      response.writeHead(302, { location: '/' }).end();
    });
    for (const [maxRedirects, expected] of [
      [undefined, 21],
      [0, 1],
      [3, 4],
    ] as const) {
      // prettier-ignore
      requests = 0;
      await expectError(() => bucket.putRequest(url, 'k', { maxRedirects }), 'RequestFailed', { operation: 'putRequest' });
      assert.equal(requests, expected);
    }
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-request/max-size', async ({ bucket, addCleanup }) => {
    const url = await startWebServer(addCleanup, (request, response) => {
      const body = Buffer.alloc(2 * MiB);
      if (request.url === '/with-length') response.setHeader('content-length', body.length).end(body);
      else if (request.url === '/encoded') response.setHeader('content-encoding', 'gzip').end(gzipSync(body));
      else response.write(body, () => response.end());
    });
    await bucket.put('k', 'old');
    for (const path of ['with-length', 'encoded', 'chunked']) {
      const put = (maxSize: number): Promise<unknown> => bucket.putRequest(`${url}${path}`, path, { maxSize });
      await expectError(() => put(2 * MiB - 1), 'EntityTooLarge', { operation: 'putRequest', key: path });
      assert.equal(await bucket.exists(path), false);
      await put(2 * MiB);
      assert.equal((await bucket.stat(path)).size, 2 * MiB);
    }
  }),
];
