import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { PutData, PutOptions } from '../../api/options.js';
import { KiB, MiB, inChunks, pattern, readBytes, readText } from '../bodies.js';
import { assertSameBytes, expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

const partSize = 5 * MiB;

/** Bodies that are larger than `maxSize`. */
const tooLarge: Readonly<Record<string, { data: () => PutData; maxSize: number; length?: number }>> = {
  'put-limits/max-size/bytes': { data: () => 'body', maxSize: 3 },
  'put-limits/max-size/zero': { data: () => 'b', maxSize: 0 },
  'put-limits/max-size/blob': { data: () => new Blob(['body']), maxSize: 3 },
  'put-limits/max-size/large-bytes': { data: () => pattern(2 * MiB), maxSize: 2 * MiB - 1 },
  'put-limits/max-size/stream-of-unknown-size': { data: () => inChunks(pattern(100 * KiB), 3000), maxSize: 100 * KiB - 1 },
  'put-limits/max-size/stream-of-known-size': { data: () => inChunks(pattern(100 * KiB), 3000), maxSize: 1000, length: 100 * KiB },
  'put-limits/max-size/node-stream': { data: () => Readable.from(inChunks(pattern(5000), 1000)), maxSize: 4999 },
  'put-limits/max-size/first-chunk': { data: () => inChunks(pattern(5000), 5000), maxSize: 1 },
  'put-limits/max-size/second-part': { data: () => inChunks(pattern(partSize + 10), MiB), maxSize: partSize + 9 },
  'put-limits/max-size/whole-part': { data: () => inChunks(pattern(partSize + 1), MiB), maxSize: partSize },
};

/** Bodies and declared sizes that differ. */
const wrongSize: Readonly<Record<string, { data: () => PutData; size: number }>> = {
  'put-limits/size/bytes-too-short': { data: () => 'body', size: 5 },
  'put-limits/size/bytes-too-long': { data: () => 'body', size: 3 },
  'put-limits/size/stream-too-short': { data: () => inChunks(pattern(5000), 1000), size: 5001 },
  'put-limits/size/stream-too-long': { data: () => inChunks(pattern(5000), 1000), size: 4999 },
};

/** Content types by key. */
const contentTypes: Readonly<Record<string, readonly [key: string, contentType: string]>> = {
  'put-limits/content-type-auto/text': ['a.txt', 'text/plain'],
  'put-limits/content-type-auto/image': ['folder.css/photo.jpg', 'image/jpeg'],
  'put-limits/content-type-auto/upper-case': ['A.JSON', 'application/json'],
  'put-limits/content-type-auto/last-extension': ['a.tar.gz', 'application/gzip'],
  'put-limits/content-type-auto/unknown-extension': ['a.unknown-extension', 'binary/octet-stream'],
  'put-limits/content-type-auto/no-extension': ['folder.txt/file', 'binary/octet-stream'],
  'put-limits/content-type-auto/hidden-file': ['.txt', 'binary/octet-stream'],
  'put-limits/content-type-auto/folder': ['folder.txt/', 'text/plain'],
};

/** The options `maxSize`, `size` and `contentType: 'auto'` of puts. */
export const putLimitCases = [
  ...entriesOf(tooLarge).map(([id, { data, maxSize, length }]) =>
    contractCase(id, async ({ bucket }) => {
      const { etag } = await bucket.put('old', 'the old body', { metadata: { old: 'yes' } });
      for (const key of ['new', 'old'])
        await expectError(() => bucket.put(key, data(), length, { maxSize, partSize }), 'EntityTooLarge', {
          operation: 'put',
          bucket: bucket.name,
          key,
        });
      assert.deepEqual(await bucket.listFilename(), ['old']);
      assert.equal((await bucket.stat('old')).etag, etag);
      assert.equal(await readText(bucket, 'old'), 'the old body');
    }),
  ),

  contractCase('put-limits/max-size/exact', async ({ bucket }) => {
    const body = pattern(5000);
    for (const data of [body, new Blob([body]), inChunks(body, 1000)]) {
      await bucket.put('k', data, { maxSize: 5000 });
      assertSameBytes(await readBytes(bucket, 'k'), body);
    }
    await bucket.put('empty', '', { maxSize: 0 });
    assert.equal((await bucket.stat('empty')).size, 0);
  }),

  contractCase('put-limits/max-size/closes-the-source', async ({ bucket }) => {
    const stream = Readable.from(inChunks(pattern(5000), 1000));
    await expectError(() => bucket.put('k', stream, { maxSize: 1500 }), 'EntityTooLarge');
    assert.equal(stream.destroyed, true);
    const declared = Readable.from(inChunks(pattern(5000), 1000));
    await expectError(() => bucket.put('k', declared, { maxSize: 1500, size: 5000 }), 'EntityTooLarge');
    assert.equal(declared.destroyed, true);
  }),

  contractCase('put-limits/max-size/stops-reading', async ({ bucket }) => {
    let chunks = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      for (;;) {
        chunks++;
        yield pattern(1000);
      }
    };
    await expectError(() => bucket.put('k', endless(), { maxSize: 10_500 }), 'EntityTooLarge');
    assert.equal(chunks, 11);
  }),

  contractCase('put-limits/max-size/fput', async ({ bucket, createTempFolder }) => {
    const path = join(await createTempFolder(), 'file');
    await writeFile(path, 'body');
    await expectError(() => bucket.fput('k', path, { maxSize: 3 }), 'EntityTooLarge', { operation: 'fput', key: 'k' });
    assert.equal(await bucket.exists('k'), false);
    await bucket.fput('k', path, { maxSize: 4 });
    assert.equal(await readText(bucket, 'k'), 'body');
  }),

  contractCase('put-limits/max-size/put-request', async ({ bucket }) => {
    const fetch = async (): Promise<Response> => new Response(new Blob(['body']).stream());
    await expectError(() => bucket.putRequest('http://127.0.0.1:9/', 'k', { fetch, maxSize: 3 }), 'EntityTooLarge', {
      operation: 'putRequest',
    });
    assert.equal(await bucket.exists('k'), false);
    await bucket.putRequest('http://127.0.0.1:9/', 'k', { fetch, maxSize: 4 });
    assert.equal(await readText(bucket, 'k'), 'body');
  }),

  contractCase('put-limits/max-size/missing-bucket', async ({ datastore, unusedName }) => {
    const missing = datastore.bucket(unusedName());
    await expectError(() => missing.put('k', inChunks(pattern(5000), 1000), { maxSize: 1500 }), 'NoSuchBucket');
    // A size that is known is checked before any I/O.
    await expectError(() => missing.put('k', 'body', { maxSize: 3 }), 'EntityTooLarge');
  }),

  ...entriesOf(wrongSize).map(([id, { data, size }]) =>
    contractCase(id, async ({ bucket }) => {
      await expectError(() => bucket.put('k', data(), { size }), 'IncompleteBody', { operation: 'put', bucket: bucket.name, key: 'k' });
      assert.deepEqual(await bucket.listFilename(), []);
    }),
  ),

  contractCase('put-limits/size/equal', async ({ bucket }) => {
    for (const data of ['body', inChunks(Buffer.from('body'), 3), new Blob(['body'])]) {
      await bucket.put('k', data, { size: 4 });
      assert.equal(await readText(bucket, 'k'), 'body');
    }
    await bucket.put('k', 'again', 5, { size: 5 });
    assert.equal(await readText(bucket, 'k'), 'again');
  }),

  contractCase('put-limits/size/other-than-length', async ({ bucket }) => {
    const stream = Readable.from(inChunks(pattern(4), 1));
    await expectError(() => bucket.put('k', stream, 4, { size: 5 }), 'InvalidArgument', { operation: 'put', key: 'k' });
    assert.equal(stream.destroyed, true);
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-limits/size/fput', async ({ bucket, createTempFolder }) => {
    const path = join(await createTempFolder(), 'file');
    await writeFile(path, 'body');
    for (const size of [3, 5]) await expectError(() => bucket.fput('k', path, { size }), 'IncompleteBody', { operation: 'fput', key: 'k' });
    assert.equal(await bucket.exists('k'), false);
    await bucket.fput('k', path, { size: 4 });
    assert.equal(await readText(bucket, 'k'), 'body');
  }),

  contractCase('put-limits/malformed', async ({ bucket }) => {
    for (const value of [-1, 1.5, Number.NaN, Infinity, '4', null]) {
      for (const name of ['size', 'maxSize']) {
        const options = { [name]: value } as PutOptions;
        await expectError(() => bucket.put('k', 'body', options), 'InvalidArgument', { operation: 'put', key: 'k' });
      }
    }
    assert.equal(await bucket.exists('k'), false);
  }),

  ...entriesOf(contentTypes).map(([id, [key, contentType]]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put(key, 'body', { contentType: 'auto' });
      assert.equal((await bucket.stat(key)).contentType, contentType);
      await bucket.put(key, 'body');
      assert.equal((await bucket.stat(key)).contentType, 'binary/octet-stream');
    }),
  ),

  contractCase('put-limits/content-type-auto/before-that-of-the-data', async ({ bucket }) => {
    await bucket.put('a.css', new Blob(['a{}'], { type: 'text/html' }), { contentType: 'auto' });
    assert.equal((await bucket.stat('a.css')).contentType, 'text/css');
  }),

  contractCase('put-limits/content-type-auto/fput', async ({ bucket, createTempFolder }) => {
    const folder = await createTempFolder();
    await mkdir(join(folder, 'sub'));
    const path = join(folder, 'sub', 'file.html');
    await writeFile(path, 'body');
    await bucket.fput('a.css', path, { contentType: 'auto' });
    await bucket.fput('b.css', path);
    assert.equal((await bucket.stat('a.css')).contentType, 'text/css');
    assert.equal((await bucket.stat('b.css')).contentType, 'text/html');
  }),

  contractCase('put-limits/content-type-auto/copy', async ({ bucket }) => {
    await bucket.put('a.txt', 'body', { contentType: 'text/html' });
    await bucket.fcopyTo(bucket.name, 'a.css', 'a.txt', { contentType: 'auto' });
    assert.equal((await bucket.stat('a.css')).contentType, 'text/css');
  }),
];
