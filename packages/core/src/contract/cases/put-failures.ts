import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import type { Bucket } from '../../api/datastore.js';
import type { PutData, PutOptions } from '../../api/options.js';
import type { StorageErrorCode } from '../../api/errors.js';
import { MiB, inChunks, pattern, readText, failAfter } from '../bodies.js';
import { expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { md5Base64 } from '../reference.js';

const partSize = 5 * MiB;
const cause = new Error('the source failed');

/** Returns a web stream that fails after some chunks. */
function failingWebStream(): ReadableStream<Uint8Array> {
  let remaining = 3;
  return new ReadableStream({
    pull(controller) {
      if (remaining-- > 0) controller.enqueue(pattern(1000));
      else controller.error(cause);
    },
  });
}

/** Sources that fail. */
const failingSources: Readonly<Record<string, () => PutData>> = {
  'put-failures/source-fails/at-once': () => failAfter(pattern(0), 1, cause),
  'put-failures/source-fails/after-some-bytes': () => failAfter(pattern(5000), 1000, cause),
  'put-failures/source-fails/after-a-part': () => failAfter(pattern(partSize + 100_000), 100_000, cause),
  'put-failures/source-fails/after-two-parts': () => failAfter(pattern(2 * partSize + 1), MiB, cause),
  'put-failures/source-fails/node-stream': () => Readable.from(failAfter(pattern(5000), 1000, cause)),
  'put-failures/source-fails/web-stream': failingWebStream,
  'put-failures/source-fails/sync-iterable': function* () {
    yield pattern(1000);
    throw cause;
  },
};

interface Mismatch {
  readonly code: StorageErrorCode;
  readonly data: () => PutData;
  readonly length?: number;
  readonly options?: PutOptions;
}

const wrongMD5 = { contentMD5: md5Base64('another body') };

/** Bodies with another length or MD5 than declared. */
const mismatches: Readonly<Record<string, Mismatch>> = {
  'put-failures/bytes-too-short': { code: 'IncompleteBody', data: () => 'body', length: 5 },
  'put-failures/bytes-too-long': { code: 'IncompleteBody', data: () => 'body', length: 3 },
  'put-failures/bytes-declared-empty': { code: 'IncompleteBody', data: () => 'body', length: 0 },
  'put-failures/empty-too-short': { code: 'IncompleteBody', data: () => '', length: 1 },
  'put-failures/blob-too-short': { code: 'IncompleteBody', data: () => new Blob(['body']), length: 5 },
  'put-failures/stream-too-short': { code: 'IncompleteBody', data: () => inChunks(pattern(100_000), 3000), length: 100_001 },
  'put-failures/stream-too-long': { code: 'IncompleteBody', data: () => inChunks(pattern(100_000), 3000), length: 99_999 },
  'put-failures/stream-declared-empty': { code: 'IncompleteBody', data: () => inChunks(pattern(10), 5), length: 0 },
  'put-failures/large-too-short': { code: 'IncompleteBody', data: () => pattern(2 * MiB), length: 2 * MiB + 1 },
  'put-failures/large-too-long': { code: 'IncompleteBody', data: () => pattern(2 * MiB), length: 2 * MiB - 1 },
  'put-failures/parts-too-short': { code: 'IncompleteBody', data: () => inChunks(pattern(partSize + 10), MiB), length: partSize + 11 },
  'put-failures/parts-too-long': { code: 'IncompleteBody', data: () => inChunks(pattern(partSize + 10), MiB), length: partSize + 9 },
  'put-failures/parts-end-after-first': { code: 'IncompleteBody', data: () => inChunks(pattern(partSize), MiB), length: 2 * partSize },
  'put-failures/bytes-md5-mismatch': { code: 'BadDigest', data: () => 'body', options: wrongMD5 },
  'put-failures/empty-md5-mismatch': { code: 'BadDigest', data: () => '', options: wrongMD5 },
  'put-failures/large-md5-mismatch': { code: 'BadDigest', data: () => pattern(2 * MiB), options: wrongMD5 },
  'put-failures/stream-md5-mismatch': { code: 'BadDigest', data: () => inChunks(pattern(100_000), 3000), options: wrongMD5 },
  'put-failures/parts-md5-mismatch': { code: 'BadDigest', data: () => inChunks(pattern(partSize + 1), MiB), options: wrongMD5 },
};

/** Malformed values of `contentMD5`. */
const malformedMD5s = ['', 'abc', 'd41d8cd98f00b204e9800998ecf8427e', 'AAAAAAAAAAAAAAAAAAAA', `${md5Base64('body')}A`, ' '.repeat(24)];

/** Asserts that a put fails and changes nothing, with and without an existing object. */
async function expectFailedPut(bucket: Bucket, put: (key: string) => Promise<unknown>, code: StorageErrorCode): Promise<void> {
  const { etag } = await bucket.put('old', 'the old body', { contentType: 'text/plain', metadata: { old: 'yes' } });
  for (const key of ['new', 'old']) {
    const error = await expectError(() => put(key), code, { operation: 'put', bucket: bucket.name, key });
    assert.equal(error.retryable, false);
  }
  await expectError(() => bucket.get('new'), 'NoSuchKey');
  assert.deepEqual(await bucket.listFilename(), ['old']);
  const info = await bucket.stat('old');
  assert.deepEqual([info.etag, info.contentType, info.metadata['old']], [etag, 'text/plain', 'yes']);
  assert.equal(await readText(bucket, 'old'), 'the old body');
}

/** A body of two parts. */
const multipartBodies: Readonly<Record<string, () => PutData>> = {
  'put-failures/multipart-folder-key/bytes': () => pattern(partSize + 1),
  'put-failures/multipart-folder-key/stream': () => inChunks(pattern(partSize + 1), MiB),
};

/** Failed puts: nothing is visible, and the existing object is unchanged. */
export const putFailureCases = [
  ...entriesOf(failingSources).map(([id, make]) =>
    contractCase(id, async ({ bucket }) => {
      await expectFailedPut(bucket, (key) => bucket.put(key, make(), { partSize, contentType: 'text/html' }), 'IncompleteBody');
      const error = await expectError(() => bucket.put('new', make(), { partSize }), 'IncompleteBody');
      assert.equal(error.cause, cause);
    }),
  ),

  ...entriesOf(mismatches).map(([id, { code, data, length, options }]) =>
    contractCase(id, async ({ bucket }) => {
      await expectFailedPut(bucket, (key) => bucket.put(key, data(), length, { partSize, ...options }), code);
    }),
  ),

  ...entriesOf(multipartBodies).map(([id, data]) =>
    contractCase(
      id,
      async ({ datastore, bucket }) => {
        const putParts = async (to = bucket, options: PutOptions = {}) => to.put('a/', data(), { partSize, ...options });
        await expectError(() => putParts(datastore.bucket(`${bucket.name}-missing`)), 'NoSuchBucket');
        await expectError(() => putParts(), 'InvalidKey', { operation: 'put', bucket: bucket.name, key: 'a/' });
        await bucket.put('a/', 'the old body');
        if (datastore.capabilities.conditionalPut) await expectError(() => putParts(bucket, { ifNoneMatch: '*' }), 'PreconditionFailed');
        await expectError(() => putParts(), 'InvalidKey');
        assert.equal(await readText(bucket, 'a/'), 'the old body');
        await putParts(bucket, { partSize: partSize + 1 });
        assert.equal((await bucket.stat('a/')).size, partSize + 1);
      },
      { requires: ['not anyKeys'] },
    ),
  ),

  contractCase('put-failures/malformed-md5', async ({ bucket }) => {
    for (const contentMD5 of malformedMD5s)
      await expectFailedPut(bucket, (key) => bucket.put(key, 'body', { contentMD5 }), 'InvalidDigest');
  }),

  contractCase('put-failures/invalid-length', async ({ bucket }) => {
    for (const length of [-1, 1.5, Number.NaN, Infinity, '4', null]) {
      await expectError(() => bucket.put('k', 'body', length as number), 'InvalidArgument', { operation: 'put', key: 'k' });
    }
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-failures/bucket-remains-usable', async ({ datastore, bucket }) => {
    await expectError(() => bucket.put('k', failAfter(pattern(partSize + 1), MiB, cause), { partSize }), 'IncompleteBody');
    assert.equal(await readText(bucket, (await bucket.put('k', 'body'), 'k')), 'body');
    await bucket.delete('k');
    // An unfinished upload must not be listed or prevent the removal of the bucket.
    assert.deepEqual(await bucket.list(), []);
    assert.equal(await datastore.removeBucket(bucket.name), true);
  }),
];
