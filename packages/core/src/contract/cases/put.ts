import assert from 'node:assert/strict';
import type { PutOptions } from '../../api/options.js';
import { KiB, MiB, readBytes, inChunks, pattern, readText } from '../bodies.js';
import { expectError, assertSameBytes } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { expectedEtag, md5, md5Base64 } from '../reference.js';

const sizes: Readonly<Record<string, number>> = {
  'put/size/0': 0,
  'put/size/1': 1,
  'put/size/1023': 1023,
  'put/size/1024': 1024,
  'put/size/4096': 4096,
  'put/size/65535': 64 * KiB - 1,
  'put/size/65536': 64 * KiB,
  'put/size/65537': 64 * KiB + 1,
  'put/size/262145': 256 * KiB + 1,
  'put/size/1048575': MiB - 1,
  'put/size/1048576': MiB,
  'put/size/1048577': MiB + 1,
};
const partSize = 5 * MiB;

/** Sizes at the boundaries of parts. */
const multipartSizes: Readonly<Record<string, number>> = {
  'put/parts/one-byte-under-part-size': partSize - 1,
  'put/parts/exactly-one-part': partSize,
  'put/parts/one-byte-over-part-size': partSize + 1,
  'put/parts/exactly-two-parts': 2 * partSize,
  'put/parts/one-byte-over-two-parts': 2 * partSize + 1,
};

const oldOptions: PutOptions = {
  contentType: 'text/plain',
  cacheControl: 'no-store',
  contentDisposition: 'inline',
  contentEncoding: 'gzip',
  contentLanguage: 'de',
  expires: new Date('2030-01-01T00:00:00Z'),
  metadata: { old: 'yes', both: 'old' },
};

