import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import type { PutData } from '../../api/options.js';
import { MiB, bytesOf, inChunks, pattern, textOf } from '../bodies.js';
import { fails, sameBytes } from '../check.js';
import { contractCase } from '../contract-case.js';
import { md5 } from '../reference.js';

const body = (): Buffer => pattern(30_000);

/** A larger block of which only the middle is the body. */
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

/** Every form of data, each giving the same 30,000 bytes. */
const forms: Readonly<Record<string, () => PutData>> = {
  buffer: body,
  'uint8-array': () => new Uint8Array(body()),
  subarray: view,
  'uint16-array': () => new Uint16Array(new Uint8Array(body()).buffer),
  'data-view': () => {
    const bytes = view();
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  },
  'array-buffer': () => new Uint8Array(body()).buffer,
  'shared-array-buffer': () => {
    const shared = new SharedArrayBuffer(30_000);
    new Uint8Array(shared).set(body());
    return shared;
  },
  blob: () => new Blob([body()]),
  'blob-slice': () => new Blob([Buffer.alloc(10), body(), Buffer.alloc(10)]).slice(10, 30_010),
  'node-stream': () => Readable.from(inChunks(body(), 1000)),
  'node-stream-of-one': () => Readable.from([body()]),
  'pass-through': pipe,
  'web-stream': webStream,
  'blob-stream': () => new Blob([body()]).stream() as ReadableStream<Uint8Array>,
  'async-generator': () => inChunks(body(), 4096),
  'async-uneven-and-empty-chunks': uneven,
  'single-bytes': singleBytes,
  'array-of-chunks': () => [body().subarray(0, 100), body().subarray(100)],
  'sync-generator': function* () {
    yield body().subarray(0, 1);
    yield body().subarray(1);
  },
  set: () => new Set([body().subarray(0, 20_000), body().subarray(20_000)]),
};

/** Forms of text, each giving `grüße 🌍`. */
const texts: Readonly<Record<string, () => PutData>> = {
  string: () => 'grüße 🌍',
  'strings-in-array': () => ['grü', 'ße ', '🌍'],
  'strings-and-bytes': () => ['grüße ', Buffer.from('🌍')],
  'text-stream': () => Readable.from(['grüße', ' 🌍']),
  'text-blob': () => new Blob(['grüße 🌍']),
};

/** Forms of nothing at all. */
const nothing: Readonly<Record<string, () => PutData>> = {
  'empty-string': () => '',
  'empty-buffer': () => Buffer.alloc(0),
  'empty-blob': () => new Blob([]),
  'empty-stream': () => Readable.from([]),
  'empty-array': () => [],
  'empty-generator': () => inChunks(Buffer.alloc(0), 1),
};

/** What `put` accepts. */
export const putSourceCases = [
  ...Object.entries(forms).map(([id, make]) =>
    contractCase(`put-sources/${id}`, async ({ bucket }) => {
      const { etag } = await bucket.put('k', make());
      sameBytes(await bytesOf(bucket, 'k'), body());
      assert.equal((await bucket.stat('k')).size, 30_000);
      assert.equal((await bucket.put('declared', make(), 30_000)).etag, etag);
      sameBytes(await bytesOf(bucket, 'declared'), body());
    }),
  ),

  ...Object.entries(texts).map(([id, make]) =>
    contractCase(`put-sources/${id}`, async ({ bucket }) => {
      await bucket.put('k', make());
      assert.equal(await textOf(bucket, 'k'), 'grüße 🌍');
      assert.equal((await bucket.stat('k')).size, 12);
    }),
  ),

  ...Object.entries(nothing).map(([id, make]) =>
    contractCase(`put-sources/${id}`, async ({ bucket }) => {
      await bucket.put('k', make());
      assert.equal((await bucket.stat('k')).size, 0);
      assert.equal((await bytesOf(bucket, 'k')).length, 0);
    }),
  ),

  contractCase('put-sources/stored-object', async ({ bucket, anotherBucket }) => {
    const other = await anotherBucket();
    const bytes = pattern(2 * MiB);
    const { etag } = await bucket.put('k', bytes);
    await other.put('copy', await bucket.get('k'));
    sameBytes(await bytesOf(other, 'copy'), bytes);
    assert.equal((await other.stat('copy')).etag, etag);
    await other.put('part', await bucket.get('k', { range: { start: 10, end: 20 } }));
    sameBytes(await bytesOf(other, 'part'), bytes.subarray(10, 20));
  }),

  contractCase('put-sources/onto-its-own-source', async ({ bucket }) => {
    await bucket.put('k', 'the same body');
    await bucket.put('k', await bucket.get('k'), { metadata: { second: 'yes' } });
    assert.equal(await textOf(bucket, 'k'), 'the same body');
  }),

  contractCase(
    'put-sources/large-single-chunk',
    async ({ datastore, bucket }) => {
      const bytes = pattern(6 * MiB);
      const { etag } = await bucket.put('k', [bytes]);
      if (datastore.capabilities.md5Etags) assert.equal(etag, md5(bytes));
      sameBytes(await bytesOf(bucket, 'k'), bytes);
    },
    { traits: ['md5Etags'] },
  ),

  contractCase('put-sources/buffer-changed-afterwards', async ({ bucket }) => {
    for (const size of [100, 100_000, 2 * MiB]) {
      const given = pattern(size);
      await bucket.put('k', given);
      given.fill(0);
      sameBytes(await bytesOf(bucket, 'k'), pattern(size));
    }
  }),

  contractCase('put-sources/chunk-used-again', async ({ bucket }) => {
    // A source that reads into one buffer over and over: a chunk is its own again when the next one is asked for.
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
    sameBytes(await bytesOf(bucket, 'k'), small);
    // One part, and larger than what is usually held back to be sent again.
    const large = pattern(17 * MiB);
    await bucket.put('k', reading(large, MiB), large.length, { partSize: 32 * MiB });
    sameBytes(await bytesOf(bucket, 'k'), large);
  }),

  contractCase('put-sources/no-data', async ({ bucket }) => {
    for (const data of [undefined, null, 7, true, {}, () => 'body', Promise.resolve('body'), Symbol('body')]) {
      await fails(() => bucket.put('k', data as never), 'InvalidArgument', { operation: 'put', bucket: bucket.name, key: 'k' });
    }
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-sources/no-bytes-in-chunks', async ({ bucket }) => {
    await bucket.put('k', 'old');
    for (const data of [[1, 2, 3], [Buffer.from('a'), null], Readable.from([{ a: 1 }])]) {
      await fails(() => bucket.put('k', data as never), 'InvalidArgument', { operation: 'put', key: 'k' });
    }
    assert.equal(await textOf(bucket, 'k'), 'old');
  }),

  contractCase('put-sources/used-before', async ({ bucket }) => {
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
      await fails(() => bucket.put('k', data as PutData), 'BodyUsed', { operation: 'put', key: 'k' });
    }
    assert.equal(await textOf(bucket, 'k'), 'old');
  }),
];
