import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import type { Checksum, ChecksumAlgorithm } from '../../api/object-info.js';
import { KiB, MiB, inChunks, pattern, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { checksumCase, expectChecksum, fullObject } from '../checksum-case.js';
import { checksum } from '../reference.js';

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
];