/** The objects that `put` stores, and its result. */
export const putCases = [
  ...entriesOf(sizes).map(([id, size]) =>
    contractCase(
      id,
      async ({ datastore, bucket }) => {
        const body = pattern(size);
        for (const [key, data] of [['whole', body] as const, ['stream', inChunks(body, 10_000)] as const]) {
          const { etag } = await bucket.put(key, data);
          if (datastore.capabilities.md5Etags) assert.equal(etag, md5(body));
          const info = await bucket.stat(key);
          assert.equal(info.size, size);
          assert.equal(info.etag, etag);
          assertSameBytes(await readBytes(bucket, key), body);
        }
      },
      { traits: ['md5Etags'] },
    ),
  ),

  ...entriesOf(multipartSizes).map(([id, size]) =>
    contractCase(
      id,
      async ({ datastore, bucket }) => {
        const body = pattern(size);
        const { etag } = await bucket.put('whole', body, { partSize });
        if (datastore.capabilities.md5Etags) assert.equal(etag, expectedEtag(body, partSize));
        assertSameBytes(await readBytes(bucket, 'whole'), body);
        assert.equal((await bucket.put('stream', inChunks(body, 300_007), { partSize, concurrency: 2 })).etag, etag);
        assert.equal((await bucket.put('declared', inChunks(body, MiB), size, { partSize })).etag, etag);
        for (const key of ['whole', 'stream', 'declared']) {
          const info = await bucket.stat(key);
          assert.deepEqual([info.size, info.etag], [size, etag]);
        }
        assertSameBytes(await readBytes(bucket, 'stream'), body);
        assertSameBytes(await readBytes(bucket, 'declared'), body);
      },
      { traits: ['md5Etags'] },
    ),
  ),

  contractCase(
    'put/default-part-size',
    async ({ datastore, bucket }) => {
      const body = pattern(16 * MiB + 1);
      const { etag } = await bucket.put('k', body);
      if (datastore.capabilities.md5Etags) assert.equal(etag, expectedEtag(body));
      assert.equal((await bucket.stat('k')).etag, etag);
      assertSameBytes(await readBytes(bucket, 'k'), body);
    },
    { traits: ['md5Etags'] },
  ),

  contractCase('put/result-matches-stat', async ({ bucket }) => {
    for (const body of ['one', 'two', '']) {
      const { etag } = await bucket.put('k', body);
      assert.match(etag, /^[^"]+$/);
      assert.equal((await bucket.stat('k')).etag, etag);
    }
  }),

  contractCase('put/etag-follows-body', async ({ bucket }) => {
    const one = await bucket.put('k', 'one', { metadata: { a: 'b' } });
    const same = await bucket.put('k', 'one', { metadata: { c: 'd' } });
    const other = await bucket.put('k', 'two');
    assert.equal(same.etag, one.etag);
    assert.notEqual(other.etag, one.etag);
  }),

  contractCase('put/overwrite-replaces-attributes', async ({ bucket }) => {
    await bucket.put('k', pattern(100_000), oldOptions);
    await bucket.put('k', 'new', { contentType: 'application/json', cacheControl: 'no-cache', metadata: { new: 'yes', both: 'new' } });
    const info = await bucket.stat('k');
    assert.equal(await readText(bucket, 'k'), 'new');
    assert.equal(info.size, 3);
    assert.equal(info.contentType, 'application/json');
    assert.equal(info.cacheControl, 'no-cache');
    assert.deepEqual({ ...info.metadata }, { new: 'yes', both: 'new' });
    for (const name of ['contentDisposition', 'contentEncoding', 'contentLanguage', 'expires'] as const)
      assert.equal(name in info, false, name);
  }),

  contractCase('put/overwrite-clears-attributes', async ({ bucket }) => {
    await bucket.put('k', 'old', oldOptions);
    await bucket.put('k', 'new');
    const { key, size, etag, contentType, metadata, lastModified, ...rest } = await bucket.stat('k');
    assert.deepEqual([key, size, etag], ['k', 3, (await bucket.get('k')).info.etag]);
    assert.equal(contentType, 'binary/octet-stream');
    assert.deepEqual({ ...metadata }, {});
    assert.ok(lastModified instanceof Date);
    delete (rest as { versionId?: string }).versionId;
    assert.deepEqual(rest, {});
  }),

  contractCase('put/overwrite-shorter-and-longer', async ({ bucket }) => {
    for (const size of [MiB + 5, 10, 0, 3 * MiB, 1]) {
      const body = pattern(size, size + 1);
      await bucket.put('k', body);
      assert.equal((await bucket.stat('k')).size, size);
      assertSameBytes(await readBytes(bucket, 'k'), body);
    }
    assert.deepEqual(await bucket.listFilename(), ['k']);
  }),

  contractCase('put/options-as-third-or-fourth-argument', async ({ bucket }) => {
    await bucket.put('third', 'body', { contentType: 'text/plain' });
    await bucket.put('fourth', 'body', 4, { contentType: 'text/plain' });
    await bucket.put('no-length', 'body', undefined, { contentType: 'text/plain' });
    for (const key of ['third', 'fourth', 'no-length']) assert.equal((await bucket.stat(key)).contentType, 'text/plain');
  }),

  contractCase('put/declared-length', async ({ bucket }) => {
    const body = pattern(300_000);
    await bucket.put('bytes', body, body.length);
    await bucket.put('stream', inChunks(body, 7000), body.length);
    await bucket.put('empty', '', 0);
    await bucket.put('empty-stream', inChunks(pattern(0), 1), 0);
    assertSameBytes(await readBytes(bucket, 'bytes'), body);
    assertSameBytes(await readBytes(bucket, 'stream'), body);
    assert.deepEqual(
      (await bucket.list()).map(({ size }) => size),
      [300_000, 0, 0, 300_000],
    );
  }),

  contractCase('put/content-md5', async ({ bucket }) => {
    const body = pattern(2 * MiB);
    await bucket.put('bytes', 'body', { contentMD5: md5Base64('body') });
    await bucket.put('large', body, { contentMD5: md5Base64(body) });
    await bucket.put('stream', inChunks(body, 50_000), { contentMD5: md5Base64(body) });
    await bucket.put('empty', '', { contentMD5: md5Base64('') });
    assertSameBytes(await readBytes(bucket, 'stream'), body);
  }),

  contractCase('put/part-size-out-of-range', async ({ bucket }) => {
    for (const invalid of [0, 5 * MiB - 1, 5 * 1024 * MiB + 1, 6.5 * MiB + 0.5]) {
      await expectError(() => bucket.put('k', 'body', { partSize: invalid }), 'InvalidArgument', { operation: 'put', key: 'k' });
    }
    assert.equal(await bucket.exists('k'), false);
  }),
];
