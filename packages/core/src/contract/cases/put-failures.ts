import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import type { Bucket } from '../../api/datastore.js';
import type { PutData, PutOptions } from '../../api/options.js';
import type { StorageErrorCode } from '../../api/errors.js';
import { MiB, inChunks, pattern, textOf, thenFailing } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';
import { md5Base64 } from '../reference.js';

const partSize = 5 * MiB;
const cause = new Error('the source broke');

/** A web stream that gives some chunks and then fails. */
function failingWebStream(): ReadableStream<Uint8Array> {
  let left = 3;
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(pattern(1000));
      else controller.error(cause);
    },
  });
}

/** Sources that fail midway. */
const failing: Readonly<Record<string, () => PutData>> = {
  'at-once': () => thenFailing(pattern(0), 1, cause),
  'after-some-bytes': () => thenFailing(pattern(5000), 1000, cause),
  'after-a-part': () => thenFailing(pattern(partSize + 100_000), 100_000, cause),
  'after-two-parts': () => thenFailing(pattern(2 * partSize + 1), MiB, cause),
  'node-stream': () => Readable.from(thenFailing(pattern(5000), 1000, cause)),
  'web-stream': failingWebStream,
  'sync-iterable': function* () {
    yield pattern(1000);
    throw cause;
  },
};

interface BadBody {
  readonly code: StorageErrorCode;
  readonly data: () => PutData;
  readonly length?: number;
  readonly options?: PutOptions;
}

const wrongMD5 = { contentMD5: md5Base64('another body') };

/** Bodies that are not what was said of them. */
const bad: Readonly<Record<string, BadBody>> = {
  'bytes-too-short': { code: 'IncompleteBody', data: () => 'body', length: 5 },
  'bytes-too-long': { code: 'IncompleteBody', data: () => 'body', length: 3 },
  'bytes-not-empty': { code: 'IncompleteBody', data: () => 'body', length: 0 },
  'empty-too-short': { code: 'IncompleteBody', data: () => '', length: 1 },
  'blob-too-short': { code: 'IncompleteBody', data: () => new Blob(['body']), length: 5 },
  'stream-too-short': { code: 'IncompleteBody', data: () => inChunks(pattern(100_000), 3000), length: 100_001 },
  'stream-too-long': { code: 'IncompleteBody', data: () => inChunks(pattern(100_000), 3000), length: 99_999 },
  'stream-not-empty': { code: 'IncompleteBody', data: () => inChunks(pattern(10), 5), length: 0 },
  'large-too-short': { code: 'IncompleteBody', data: () => pattern(2 * MiB), length: 2 * MiB + 1 },
  'large-too-long': { code: 'IncompleteBody', data: () => pattern(2 * MiB), length: 2 * MiB - 1 },
  'parts-too-short': { code: 'IncompleteBody', data: () => inChunks(pattern(partSize + 10), MiB), length: partSize + 11 },
  'parts-too-long': { code: 'IncompleteBody', data: () => inChunks(pattern(partSize + 10), MiB), length: partSize + 9 },
  'parts-end-after-one': { code: 'IncompleteBody', data: () => inChunks(pattern(partSize), MiB), length: 2 * partSize },
  'bytes-other-md5': { code: 'BadDigest', data: () => 'body', options: wrongMD5 },
  'empty-other-md5': { code: 'BadDigest', data: () => '', options: wrongMD5 },
  'large-other-md5': { code: 'BadDigest', data: () => pattern(2 * MiB), options: wrongMD5 },
  'stream-other-md5': { code: 'BadDigest', data: () => inChunks(pattern(100_000), 3000), options: wrongMD5 },
  'parts-other-md5': { code: 'BadDigest', data: () => inChunks(pattern(partSize + 1), MiB), options: wrongMD5 },
};

/** Values of `contentMD5` that are no MD5. */
const noMD5 = ['', 'abc', 'd41d8cd98f00b204e9800998ecf8427e', 'AAAAAAAAAAAAAAAAAAAA', `${md5Base64('body')}A`, ' '.repeat(24)];

