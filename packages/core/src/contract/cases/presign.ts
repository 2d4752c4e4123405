import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { PresignOptions } from '../../api/options.js';
import { readBytes, pattern, readText } from '../bodies.js';
import { expectError, assertSameBytes } from '../assertions.js';
import { contractCase } from '../contract-case.js';
import type { ContractCase } from '../contract-case.js';
import type { Fixture } from '../fixture.js';

const presignCase = (id: string, check: (fixture: Fixture) => Promise<void>): ContractCase =>
  contractCase(id, check, { requires: ['presign'] });

/** Sends a request with a plain HTTP client. */
async function send(url: string, init: RequestInit = {}): Promise<{ status: number; body: Buffer }> {
  const response = await fetch(url, init);
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}

interface KeyRow {
  readonly key: string;
  readonly get: string;
  readonly put: string;
}

/** Keys that need different escapes in a URL, with the ids of their cases. */
const keyRows: readonly KeyRow[] = [
  { key: 'k', get: 'presign/get/plain-key', put: 'presign/put/plain-key' },
  { key: 'dir/a b+c&d=e?f#g', get: 'presign/get/reserved-characters', put: 'presign/put/reserved-characters' },
  { key: 'é/🌍.txt', get: 'presign/get/non-ascii', put: 'presign/put/non-ascii' },
  { key: '%41%2F', get: 'presign/get/percent-escapes', put: 'presign/put/percent-escapes' },
  { key: "it's (1)!*", get: 'presign/get/punctuation', put: 'presign/put/punctuation' },
  { key: 'a/', get: 'presign/get/folder-key', put: 'presign/put/folder-key' },
];

/** Presigned URLs. */
export const presignCases = [
  ...keyRows.map(({ key, get: id }) =>
    presignCase(id, async ({ bucket }) => {
      const body = pattern(10_000);
      await bucket.put(key, body);
      const response = await send(await bucket.presign(key));
      assert.equal(response.status, 200);
      assertSameBytes(response.body, body);
    }),
  ),

  ...keyRows.map(({ key, put: id }) =>
    presignCase(id, async ({ bucket }) => {
      const body = pattern(10_000);
      assert.equal((await send(await bucket.presign(key, { method: 'PUT' }), { method: 'PUT', body })).status, 200);
      assertSameBytes(await readBytes(bucket, key), body);
    }),
  ),

  presignCase('presign/put-with-content-type', async ({ bucket }) => {
    const url = await bucket.presign('k', { method: 'PUT', contentType: 'text/css', expiresIn: 60 });
    assert.equal((await send(url, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/plain' } })).status, 403);
    assert.equal(await bucket.exists('k'), false);
    assert.equal((await send(url, { method: 'PUT', body: 'a{}', headers: { 'content-type': 'text/css' } })).status, 200);
    assert.equal((await bucket.stat('k')).contentType, 'text/css');
  }),

  presignCase('presign/other-method', async ({ bucket }) => {
    await bucket.put('k', 'body');
    const [read, write] = [await bucket.presign('k'), await bucket.presign('k', { method: 'PUT' })];
    assert.equal((await send(read, { method: 'PUT', body: 'other' })).status, 403);
    assert.equal((await send(read, { method: 'DELETE' })).status, 403);
    assert.equal((await send(write)).status, 403);
    assert.equal(await readText(bucket, 'k'), 'body');
  }),

  presignCase('presign/other-key', async ({ bucket }) => {
    await bucket.put('k', 'body');
    await bucket.put('l', 'secret');
    const url = new URL(await bucket.presign('k'));
    url.pathname = url.pathname.replace(/k$/, 'l');
    assert.equal((await send(url.href)).status, 403);
  }),

  presignCase('presign/expires', async ({ bucket }) => {
    await bucket.put('k', 'body');
    // Signatures have whole seconds: a URL for one second may expire immediately.
    const [short, long] = [await bucket.presign('k', { expiresIn: 1 }), await bucket.presign('k', { expiresIn: 60 })];
    await delay(2500);
    assert.equal((await send(short)).status, 403);
    assert.equal((await send(long)).status, 200);
  }),

  presignCase('presign/missing-key', async ({ bucket }) => {
    // Signing sends no request; the client gets the error.
    assert.equal((await send(await bucket.presign('missing'))).status, 404);
  }),

  presignCase('presign/range', async ({ bucket }) => {
    await bucket.put('k', 'arbitrary data');
    const { status, body } = await send(await bucket.presign('k'), { headers: { range: 'bytes=2-4' } });
    assert.deepEqual([status, body.toString()], [206, 'bit']);
  }),

  presignCase('presign/invalid-arguments', async ({ bucket }) => {
    for (const method of ['POST', 'get', ''])
      await expectError(() => bucket.presign('k', { method: method as 'GET' }), 'InvalidArgument', { operation: 'presign' });
    for (const expiresIn of [0, -1, 1.5, 604_801, '60']) {
      await expectError(() => bucket.presign('k', { expiresIn: expiresIn as number }), 'InvalidArgument', {
        operation: 'presign',
        key: 'k',
      });
    }
    for (const options of [{ contentType: 'text/plain' }, { expires: 1 }] as PresignOptions[])
      await expectError(() => bucket.presign('k', options), 'InvalidArgument');
    await expectError(() => bucket.presign('a\ud800'), 'InvalidKey');
    assert.equal(typeof (await bucket.presign('k', { expiresIn: 604_800 })), 'string');
  }),
];
