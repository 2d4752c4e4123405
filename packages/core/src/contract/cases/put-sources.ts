import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import type { PutData } from '../../api/options.js';
import { MiB, readBytes, inChunks, pattern, readText } from '../bodies.js';
import { expectError, assertSameBytes } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { md5, md5Base64 } from '../reference.js';

const body = (): Buffer => pattern(30_000);

/** Returns a view of the middle of a larger buffer. */
function view(): Uint8Array {
  return new Uint8Array(Buffer.concat([Buffer.alloc(64, 1), body(), Buffer.alloc(64, 2)])).subarray(64, 64 + 30_000);
}

function pipe(): PassThrough {
  const through = new PassThrough();
  Readable.from(inChunks(body(), 999)).pipe(through);
  return through;
}

function webStream(): ReadableStream<Uint8Array> {
  const chunks = inChunks(body(), 1234);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

async function* uneven(): AsyncGenerator<Uint8Array> {
  const bytes = body();
  let start = 0;
  for (let size = 1; start < bytes.length; size = size * 3 + 1) {
    yield bytes.subarray(start, start + size);
    yield new Uint8Array(0);
    start += size;
  }
}

async function* singleBytes(): AsyncGenerator<Uint8Array> {
  yield* inChunks(body().subarray(0, 300), 1);
  yield body().subarray(300);
}

/** Forms of data, all with the same 30,000 bytes. */
const forms: Readonly<Record<string, () => PutData>> = {
  'put-sources/buffer': body,
  'put-sources/uint8-array': () => new Uint8Array(body()),
  'put-sources/subarray': view,
  'put-sources/uint16-array': () => new Uint16Array(new Uint8Array(body()).buffer),
  'put-sources/data-view': () => {
    const bytes = view();
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  },
  'put-sources/array-buffer': () => new Uint8Array(body()).buffer,
  'put-sources/shared-array-buffer': () => {
    const shared = new SharedArrayBuffer(30_000);
    new Uint8Array(shared).set(body());
    return shared;
  },
  'put-sources/blob': () => new Blob([body()]),
  'put-sources/blob-slice': () => new Blob([Buffer.alloc(10), body(), Buffer.alloc(10)]).slice(10, 30_010),
  'put-sources/node-stream': () => Readable.from(inChunks(body(), 1000)),
  'put-sources/node-stream-of-one-chunk': () => Readable.from([body()]),
  'put-sources/pass-through': pipe,
  'put-sources/web-stream': webStream,
  'put-sources/blob-stream': () => new Blob([body()]).stream() as ReadableStream<Uint8Array>,
  'put-sources/async-generator': () => inChunks(body(), 4096),
  'put-sources/uneven-and-empty-chunks': uneven,
  'put-sources/single-byte-chunks': singleBytes,
  'put-sources/array-of-chunks': () => [body().subarray(0, 100), body().subarray(100)],
  'put-sources/sync-generator': function* () {
    yield body().subarray(0, 1);
    yield body().subarray(1);
  },
  'put-sources/set': () => new Set([body().subarray(0, 20_000), body().subarray(20_000)]),
};

/** Forms of the text `grüße 🌍`. */
const texts: Readonly<Record<string, () => PutData>> = {
  'put-sources/string': () => 'grüße 🌍',
  'put-sources/strings-in-array': () => ['grü', 'ße ', '🌍'],
  'put-sources/strings-and-bytes': () => ['grüße ', Buffer.from('🌍')],
  'put-sources/string-stream': () => Readable.from(['grüße', ' 🌍']),
  'put-sources/string-blob': () => new Blob(['grüße 🌍']),
};

/** Forms of an empty body. */
const emptyForms: Readonly<Record<string, () => PutData>> = {
  'put-sources/empty-string': () => '',
  'put-sources/empty-buffer': () => Buffer.alloc(0),
  'put-sources/empty-blob': () => new Blob([]),
  'put-sources/empty-stream': () => Readable.from([]),
  'put-sources/empty-array': () => [],
  'put-sources/empty-generator': () => inChunks(Buffer.alloc(0), 1),
};

/** The forms of data that `put` accepts. */
export const putSourceCases = [
  ...entriesOf(forms).map(([id, make]) =>
    contractCase(id, async ({ bucket }) => {
      const { etag } = await bucket.put('k', make());
      assertSameBytes(await readBytes(bucket, 'k'), body());
      assert.equal((await bucket.stat('k')).size, 30_000);
      assert.equal((await bucket.put('declared', make(), 30_000)).etag, etag);
      assertSameBytes(await readBytes(bucket, 'declared'), body());
    }),
  ),

  ...entriesOf(texts).map(([id, make]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('k', make());
      assert.equal(await readText(bucket, 'k'), 'grüße 🌍');
      assert.equal((await bucket.stat('k')).size, 12);
    }),
  ),

  ...entriesOf(emptyForms).map(([id, make]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('k', make());
      assert.equal((await bucket.stat('k')).size, 0);
      assert.equal((await readBytes(bucket, 'k')).length, 0);
    }),
  ),

  contractCase('put-sources/stored-object', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    const bytes = pattern(2 * MiB);
    const { etag } = await bucket.put('k', bytes);
    await other.put('copy', await bucket.get('k'));
    assertSameBytes(await readBytes(other, 'copy'), bytes);
    assert.equal((await other.stat('copy')).etag, etag);
    await other.put('part', await bucket.get('k', { range: { start: 10, end: 20 } }));
    assertSameBytes(await readBytes(other, 'part'), bytes.subarray(10, 20));
  }),

  contractCase('put-sources/own-object-as-source', async ({ bucket }) => {
    await bucket.put('k', 'the same body');
    await bucket.put('k', await bucket.get('k'), { metadata: { second: 'yes' } });
    assert.equal(await readText(bucket, 'k'), 'the same body');
  }),

  contractCase(
    'put-sources/large-single-chunk',
    async ({ datastore, bucket }) => {
      const bytes = pattern(6 * MiB);
      const { etag } = await bucket.put('k', [bytes]);
      if (datastore.capabilities.md5Etags) assert.equal(etag, md5(bytes));
      assertSameBytes(await readBytes(bucket, 'k'), bytes);
    },
    { traits: ['md5Etags'] },
  ),

  contractCase('put-sources/buffer-modified-after-put', async ({ bucket }) => {
    for (const size of [100, 100_000, 2 * MiB]) {
      const given = pattern(size);
      await bucket.put('k', given);
      given.fill(0);
      assertSameBytes(await readBytes(bucket, 'k'), pattern(size));
    }
  }),

  contractCase('put-sources/buffer-modified-during-put', async ({ bucket }) => {
    for (const size of [100, 100_000, 2 * MiB]) {
      const given = pattern(size);
      const put = bucket.put('k', given, { contentMD5: md5Base64(given) });
      given.fill(0);
      await put;
      assertSameBytes(await readBytes(bucket, 'k'), pattern(size));
    }
  }),

  contractCase('put-sources/chunk-buffer-reused', async ({ bucket }) => {
    // A source may reuse the buffer of a chunk once the next chunk is requested.
    async function* reading(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
      const buffer = Buffer.alloc(size);
      for (let start = 0; start < bytes.length; start += size) {
        bytes.copy(buffer, 0, start, start + size);
        yield buffer;
      }
      buffer.fill(0);
    }
    const small = pattern(50_000);
    await bucket.put('k', reading(small, 1000));
    assertSameBytes(await readBytes(bucket, 'k'), small);
    // One part, larger than the default part size.
    const large = pattern(17 * MiB);
    await bucket.put('k', reading(large, MiB), large.length, { partSize: 32 * MiB });
    assertSameBytes(await readBytes(bucket, 'k'), large);
  }),

  contractCase('put-sources/invalid-data', async ({ bucket }) => {
    for (const data of [undefined, null, 7, true, {}, () => 'body', Promise.resolve('body'), Symbol('body')]) {
      await expectError(() => bucket.put('k', data as never), 'InvalidArgument', { operation: 'put', bucket: bucket.name, key: 'k' });
    }
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-sources/invalid-chunks', async ({ bucket }) => {
    await bucket.put('k', 'old');
    for (const data of [[1, 2, 3], [Buffer.from('a'), null], Readable.from([{ a: 1 }])]) {
      await expectError(() => bucket.put('k', data as never), 'InvalidArgument', { operation: 'put', key: 'k' });
    }
    assert.equal(await readText(bucket, 'k'), 'old');
  }),

  contractCase('put-sources/already-consumed', async ({ bucket }) => {
    await bucket.put('k', 'old');
    const read = Readable.from(['a']);
    for await (const _ of read);
    const destroyed = Readable.from(['a']);
    destroyed.destroy();
    const locked = new Blob(['a']).stream();
    locked.getReader();
    const object = await bucket.get('k');
    await object.bytes();
    for (const data of [read, destroyed, locked, object]) {
      await expectError(() => bucket.put('k', data as PutData), 'BodyUsed', { operation: 'put', key: 'k' });
    }
    assert.equal(await readText(bucket, 'k'), 'old');
  }),

  contractCase('put-sources/in-use', async ({ bucket }) => {
    for (const make of [pipe, webStream, uneven, () => bucket.get('source')]) {
      await bucket.put('source', body());
      const data: PutData = await make();
      const first = bucket.put('first', data);
      await expectError(() => bucket.put('second', data), 'BodyUsed', { operation: 'put', key: 'second' });
      await first;
      await expectError(() => bucket.put('third', data), 'BodyUsed', { operation: 'put', key: 'third' });
      assertSameBytes(await readBytes(bucket, 'first'), body());
      assert.deepEqual(await bucket.listFilename(), ['first', 'source']);
    }
  }),

  contractCase('put-sources/flowing-stream', async ({ bucket }) => {
    const flowing = new PassThrough();
    flowing.on('data', () => {});
    const piped = new PassThrough();
    piped.pipe(new PassThrough()).resume();
    for (const stream of [flowing, piped]) {
      await expectError(() => bucket.put('k', stream), 'BodyUsed', { operation: 'put', key: 'k' });
      assert.equal(stream.destroyed, false);
    }
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-sources/failing-progress', async ({ bucket }) => {
    await bucket.put('k', 'old');
    const failure = new Error('the listener failed');
    const progress = (): void => {
      throw failure;
    };
    for (const data of ['new', '', pattern(100_000), [pattern(2 * MiB)]]) {
      const { cause } = await expectError(() => bucket.put('k', data, { progress }), 'InternalError', { operation: 'put', key: 'k' });
      assert.equal(cause, failure);
      await expectError(() => bucket.put('new', data, { progress }), 'InternalError');
    }
    assert.equal(await readText(bucket, 'k'), 'old');
    assert.equal(await bucket.exists('new'), false);
  }),
];
