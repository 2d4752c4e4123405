import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChecksumAlgorithm } from '../../api/object-info.js';
import type { ChecksumRequest } from '../../api/options.js';
import { MiB, failAfter, inChunks, pattern, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { checksumCase, expectChecksum, expectNoChecksum, fullObject } from '../checksum-case.js';
import { checksum, md5Base64 } from '../reference.js';

const algorithms: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];
const partSize = 5 * MiB;
const body = pattern(10_000);

/** How checksums combine with other options, overwrites, copies and failures. */
export const checksumRuleCases = [
  checksumCase('checksums/empty-body', async ({ bucket }) => {
    for (const algorithm of algorithms) {
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
    for (const algorithm of algorithms) {
      await bucket.put('k', body, { checksum: { algorithm } });
      await bucket.fcopyTo(bucket.name, 'copy', 'k');
      await expectChecksum(bucket, 'copy', fullObject(algorithm, body));
    }
  }),

  checksumCase('checksums/copy-result', async ({ bucket }) => {
    await bucket.put('k', body, { checksum: { algorithm: 'CRC32' } });
    for (const options of [{}, { metadata: { a: 'b' } }]) {
      const { checksum: copied } = await bucket.copy('k', 'copy', options);
      assert.deepEqual(copied, fullObject('CRC32', body));
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

  checksumCase('checksums/copy-with-other-algorithm', async ({ bucket }) => {
    await bucket.put('k', body);
    for (const algorithm of algorithms) {
      const result = await bucket.copy('k', 'copy', { checksum: { algorithm } });
      assert.deepEqual(result.checksum, fullObject(algorithm, body));
      await expectChecksum(bucket, 'copy', fullObject(algorithm, body));
    }
    await bucket.copy('copy', 'again', { checksum: { algorithm: 'CRC32' }, metadata: { a: 'b' } });
    await expectChecksum(bucket, 'again', fullObject('CRC32', body));
  }),

  checksumCase('checksums/copy-with-unknown-algorithm', async ({ bucket }) => {
    await bucket.put('k', body);
    for (const request of [null, 'CRC32', {}, { algorithm: 'crc32' }, { algorithm: 'CRC32', value: checksum('CRC32', body) }])
      await expectError(() => bucket.copy('k', 'copy', { checksum: request as ChecksumRequest }), 'InvalidArgument', { operation: 'copy' });
    assert.equal(await bucket.exists('copy'), false);
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
      const algorithm = algorithms[index % algorithms.length] ?? 'CRC32';
      const data = pattern(1000 + index, index + 1);
      await bucket.put(`k${index}`, inChunks(data, 100), { checksum: { algorithm } });
      await expectChecksum(bucket, `k${index}`, fullObject(algorithm, data));
    };
    await Promise.all(numbers.map(put));
  }),
];
