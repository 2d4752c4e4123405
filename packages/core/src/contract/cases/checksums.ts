import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '../../api/datastore.js';
import type { Checksum, ChecksumAlgorithm } from '../../api/object-info.js';
import type { ChecksumRequest } from '../../api/options.js';
import type { PutResult } from '../../api/results.js';
import { KiB, MiB, failAfter, inChunks, pattern, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';
import type { CaseOptions, ContractCase } from '../contract-case.js';
import type { Fixture } from '../fixture.js';
import { checksum, md5Base64 } from '../reference.js';

const partSize = 5 * MiB;

interface Row {
  readonly algorithm: ChecksumAlgorithm;
  readonly put: string;
  readonly putWithValue: string;
  readonly mismatch: string;
  readonly stream: string;
  readonly streamMismatch: string;
  readonly parts: string;
}

/** The algorithms, with the ids of their cases. */
const rows: readonly Row[] = [
  {
    algorithm: 'CRC32',
    put: 'checksums/put/crc32',
    putWithValue: 'checksums/put-with-value/crc32',
    mismatch: 'checksums/mismatch/crc32',
    stream: 'checksums/stream/crc32',
    streamMismatch: 'checksums/stream-mismatch/crc32',
    parts: 'checksums/parts/crc32',
  },
  {
    algorithm: 'CRC32C',
    put: 'checksums/put/crc32c',
    putWithValue: 'checksums/put-with-value/crc32c',
    mismatch: 'checksums/mismatch/crc32c',
    stream: 'checksums/stream/crc32c',
    streamMismatch: 'checksums/stream-mismatch/crc32c',
    parts: 'checksums/parts/crc32c',
  },
  {
    algorithm: 'CRC64NVME',
    put: 'checksums/put/crc64nvme',
    putWithValue: 'checksums/put-with-value/crc64nvme',
    mismatch: 'checksums/mismatch/crc64nvme',
    stream: 'checksums/stream/crc64nvme',
    streamMismatch: 'checksums/stream-mismatch/crc64nvme',
    parts: 'checksums/parts/crc64nvme',
  },
  {
    algorithm: 'SHA1',
    put: 'checksums/put/sha1',
    putWithValue: 'checksums/put-with-value/sha1',
    mismatch: 'checksums/mismatch/sha1',
    stream: 'checksums/stream/sha1',
    streamMismatch: 'checksums/stream-mismatch/sha1',
    parts: 'checksums/parts/sha1',
  },
  {
    algorithm: 'SHA256',
    put: 'checksums/put/sha256',
    putWithValue: 'checksums/put-with-value/sha256',
    mismatch: 'checksums/mismatch/sha256',
    stream: 'checksums/stream/sha256',
    streamMismatch: 'checksums/stream-mismatch/sha256',
    parts: 'checksums/parts/sha256',
  },
];

const checksumCase = (
  id: string,
  check: (fixture: Fixture) => Promise<void>,
  { requires = [], traits = [] }: CaseOptions = {},
): ContractCase => contractCase(id, check, { requires: ['checksums', ...requires], traits });

/** Returns the checksum of a whole body. */
const fullObject = (algorithm: ChecksumAlgorithm, body: Uint8Array | string): Checksum => ({
  algorithm,
  value: checksum(algorithm, body),
  type: 'full-object',
});

/** Asserts that the result of a put, `stat` and `get` have a checksum. */
async function expectChecksum(bucket: Bucket, key: string, expected: Checksum, result?: PutResult): Promise<void> {
  if (result !== undefined) assert.deepEqual({ ...result.checksum }, expected);
  assert.deepEqual({ ...(await bucket.stat(key)).checksum }, expected);
  const object = await bucket.get(key);
  await object.cancel();
  assert.deepEqual({ ...object.info.checksum }, expected);
}

/** Asserts that an object has no checksum. */
async function expectNoChecksum(bucket: Bucket, key: string): Promise<void> {
  assert.equal((await bucket.stat(key)).checksum, undefined);
}

/** Asserts that a put fails with `BadDigest`, and changes nothing. */
async function expectMismatch(bucket: Bucket, put: (key: string) => Promise<unknown>): Promise<void> {
  await bucket.put('old', 'the old body', { checksum: { algorithm: 'CRC32' } });
  for (const key of ['new', 'old']) await expectError(() => put(key), 'BadDigest', { operation: 'put', bucket: bucket.name, key });
  assert.deepEqual(await bucket.listFilename(), ['old']);
  assert.equal(await readText(bucket, 'old'), 'the old body');
  await expectChecksum(bucket, 'old', fullObject('CRC32', 'the old body'));
}

const body = pattern(10_000);

/** Checksums that are stored with objects. */
export const checksumCases = [
  ...rows.map(({ algorithm, put: id }) =>
    checksumCase(id, async ({ bucket }) => {
      const result = await bucket.put('k', body, { checksum: { algorithm } });
      await expectChecksum(bucket, 'k', fullObject(algorithm, body), result);
    }),
  ),

  ...rows.map(({ algorithm, putWithValue: id }) =>
    checksumCase(id, async ({ bucket }) => {
      const expected = fullObject(algorithm, body);
      const request = { algorithm, value: expected.value };
      await expectChecksum(bucket, 'bytes', expected, await bucket.put('bytes', body, { checksum: request }));
      await expectChecksum(bucket, 'stream', expected, await bucket.put('stream', inChunks(body, 3000), { checksum: request }));
    }),
  ),

  ...rows.map(({ algorithm, mismatch: id }) =>
    checksumCase(id, async ({ bucket }) => {
      const wrong = { algorithm, value: checksum(algorithm, 'another body') };
      await expectMismatch(bucket, (key) => bucket.put(key, body, { checksum: wrong }));
    }),
  ),

  ...rows.map(({ algorithm, stream: id }) =>
    checksumCase(id, async ({ bucket }) => {
      const large = pattern(300 * KiB);
      const expected = fullObject(algorithm, large);
      for (const length of [undefined, large.length]) {
        const result = await bucket.put('k', inChunks(large, 70_001), length, { checksum: { algorithm } });
        await expectChecksum(bucket, 'k', expected, result);
      }
    }),
  ),

  ...rows.map(({ algorithm, streamMismatch: id }) =>
    checksumCase(id, async ({ bucket }) => {
      const wrong = { algorithm, value: checksum(algorithm, 'another body') };
      await expectMismatch(bucket, (key) => bucket.put(key, inChunks(pattern(300 * KiB), 70_001), { checksum: wrong }));
    }),
  ),

  ...rows.map(({ algorithm, parts: id }) =>
    checksumCase(id, async ({ bucket }) => {
      const large = pattern(partSize + 1000);
      const values = [large.subarray(0, partSize), large.subarray(partSize)].map((part) =>
        Buffer.from(checksum(algorithm, part), 'base64'),
      );
      const composite: Checksum = { algorithm, value: `${checksum(algorithm, Buffer.concat(values))}-2`, type: 'composite' };
      const expected = algorithm.startsWith('SHA') ? composite : fullObject(algorithm, large);
      const result = await bucket.put('k', inChunks(large, MiB), { partSize, checksum: { algorithm } });
      assert.match(result.etag, /-2$/);
      await expectChecksum(bucket, 'k', expected, result);
    }),
  ),

  checksumCase('checksums/parts-with-value', async ({ bucket }) => {
    const large = pattern(partSize + 1000);
    for (const algorithm of ['CRC32C', 'SHA256'] as const) {
      const value = checksum(algorithm, large);
      await bucket.put(algorithm, large, { partSize, checksum: { algorithm, value } });
      assert.equal((await bucket.stat(algorithm)).size, large.length);
    }
  }),

  checksumCase('checksums/parts-mismatch', async ({ bucket }) => {
    const large = pattern(partSize + 1000);
    for (const algorithm of ['CRC32C', 'SHA256'] as const) {
      const wrong = { algorithm, value: checksum(algorithm, 'another body') };
      await expectError(() => bucket.put('k', inChunks(large, MiB), { partSize, checksum: wrong }), 'BadDigest', { operation: 'put' });
    }
    assert.deepEqual(await bucket.listFilename(), []);
  }),

  checksumCase('checksums/one-whole-part', async ({ bucket }) => {
    const whole = pattern(partSize);
    const result = await bucket.put('k', inChunks(whole, MiB), { partSize, checksum: { algorithm: 'SHA256' } });
    await expectChecksum(bucket, 'k', fullObject('SHA256', whole), result);
  }),

  checksumCase('checksums/empty-body', async ({ bucket }) => {
    for (const { algorithm } of rows) {
      for (const data of ['', inChunks(Buffer.alloc(0), 1)]) {
        const result = await bucket.put('k', data, { checksum: { algorithm } });
        await expectChecksum(bucket, 'k', fullObject(algorithm, ''), result);
      }
    }
  }),

  checksumCase('checksums/none', async ({ bucket }) => {
    const result = await bucket.put('k', body);
    assert.equal(result.checksum, undefined);
    await expectNoChecksum(bucket, 'k');
  }),

  checksumCase('checksums/overwrite-replaces', async ({ bucket }) => {
    await bucket.put('k', body, { checksum: { algorithm: 'SHA256' } });
    await bucket.put('k', 'new', { checksum: { algorithm: 'CRC32' } });
    await expectChecksum(bucket, 'k', fullObject('CRC32', 'new'));
    await bucket.put('k', 'newer');
    await expectNoChecksum(bucket, 'k');
  }),

  checksumCase('checksums/delete-removes', async ({ bucket }) => {
    await bucket.put('k', body, { checksum: { algorithm: 'CRC32' } });
    await bucket.delete('k');
    await bucket.put('k', body);
    await expectNoChecksum(bucket, 'k');
  }),

  checksumCase('checksums/fput', async ({ bucket, createTempFolder }) => {
    const path = join(await createTempFolder(), 'file');
    await writeFile(path, body);
    const value = checksum('CRC32C', body);
    const result = await bucket.fput('k', path, { checksum: { algorithm: 'CRC32C', value } });
    await expectChecksum(bucket, 'k', fullObject('CRC32C', body), result);
    const wrong: ChecksumRequest = { algorithm: 'CRC32C', value: checksum('CRC32C', 'another body') };
    await expectError(() => bucket.fput('other', path, { checksum: wrong }), 'BadDigest', { operation: 'fput', key: 'other' });
    assert.deepEqual(await bucket.listFilename(), ['k']);
  }),

  checksumCase('checksums/put-request', async ({ bucket }) => {
    const fetch = async (): Promise<Response> => new Response(body);
    const result = await bucket.putRequest('http://127.0.0.1:9/', 'k', { fetch, checksum: { algorithm: 'SHA1' } });
    await expectChecksum(bucket, 'k', fullObject('SHA1', body), result);
    const wrong: ChecksumRequest = { algorithm: 'SHA1', value: checksum('SHA1', 'another body') };
    await expectError(() => bucket.putRequest('http://127.0.0.1:9/', 'other', { fetch, checksum: wrong }), 'BadDigest', {
      operation: 'putRequest',
    });
    assert.deepEqual(await bucket.listFilename(), ['k']);
  }),

  checksumCase('checksums/with-md5', async ({ bucket }) => {
    const request: ChecksumRequest = { algorithm: 'SHA256', value: checksum('SHA256', body) };
    await bucket.put('k', body, { contentMD5: md5Base64(body), checksum: request });
    await expectError(() => bucket.put('other', body, { contentMD5: md5Base64('another body'), checksum: request }), 'BadDigest');
    const wrong: ChecksumRequest = { algorithm: 'SHA256', value: checksum('SHA256', 'another body') };
    await expectError(() => bucket.put('other', body, { contentMD5: md5Base64(body), checksum: wrong }), 'BadDigest');
    assert.deepEqual(await bucket.listFilename(), ['k']);
  }),

  checksumCase('checksums/with-progress', async ({ bucket }) => {
    let transferred = 0;
    const result = await bucket.put('k', body, {
      checksum: { algorithm: 'CRC64NVME' },
      progress: (progress) => (transferred = progress.transferred),
    });
    assert.equal(transferred, body.length);
    await expectChecksum(bucket, 'k', fullObject('CRC64NVME', body), result);
  }),

  checksumCase('checksums/with-attributes', async ({ bucket }) => {
    await bucket.put('k', body, { contentType: 'text/css', metadata: { a: 'b' }, checksum: { algorithm: 'CRC32' } });
    const { contentType, metadata, contentEncoding } = await bucket.stat('k');
    assert.deepEqual([contentType, { ...metadata }, contentEncoding], ['text/css', { a: 'b' }, undefined]);
    await bucket.put('stream', inChunks(body, 3000), { contentEncoding: 'gzip', checksum: { algorithm: 'CRC32' } });
    assert.equal((await bucket.stat('stream')).contentEncoding, 'gzip');
  }),

  checksumCase('checksums/source-fails', async ({ bucket }) => {
    const source = failAfter(body, 3000, new Error('the source failed'));
    await expectError(() => bucket.put('k', source, { checksum: { algorithm: 'CRC32C' } }), 'IncompleteBody', { operation: 'put' });
    assert.deepEqual(await bucket.listFilename(), []);
  }),

  checksumCase('checksums/missing-bucket-before-mismatch', async ({ datastore, unusedName }) => {
    const wrong: ChecksumRequest = { algorithm: 'CRC32', value: checksum('CRC32', 'another body') };
    const missing = datastore.bucket(unusedName());
    for (const data of [body, inChunks(body, 3000)])
      await expectError(() => missing.put('k', data, { checksum: wrong }), 'NoSuchBucket', { operation: 'put' });
  }),

  checksumCase(
    'checksums/condition-before-mismatch',
    async ({ bucket }) => {
      await bucket.put('k', 'old');
      const wrong: ChecksumRequest = { algorithm: 'CRC32', value: checksum('CRC32', 'another body') };
      for (const data of [body, inChunks(body, 3000)])
        await expectError(() => bucket.put('k', data, { checksum: wrong, ifNoneMatch: '*' }), 'PreconditionFailed', { operation: 'put' });
      assert.equal(await readText(bucket, 'k'), 'old');
    },
    { requires: ['conditionalPut'] },
  ),

  checksumCase('checksums/copy', async ({ bucket }) => {
    for (const { algorithm } of rows) {
      await bucket.put('k', body, { checksum: { algorithm } });
      await bucket.fcopyTo(bucket.name, 'copy', 'k');
      await expectChecksum(bucket, 'copy', fullObject(algorithm, body));
    }
  }),

  checksumCase('checksums/copy-with-other-metadata', async ({ bucket }) => {
    await bucket.put('k', body, { checksum: { algorithm: 'SHA256' } });
    await bucket.fcopyTo(bucket.name, 'k', 'k', { metadata: { a: 'b' } });
    await expectChecksum(bucket, 'k', fullObject('SHA256', body));
  }),

  checksumCase('checksums/copy-of-parts', async ({ bucket }) => {
    const large = pattern(partSize + 1000);
    await bucket.put('k', large, { partSize, checksum: { algorithm: 'SHA256' } });
    await bucket.fcopyTo(bucket.name, 'copy', 'k');
    await expectChecksum(bucket, 'copy', fullObject('SHA256', large));
  }),

  checksumCase(
    'checksums/copy-without',
    async ({ datastore, bucket }) => {
      await bucket.put('k', body);
      const result = await bucket.fcopyTo(bucket.name, 'copy', 'k');
      if (!datastore.capabilities.copiesKeepChecksums) return;
      assert.equal(result.checksum, undefined);
      await expectNoChecksum(bucket, 'copy');
    },
    { traits: ['copiesKeepChecksums'] },
  ),

  checksumCase('checksums/unknown-algorithm', async ({ bucket }) => {
    for (const request of [null, 'CRC32', {}, { algorithm: 'crc32' }, { algorithm: 'MD5' }, { algorithm: 'CRC32', type: 'x' }]) {
      const options = { checksum: request as ChecksumRequest };
      await expectError(() => bucket.put('k', body, options), 'InvalidArgument', { operation: 'put', key: 'k' });
    }
    assert.deepEqual(await bucket.listFilename(), []);
  }),

  checksumCase('checksums/malformed-value', async ({ bucket }) => {
    const value = checksum('CRC32', body);
    for (const malformed of ['', 'AA==', `${value}-1`, value.replaceAll('=', ''), checksum('SHA1', body), ` ${value}`])
      await expectError(() => bucket.put('k', body, { checksum: { algorithm: 'CRC32', value: malformed } }), 'InvalidRequest', {
        key: 'k',
      });
    assert.deepEqual(await bucket.listFilename(), []);
  }),

  checksumCase('checksums/many-at-once', async ({ bucket }) => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const put = async (index: number): Promise<void> => {
      const { algorithm } = rows[index % rows.length] as Row;
      const data = pattern(1000 + index, index + 1);
      await bucket.put(`k${index}`, inChunks(data, 100), { checksum: { algorithm } });
      await expectChecksum(bucket, `k${index}`, fullObject(algorithm, data));
    };
    await Promise.all(numbers.map(put));
  }),
];
