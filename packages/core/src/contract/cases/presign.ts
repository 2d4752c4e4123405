import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { PresignOptions } from '../../api/options.js';
import { bytesOf, pattern, textOf } from '../bodies.js';
import { fails, sameBytes } from '../check.js';
import { contractCase as anyCase } from '../contract-case.js';
import type { ContractCase } from '../contract-case.js';
import type { Fixture } from '../scratch.js';

const contractCase = (id: string, check: (fixture: Fixture) => Promise<void>): ContractCase => anyCase(id, check, { needs: ['presign'] });

/** Sends a request with a plain HTTP client; gives the status and the body. */
async function send(url: string, init: RequestInit = {}): Promise<{ status: number; body: Buffer }> {
  const response = await fetch(url, init);
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}

const keys = ['k', 'dir/a b+c&d=e?f#g', 'é/🌍.txt', '%41%2F', "it's (1)!*", 'a/'];

/** URLs that let a plain HTTP client read or write one object for a while. */
export const presignCases = [
  ...keys.map((key, index) =>
    contractCase(`presign/get/${index}`, async ({ bucket }) => {
      const body = pattern(10_000);
      await bucket.put(key, body);
      const answer = await send(await bucket.presign('GET', key));
      assert.equal(answer.status, 200);
      sameBytes(answer.body, body);
    }),
  ),

  ...keys.map((key, index) =>
    contractCase(`presign/put/${index}`, async ({ bucket }) => {
      const body = pattern(10_000);
      assert.equal((await send(await bucket.presign('PUT', key), { method: 'PUT', body })).status, 200);
      sameBytes(await bytesOf(bucket, key), body);
    }),
  ),

  contractCase('presign/put-with-type', async ({ bucket }) => {
    const url = await bucket.presign('PUT', 'k', { contentType: 'text/css', expiresIn: 60 });
    assert.equal((await send(url, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/plain' } })).status, 403);
    assert.equal(await bucket.exists('k'), false);
    assert.equal((await send(url, { method: 'PUT', body: 'a{}', headers: { 'content-type': 'text/css' } })).status, 200);
    assert.equal((await bucket.stat('k')).contentType, 'text/css');
  }),

  contractCase('presign/other-method', async ({ bucket }) => {
    await bucket.put('k', 'body');
    const [read, write] = [await bucket.presign('GET', 'k'), await bucket.presign('PUT', 'k')];
    assert.equal((await send(read, { method: 'PUT', body: 'evil' })).status, 403);
    assert.equal((await send(read, { method: 'DELETE' })).status, 403);
    assert.equal((await send(write)).status, 403);
    assert.equal(await textOf(bucket, 'k'), 'body');
  }),

  contractCase('presign/other-key', async ({ bucket }) => {
    await bucket.put('k', 'body');
    await bucket.put('l', 'secret');
    const url = new URL(await bucket.presign('GET', 'k'));
    url.pathname = url.pathname.replace(/k$/, 'l');
    assert.equal((await send(url.href)).status, 403);
  }),

  contractCase('presign/expires', async ({ bucket }) => {
    await bucket.put('k', 'body');
    // The time that a URL carries has whole seconds: one of a single second may be over at once.
    const [short, long] = [await bucket.presign('GET', 'k', { expiresIn: 1 }), await bucket.presign('GET', 'k', { expiresIn: 60 })];
    await delay(2500);
    assert.equal((await send(short)).status, 403);
    assert.equal((await send(long)).status, 200);
  }),

  contractCase('presign/missing', async ({ bucket }) => {
    // The URL is made without asking: the answer to the client tells.
    assert.equal((await send(await bucket.presign('GET', 'missing'))).status, 404);
  }),

  contractCase('presign/range', async ({ bucket }) => {
    await bucket.put('k', 'arbitrary data');
    const { status, body } = await send(await bucket.presign('GET', 'k'), { headers: { range: 'bytes=2-4' } });
    assert.deepEqual([status, body.toString()], [206, 'bit']);
  }),

  contractCase('presign/arguments', async ({ bucket }) => {
    for (const method of ['DELETE', 'get', '', undefined])
      await fails(() => bucket.presign(method as 'GET', 'k'), 'InvalidArgument', { operation: 'presign' });
    for (const expiresIn of [0, -1, 1.5, 604_801, '60']) {
      await fails(() => bucket.presign('GET', 'k', { expiresIn: expiresIn as number }), 'InvalidArgument', {
        operation: 'presign',
        key: 'k',
      });
    }
    for (const options of [{ contentType: 'text/plain' }, { expires: 1 }] as PresignOptions[])
      await fails(() => bucket.presign('GET', 'k', options), 'InvalidArgument');
    await fails(() => bucket.presign('GET', 'a//b'), 'InvalidKey');
    assert.equal(typeof (await bucket.presign('GET', 'k', { expiresIn: 604_800 })), 'string');
  }),
];