/** Runs a put that must fail, over nothing and over an old object: neither changes. */
async function leavesNoTrace(bucket: Bucket, put: (key: string) => Promise<unknown>, code: StorageErrorCode): Promise<void> {
  const { etag } = await bucket.put('old', 'the old body', { contentType: 'text/plain', metadata: { old: 'yes' } });
  for (const key of ['new', 'old']) {
    const error = await fails(() => put(key), code, { operation: 'put', bucket: bucket.name, key });
    assert.equal(error.retryable, false);
  }
  await fails(() => bucket.get('new'), 'NoSuchKey');
  assert.deepEqual(await bucket.listFilename(), ['old']);
  const info = await bucket.stat('old');
  assert.deepEqual([info.etag, info.contentType, info.metadata['old']], [etag, 'text/plain', 'yes']);
  assert.equal(await textOf(bucket, 'old'), 'the old body');
}

/** Puts that fail: nothing is visible, the old object is whole, the source is closed. */
export const putFailureCases = [
  ...Object.entries(failing).map(([id, make]) =>
    contractCase(`put-failures/source-fails/${id}`, async ({ bucket }) => {
      await leavesNoTrace(bucket, (key) => bucket.put(key, make(), { partSize, contentType: 'text/html' }), 'IncompleteBody');
      const error = await fails(() => bucket.put('new', make(), { partSize }), 'IncompleteBody');
      assert.equal(error.cause, cause);
    }),
  ),

  ...Object.entries(bad).map(([id, { code, data, length, options }]) =>
    contractCase(`put-failures/${id}`, async ({ bucket }) => {
      await leavesNoTrace(bucket, (key) => bucket.put(key, data(), length, { partSize, ...options }), code);
    }),
  ),

  ...Object.entries({ bytes: () => pattern(partSize + 1), stream: () => inChunks(pattern(partSize + 1), MiB) }).map(([id, data]) =>
    contractCase(`put-failures/slash-above-a-part/${id}`, async ({ datastore, bucket }) => {
      const above = async (to = bucket, options: PutOptions = {}) => to.put('a/', data(), { partSize, ...options });
      await fails(() => above(datastore.bucket(`${bucket.name}-missing`)), 'NoSuchBucket');
      await fails(() => above(), 'InvalidKey', { operation: 'put', bucket: bucket.name, key: 'a/' });
      await bucket.put('a/', 'the old body');
      await fails(() => above(bucket, { ifNoneMatch: '*' }), 'PreconditionFailed');
      await fails(() => above(), 'InvalidKey');
      assert.equal(await textOf(bucket, 'a/'), 'the old body');
      await above(bucket, { partSize: partSize + 1 });
      assert.equal((await bucket.stat('a/')).size, partSize + 1);
    }),
  ),

  contractCase('put-failures/no-md5', async ({ bucket }) => {
    for (const contentMD5 of noMD5) await leavesNoTrace(bucket, (key) => bucket.put(key, 'body', { contentMD5 }), 'InvalidDigest');
  }),

  contractCase('put-failures/length-no-number', async ({ bucket }) => {
    for (const length of [-1, 1.5, Number.NaN, Infinity, '4', null]) {
      await fails(() => bucket.put('k', 'body', length as number), 'InvalidArgument', { operation: 'put', key: 'k' });
    }
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('put-failures/bucket-is-still-good', async ({ datastore, bucket }) => {
    await fails(() => bucket.put('k', thenFailing(pattern(partSize + 1), MiB, cause), { partSize }), 'IncompleteBody');
    assert.equal(await textOf(bucket, (await bucket.put('k', 'body'), 'k')), 'body');
    await bucket.delete('k');
    // Half an upload would keep the bucket from being removed, or show in it.
    assert.deepEqual(await bucket.list(), []);
    assert.equal(await datastore.removeBucket(bucket.name), true);
  }),
];
