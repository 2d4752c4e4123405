import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { expectError } from '../assertions.js';
import { pattern, readText } from '../bodies.js';
import { minPartBytes, uploadCase } from '../upload-parts.js';

const sha256 = (...bytes: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const chunk of bytes) hash.update(chunk);
  return hash.digest('base64');
};

const compositeOf = (...parts: readonly (Uint8Array | string)[]): string =>
  `${sha256(...parts.map((part) => Buffer.from(sha256(part), 'base64')))}-${parts.length}`;

/** The options that give a checksum of the body, and that of `hello world`. */
const checksumsOfTheBody = [
  [{ algorithm: 'CRC64NVME' }, 'jSnVw/bqjr4='],
  [{ algorithm: 'CRC32', type: 'full-object' }, 'DUoRhQ=='],
] as const;

/** Checksums of uploads. */
export const uploadChecksumCases = [
  uploadCase(
    'uploads/checksum/composite',
    async ({ bucket }) => {
      const upload = await bucket.createUpload('k', { checksum: { algorithm: 'SHA256' } });
      const [first, second] = [pattern(minPartBytes), 'last'];
      const part = await upload.putPart(1, first);
      assert.deepEqual(part.checksum, { algorithm: 'SHA256', value: sha256(first), type: 'full-object' });
      await upload.putPart(2, second);
      const checksum = { algorithm: 'SHA256', value: compositeOf(first, second), type: 'composite' };
      assert.deepEqual((await upload.complete()).checksum, checksum);
      assert.deepEqual((await bucket.stat('k')).checksum, checksum);
    },
    'checksums',
  ),

  uploadCase(
    'uploads/checksum/of-the-body',
    async ({ bucket }) => {
      for (const [checksum, value] of checksumsOfTheBody) {
        const upload = await bucket.createUpload('k', { checksum });
        await upload.putPart(4, 'hello world');
        await upload.complete();
        assert.deepEqual((await bucket.stat('k')).checksum, { algorithm: checksum.algorithm, value, type: 'full-object' });
      }
    },
    'checksums',
  ),

  uploadCase(
    'uploads/checksum/listed',
    async ({ bucket }) => {
      const upload = await bucket.createUpload('k', { checksum: { algorithm: 'SHA256' } });
      await upload.putPart(1, 'old');
      await upload.putPart(1, 'new');
      await upload.putPart(2, 'other');
      assert.deepEqual(
        (await upload.listParts()).map(({ checksum }) => checksum?.value),
        [sha256('new'), sha256('other')],
      );
    },
    'checksums',
  ),

  uploadCase(
    'uploads/checksum/mismatch',
    async ({ bucket }) => {
      const upload = await bucket.createUpload('k', { checksum: { algorithm: 'SHA256' } });
      await upload.putPart(1, 'kept', { checksum: { algorithm: 'SHA256', value: sha256('kept') } });
      const wrong = { algorithm: 'SHA256', value: sha256('another') } as const;
      await expectError(() => upload.putPart(1, 'other', { checksum: wrong }), 'BadDigest', { operation: 'putPart' });
      await upload.complete();
      assert.equal(await readText(bucket, 'k'), 'kept');
    },
    'checksums',
  ),

  uploadCase(
    'uploads/checksum/missing',
    async ({ bucket }) => {
      const { id } = await bucket.createUpload('k', { checksum: { algorithm: 'SHA256' } });
      // A resumed upload does not have the algorithm.
      const upload = bucket.upload('k', id);
      await expectError(() => upload.putPart(1, 'part'), 'InvalidArgument');
      await expectError(() => upload.putPart(1, 'part', { checksum: { algorithm: 'SHA1' } }), 'InvalidArgument');
      await bucket.put('source', 'source');
      await expectError(() => upload.copyPart(1, 'source'), 'InvalidArgument');
      assert.deepEqual(await upload.listParts(), []);
      await upload.putPart(1, 'part', { checksum: { algorithm: 'SHA256' } });
      await upload.complete();
      assert.equal((await bucket.stat('k')).checksum?.value, compositeOf('part'));
    },
    'checksums',
  ),

  uploadCase(
    'uploads/checksum/of-a-part-only',
    async ({ bucket }) => {
      const upload = await bucket.createUpload('k');
      const { checksum } = await upload.putPart(1, 'part', { checksum: { algorithm: 'SHA256' } });
      assert.equal(checksum?.value, sha256('part'));
      assert.equal('checksum' in (await upload.complete()), false);
      assert.equal('checksum' in (await bucket.stat('k')), false);
    },
    'checksums',
  ),
];
