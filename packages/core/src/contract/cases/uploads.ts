import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { KiB, failAfter, inChunks, pattern, readBytes, readText } from '../bodies.js';
import { assertSameBytes, expectError } from '../assertions.js';
import { uploadCase, minPartBytes, md5, etagOfParts, numbersOf, uploadTwoParts } from '../upload-parts.js';

/** Parts of uploads. */
export const uploadCases = [
  uploadCase('uploads/one-part', async ({ bucket }) => {
    const upload = await bucket.createUpload('dir/k');
    assert.equal(upload.key, 'dir/k');
    const part = await upload.putPart(1, 'hello');
    const { etag } = await upload.complete([part]);
    assert.equal(etag, etagOfParts('hello'));
    assert.equal(await readText(bucket, 'dir/k'), 'hello');
    const info = await bucket.stat('dir/k');
    assert.deepEqual([info.etag, info.size], [etag, 5]);
  }),

  uploadCase('uploads/two-parts', async ({ bucket }) => {
    const [first, second] = [pattern(minPartBytes), pattern(1000, 2)];
    const upload = await bucket.createUpload('k');
    const parts = [await upload.putPart(1, first), await upload.putPart(2, second)];
    const { etag } = await upload.complete(parts);
    assert.equal(etag, etagOfParts(first, second));
    assertSameBytes(await readBytes(bucket, 'k'), Buffer.concat([first, second]));
  }),

  uploadCase('uploads/parts-in-any-order', async ({ bucket }) => {
    const [first, second] = await uploadTwoParts(bucket, 'k');
    assertSameBytes(await readBytes(bucket, 'k'), Buffer.concat([first, second]));
  }),

  uploadCase('uploads/parallel-parts', async ({ bucket }) => {
    const bodies = [pattern(minPartBytes, 1), pattern(minPartBytes + 1, 2), pattern(10, 3)];
    const upload = await bucket.createUpload('k');
    await Promise.all(bodies.map((body, index) => upload.putPart(index + 1, inChunks(body, 256 * KiB))));
    await upload.complete();
    assertSameBytes(await readBytes(bucket, 'k'), Buffer.concat(bodies));
    assert.equal((await bucket.stat('k')).etag, etagOfParts(...bodies));
  }),

  uploadCase('uploads/selected-parts', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    await upload.putPart(1, 'unused');
    const part = await upload.putPart(2, 'used');
    await upload.putPart(3, 'unused');
    assert.equal((await upload.complete([part])).etag, etagOfParts('used'));
    assert.equal(await readText(bucket, 'k'), 'used');
  }),

  uploadCase('uploads/largest-part-number', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    await upload.putPart(10_000, 'last');
    assert.deepEqual(numbersOf(await upload.listParts()), [10_000]);
    await upload.complete();
    assert.equal(await readText(bucket, 'k'), 'last');
  }),

  uploadCase('uploads/empty-part', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    assert.equal((await upload.putPart(1, '')).etag, md5(''));
    assert.equal((await upload.complete()).etag, '59adb24ef3cdbe0297f05b395827453f-1');
    assert.equal((await bucket.stat('k')).size, 0);
    assert.equal(await readText(bucket, 'k'), '');
  }),

  uploadCase('uploads/replaced-part', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const old = await upload.putPart(1, 'old part');
    const part = await upload.putPart(1, 'new');
    assert.deepEqual(
      (await upload.listParts()).map(({ partNumber, etag, size }) => ({ partNumber, etag, size })),
      [{ partNumber: 1, etag: md5('new'), size: 3 }],
    );
    await expectError(() => upload.complete([old]), 'InvalidPart');
    await upload.complete([part]);
    assert.equal(await readText(bucket, 'k'), 'new');
  }),

  uploadCase('uploads/part-result', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const { lastModified, ...part } = await upload.putPart(7, 'hello');
    assert.deepEqual(part, { partNumber: 7, etag: md5('hello'), size: 5 });
    assert.equal(lastModified.getTime() % 1000, 0);
    assert.ok(Math.abs(lastModified.getTime() - Date.now()) < 24 * 3600 * 1000, 'a recent time');
  }),

  uploadCase('uploads/part-from-stream', async ({ bucket }) => {
    const body = pattern(700_000);
    const upload = await bucket.createUpload('k');
    const { etag, size } = await upload.putPart(1, inChunks(body, 10_000));
    assert.deepEqual([etag, size], [md5(body), body.length]);
    await upload.complete();
    assertSameBytes(await readBytes(bucket, 'k'), body);
  }),

  uploadCase('uploads/part-sources', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const bytes = Buffer.from('hello');
    for (const data of ['hello', bytes, new Uint8Array(bytes), new Blob([bytes]), inChunks(bytes, 2)])
      assert.equal((await upload.putPart(1, data, { size: 5 })).etag, md5('hello'));
  }),

  uploadCase('uploads/part-size-mismatch', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    await upload.putPart(1, 'kept');
    for (const size of [3, 9]) {
      await expectError(() => upload.putPart(1, 'other', { size }), 'IncompleteBody', { operation: 'putPart', key: 'k' });
      await expectError(() => upload.putPart(1, inChunks(Buffer.from('other'), 2), { size }), 'IncompleteBody');
    }
    assert.deepEqual(
      (await upload.listParts()).map(({ etag }) => etag),
      [md5('kept')],
    );
  }),

  uploadCase('uploads/part-md5', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const digest = (text: string): string => createHash('md5').update(text).digest('base64');
    await upload.putPart(1, 'kept', { contentMD5: digest('kept') });
    await expectError(() => upload.putPart(1, 'other', { contentMD5: digest('another') }), 'BadDigest');
    await expectError(() => upload.putPart(1, 'other', { contentMD5: 'short' }), 'InvalidDigest');
    assert.deepEqual(
      (await upload.listParts()).map(({ etag }) => etag),
      [md5('kept')],
    );
  }),

  uploadCase('uploads/part-source-fails', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const cause = new Error('source');
    const error = await expectError(() => upload.putPart(1, failAfter(pattern(1000), 100, cause)), 'IncompleteBody');
    assert.equal(error.cause, cause);
    assert.deepEqual(await upload.listParts(), []);
  }),

  uploadCase('uploads/part-number-out-of-range', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    for (const partNumber of [0, -1, 10_001, 1.5, Number.NaN, '1' as unknown as number]) {
      await expectError(() => upload.putPart(partNumber, 'part'), 'InvalidArgument', { operation: 'putPart' });
      await expectError(() => upload.copyPart(partNumber, 'source'), 'InvalidArgument', { operation: 'copyPart' });
    }
    assert.deepEqual(await upload.listParts(), []);
  }),

  uploadCase('uploads/same-part-concurrently', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const bodies = Array.from({ length: 4 }, (_, index) => pattern(1000 + index, index + 1));
    await Promise.all(bodies.map((body) => upload.putPart(1, inChunks(body, 100))));
    const parts = await upload.listParts();
    await upload.complete(parts);
    const stored = await readBytes(bucket, 'k');
    assert.equal(md5(stored), parts[0]?.etag);
    assert.ok(
      bodies.some((body) => body.equals(stored)),
      'one of the bodies',
    );
  }),

  uploadCase('uploads/cancelled-part', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    await upload.putPart(1, 'kept');
    const controller = new AbortController();
    const reason = new Error('cancelled');
    async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
      yield pattern(1000);
      controller.abort(reason);
      yield pattern(1000);
    }
    await assert.rejects(upload.putPart(1, body(), { signal: controller.signal }), (error) => error === reason);
    assert.deepEqual(
      (await upload.listParts()).map(({ etag }) => etag),
      [md5('kept')],
    );
  }),

  uploadCase('uploads/progress', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const transferred: number[] = [];
    await upload.putPart(1, inChunks(pattern(1000), 400), { progress: (progress) => void transferred.push(progress.transferred) });
    assert.deepEqual(transferred, [400, 800, 1000]);
  }),
];
