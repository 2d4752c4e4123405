import assert from 'node:assert/strict';
import type { StoredObject } from '../../body/stored-object.js';
import { KiB, MiB, bytesOf, pattern, textOf } from '../bodies.js';
import { collect, fails, sameBytes } from '../check.js';
import { contractCase } from '../contract-case.js';

/** Every way to read a body. */
const ways: Readonly<Record<string, (object: StoredObject) => Promise<Uint8Array>>> = {
  bytes: (object) => object.bytes(),
  'array-buffer': async (object) => new Uint8Array(await object.arrayBuffer()),
  blob: async (object) => new Uint8Array(await (await object.blob()).arrayBuffer()),
  text: async (object) => Buffer.from(await object.text()),
  stream: async (object) => Buffer.concat(await collect(object.stream())),
  'stream-of-chunks': async (object) => Buffer.concat(await collect(object.stream(1000))),
  'async-iterable': async (object) => Buffer.concat(await collect(object)),
  'node-stream': async (object) => Buffer.concat((await object.toNodeStream().toArray()) as Buffer[]),
  'web-stream': async (object) => Buffer.concat(await collect(object.toWebStream())),
};

/** ASCII, so that it is the same as text. */
const letters = (size: number): Buffer => Buffer.from(pattern(size).map((byte) => 97 + (byte % 26)));

const chunkSizes = [1, 7, 1000, 32 * KiB, 64 * KiB, 99_999, 100_000, MiB];

/** Reading objects. */
export const getCases = [
  ...Object.entries(ways).map(([id, read]) =>
    contractCase(`get/read/${id}`, async ({ bucket }) => {
      for (const size of [0, 14, 70_000, MiB + 3]) {
        const body = letters(size);
        await bucket.put('k', body);
        sameBytes(await read(await bucket.get('k')), body);
      }
    }),
  ),

  ...Object.entries(ways).map(([id, read]) =>
    contractCase(`get/once/${id}`, async ({ bucket }) => {
      await bucket.put('k', 'body');
      for (const again of [read, ...Object.values(ways)]) {
        const object = await bucket.get('k');
        assert.equal(object.bodyUsed, false);
        await read(object);
        assert.equal(object.bodyUsed, true);
        await fails(async () => again(object), 'BodyUsed');
      }
    }),
  ),

  ...chunkSizes.map((size) =>
    contractCase(`get/chunks/${size}`, async ({ bucket }) => {
      const body = pattern(size === 1 ? 5000 : 100_000);
      await bucket.put('k', body);
      const chunks = await collect((await bucket.get('k')).stream(size));
      sameBytes(Buffer.concat(chunks), body);
      const full = Math.floor(body.length / size);
      const expected = [...Array.from({ length: full }, () => size), ...(body.length % size === 0 ? [] : [body.length % size])];
      assert.deepEqual(
        chunks.map((chunk) => chunk.length),
        expected,
      );
    }),
  ),

  contractCase('get/chunk-size-no-number', async ({ bucket }) => {
    await bucket.put('k', 'body');
    const object = await bucket.get('k');
    for (const size of [0, -1, 1.5, Number.NaN, '10']) await fails(() => object.stream(size as number), 'InvalidArgument');
    assert.equal(await object.text(), 'body');
  }),

  contractCase('get/info-equals-stat', async ({ bucket }) => {
    await bucket.put('k', 'body', {
      contentType: 'text/css',
      cacheControl: 'no-cache',
      contentLanguage: 'en',
      expires: new Date('2031-02-03T04:05:06Z'),
      metadata: { a: 'b', c: 'ü' },
    });
    const object = await bucket.get('k');
    assert.deepEqual(object.info, await bucket.stat('k'));
    assert.equal(object.range, undefined);
    await object.cancel();
  }),

  contractCase('get/json', async ({ bucket }) => {
    const value = { a: [1, 'ü', null], b: { c: true } };
    await bucket.put('k', JSON.stringify(value));
    assert.deepEqual(await (await bucket.get('k')).json(), value);
    await bucket.put('bad', '{"a":');
    await assert.rejects((await bucket.get('bad')).json(), SyntaxError);
  }),

  contractCase('get/blob-has-type', async ({ bucket }) => {
    await bucket.put('k', 'body', { contentType: 'text/css' });
    assert.equal((await (await bucket.get('k')).blob()).type, 'text/css');
  }),

  contractCase('get/text-of-any-letters', async ({ bucket }) => {
    // Letters of three bytes, so that chunks end within one.
    const text = `\ufeff${'€'.repeat(100_000)}`;
    await bucket.put('k', text);
    assert.equal(await textOf(bucket, 'k'), text);
  }),

  contractCase('get/missing', async ({ bucket }) => {
    await bucket.put('key', 'body');
    for (const key of ['ke', 'key2', 'KEY', 'key/x', 'other']) {
      await fails(() => bucket.get(key), 'NoSuchKey', { operation: 'get', bucket: bucket.name, key });
    }
  }),

  contractCase('get/bytes-are-the-callers', async ({ bucket }) => {
    for (const size of [100, 100_000, 2 * MiB]) {
      const body = pattern(size);
      await bucket.put('k', body);
      (await bytesOf(bucket, 'k')).fill(0);
      for await (const chunk of await bucket.get('k')) chunk.fill(0);
      new Uint8Array(await (await bucket.get('k')).arrayBuffer()).fill(0);
      sameBytes(await bytesOf(bucket, 'k'), body);
    }
  }),

  contractCase('get/buffer-of-its-size', async ({ bucket }) => {
    await bucket.put('k', 'body');
    assert.equal((await (await bucket.get('k')).arrayBuffer()).byteLength, 4);
  }),

  contractCase('get/two-readers', async ({ bucket }) => {
    const body = pattern(300_000);
    await bucket.put('k', body);
    const [one, other] = [await bucket.get('k'), await bucket.get('k')];
    const [oneChunks, otherChunks] = [one.stream(1000), other.stream(777)];
    const read: [Buffer[], Buffer[]] = [[], []];
    for (let i = 0; i < 400; i++) {
      const [a, b] = [await oneChunks.next(), await otherChunks.next()];
      if (a.done !== true) read[0].push(a.value);
      if (b.done !== true) read[1].push(b.value);
    }
    sameBytes(Buffer.concat(read[0]), body);
    sameBytes(Buffer.concat(read[1]), body);
  }),

  contractCase('get/cancelled', async ({ bucket }) => {
    await bucket.put('k', pattern(2 * MiB));
    const object = await bucket.get('k');
    await object.cancel();
    await object.cancel();
    assert.equal(object.bodyUsed, true);
    await fails(() => object.bytes(), 'BodyUsed');
    const disposed = await bucket.get('k');
    await disposed[Symbol.asyncDispose]();
    await fails(() => disposed.text(), 'BodyUsed');
  }),
];
