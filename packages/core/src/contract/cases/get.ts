import assert from 'node:assert/strict';
import type { StoredObject } from '../../body/stored-object.js';
import { KiB, MiB, readBytes, pattern, readText } from '../bodies.js';
import { collect, expectError, assertSameBytes } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

interface Reader {
  /** The id of the case that reads bodies of several sizes. */
  readonly read: string;
  /** The id of the case that reads the body twice. */
  readonly singleUse: string;
  readonly run: (object: StoredObject) => Promise<Uint8Array>;
}

/** Every way to read a body. */
const readers: readonly Reader[] = [
  { read: 'get/read/bytes', singleUse: 'get/single-use/bytes', run: (object) => object.bytes() },
  {
    read: 'get/read/array-buffer',
    singleUse: 'get/single-use/array-buffer',
    run: async (object) => new Uint8Array(await object.arrayBuffer()),
  },
  {
    read: 'get/read/blob',
    singleUse: 'get/single-use/blob',
    run: async (object) => new Uint8Array(await (await object.blob()).arrayBuffer()),
  },
  { read: 'get/read/text', singleUse: 'get/single-use/text', run: async (object) => Buffer.from(await object.text()) },
  { read: 'get/read/stream', singleUse: 'get/single-use/stream', run: async (object) => Buffer.concat(await collect(object.stream())) },
  {
    read: 'get/read/stream-of-chunks',
    singleUse: 'get/single-use/stream-of-chunks',
    run: async (object) => Buffer.concat(await collect(object.stream(1000))),
  },
  {
    read: 'get/read/async-iterable',
    singleUse: 'get/single-use/async-iterable',
    run: async (object) => Buffer.concat(await collect(object)),
  },
  {
    read: 'get/read/node-stream',
    singleUse: 'get/single-use/node-stream',
    run: async (object) => Buffer.concat((await object.toNodeStream().toArray()) as Buffer[]),
  },
  {
    read: 'get/read/web-stream',
    singleUse: 'get/single-use/web-stream',
    run: async (object) => Buffer.concat(await collect(object.toWebStream())),
  },
];

/** ASCII, so that bytes and text are the same. */
const letters = (size: number): Buffer => Buffer.from(pattern(size).map((byte) => 97 + (byte % 26)));

const chunkSizes: Readonly<Record<string, number>> = {
  'get/chunks/1': 1,
  'get/chunks/7': 7,
  'get/chunks/1000': 1000,
  'get/chunks/32768': 32 * KiB,
  'get/chunks/65536': 64 * KiB,
  'get/chunks/99999': 99_999,
  'get/chunks/100000': 100_000,
  'get/chunks/1048576': MiB,
};

/** Reading objects. */
export const getCases = [
  ...readers.map(({ read, run }) =>
    contractCase(read, async ({ bucket }) => {
      for (const size of [0, 14, 70_000, MiB + 3]) {
        const body = letters(size);
        await bucket.put('k', body);
        assertSameBytes(await run(await bucket.get('k')), body);
      }
    }),
  ),

  ...readers.map(({ singleUse, run }) =>
    contractCase(singleUse, async ({ bucket }) => {
      await bucket.put('k', 'body');
      for (const other of readers) {
        const object = await bucket.get('k');
        assert.equal(object.bodyUsed, false);
        await run(object);
        assert.equal(object.bodyUsed, true);
        await expectError(async () => other.run(object), 'BodyUsed');
      }
    }),
  ),

  ...entriesOf(chunkSizes).map(([id, size]) =>
    contractCase(id, async ({ bucket }) => {
      const body = pattern(size === 1 ? 5000 : 100_000);
      await bucket.put('k', body);
      const chunks = await collect((await bucket.get('k')).stream(size));
      assertSameBytes(Buffer.concat(chunks), body);
      const full = Math.floor(body.length / size);
      const expected = [...Array.from({ length: full }, () => size), ...(body.length % size === 0 ? [] : [body.length % size])];
      assert.deepEqual(
        chunks.map((chunk) => chunk.length),
        expected,
      );
    }),
  ),

  contractCase('get/invalid-chunk-size', async ({ bucket }) => {
    await bucket.put('k', 'body');
    const object = await bucket.get('k');
    for (const size of [0, -1, 1.5, Number.NaN, '10']) await expectError(() => object.stream(size as number), 'InvalidArgument');
    assert.equal(await object.text(), 'body');
  }),

  contractCase('get/info-matches-stat', async ({ bucket }) => {
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

  contractCase('get/blob-type', async ({ bucket }) => {
    await bucket.put('k', 'body', { contentType: 'text/css' });
    assert.equal((await (await bucket.get('k')).blob()).type, 'text/css');
  }),

  contractCase('get/text-multibyte', async ({ bucket }) => {
    // Characters of three bytes, so that chunks end within a character.
    const text = `\ufeff${'€'.repeat(100_000)}`;
    await bucket.put('k', text);
    assert.equal(await readText(bucket, 'k'), text);
  }),

  contractCase('get/missing', async ({ bucket }) => {
    await bucket.put('key', 'body');
    for (const key of ['ke', 'key2', 'KEY', 'key/x', 'other']) {
      await expectError(() => bucket.get(key), 'NoSuchKey', { operation: 'get', bucket: bucket.name, key });
    }
  }),

  contractCase('get/returned-bytes-are-copies', async ({ bucket }) => {
    for (const size of [100, 100_000, 2 * MiB]) {
      const body = pattern(size);
      await bucket.put('k', body);
      (await readBytes(bucket, 'k')).fill(0);
      for await (const chunk of await bucket.get('k')) chunk.fill(0);
      new Uint8Array(await (await bucket.get('k')).arrayBuffer()).fill(0);
      assertSameBytes(await readBytes(bucket, 'k'), body);
    }
  }),

  contractCase('get/array-buffer-size', async ({ bucket }) => {
    await bucket.put('k', 'body');
    assert.equal((await (await bucket.get('k')).arrayBuffer()).byteLength, 4);
  }),

  contractCase('get/concurrent-readers', async ({ bucket }) => {
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
    assertSameBytes(Buffer.concat(read[0]), body);
    assertSameBytes(Buffer.concat(read[1]), body);
  }),

  contractCase('get/cancelled', async ({ bucket }) => {
    await bucket.put('k', pattern(2 * MiB));
    const object = await bucket.get('k');
    await object.cancel();
    await object.cancel();
    assert.equal(object.bodyUsed, true);
    await expectError(() => object.bytes(), 'BodyUsed');
    const disposed = await bucket.get('k');
    await disposed[Symbol.asyncDispose]();
    await expectError(() => disposed.text(), 'BodyUsed');
  }),
];
