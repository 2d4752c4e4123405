import assert from 'node:assert/strict';
import type { CopyPartOptions } from '../../api/options.js';
import { KiB, inChunks, pattern, readBytes, readText } from '../bodies.js';
import { assertSameBytes, expectError } from '../assertions.js';
import { uploadCase, minPartBytes, md5 } from '../upload-parts.js';

/** Ranges of a copied part, and the bytes of `0123456789` that they contain. */
const copyRanges: Readonly<Record<string, { readonly range: NonNullable<CopyPartOptions['range']>; readonly text: string }>> = {
  'uploads/copy-part/range': { range: { start: 2, end: 5 }, text: '234' },
  'uploads/copy-part/open-range': { range: { start: 7 }, text: '789' },
  'uploads/copy-part/suffix': { range: { suffix: 4 }, text: '6789' },
  'uploads/copy-part/whole-range': { range: { start: 0, end: 10 }, text: '0123456789' },
};

/** Parts that are copies. */
export const uploadPartCopyCases = [
  uploadCase('uploads/copy-part/whole', async ({ bucket }) => {
    await bucket.put('source', '0123456789', { contentType: 'text/source', metadata: { of: 'source' } });
    const upload = await bucket.createUpload('k', { contentType: 'text/target' });
    const { lastModified, ...part } = await upload.copyPart(2, 'source');
    assert.deepEqual(part, { partNumber: 2, etag: md5('0123456789'), size: 10 });
    assert.equal(lastModified.getTime() % 1000, 0);
    await upload.complete();
    assert.equal(await readText(bucket, 'k'), '0123456789');
    const { contentType, metadata } = await bucket.stat('k');
    assert.deepEqual([contentType, { ...metadata }], ['text/target', {}]);
  }),

  ...Object.entries(copyRanges).map(([id, { range, text }]) =>
    uploadCase(id, async ({ bucket }) => {
      await bucket.put('source', '0123456789');
      const upload = await bucket.createUpload('k');
      const { etag, size } = await upload.copyPart(1, 'source', { range });
      assert.deepEqual([etag, size], [md5(text), text.length]);
      await upload.complete();
      assert.equal(await readText(bucket, 'k'), text);
    }),
  ),

  uploadCase('uploads/copy-part/range-outside', async ({ bucket }) => {
    await bucket.put('source', '0123456789');
    const upload = await bucket.createUpload('k');
    await expectError(() => upload.copyPart(1, 'source', { range: { start: 5, end: 11 } }), 'InvalidArgument');
    await expectError(() => upload.copyPart(1, 'source', { range: { start: 10, end: 12 } }), 'InvalidRange');
    await expectError(() => upload.copyPart(1, 'source', { range: { start: 3, end: 3 } }), 'InvalidRange');
    assert.deepEqual(await upload.listParts(), []);
  }),

  uploadCase('uploads/copy-part/empty-source', async ({ bucket }) => {
    await bucket.put('source', '');
    const upload = await bucket.createUpload('k');
    assert.equal((await upload.copyPart(1, 'source')).size, 0);
    assert.equal((await upload.copyPart(1, 'source', { range: { suffix: 2 } })).size, 0);
    await expectError(() => upload.copyPart(1, 'source', { range: { start: 0, end: 1 } }), 'InvalidRange');
    await upload.complete();
    assert.equal((await bucket.stat('k')).size, 0);
  }),

  uploadCase('uploads/copy-part/large-range', async ({ bucket }) => {
    const body = pattern(minPartBytes + 200 * KiB);
    await bucket.put('source', inChunks(body, 300_000));
    const upload = await bucket.createUpload('k');
    await upload.copyPart(1, 'source', { range: { start: 1000, end: 1000 + minPartBytes } });
    await upload.putPart(2, 'end');
    await upload.complete();
    assertSameBytes(await readBytes(bucket, 'k'), Buffer.concat([body.subarray(1000, 1000 + minPartBytes), Buffer.from('end')]));
  }),

  uploadCase('uploads/copy-part/other-bucket', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await other.put('source', 'other');
    const upload = await bucket.createUpload('k');
    await upload.copyPart(1, 'source', { bucket: other.name });
    await upload.complete();
    assert.equal(await readText(bucket, 'k'), 'other');
  }),

  uploadCase('uploads/copy-part/missing-source', async ({ bucket, unusedName }) => {
    const upload = await bucket.createUpload('k');
    const missing = unusedName();
    await expectError(() => upload.copyPart(1, 'none'), 'NoSuchKey', { operation: 'copyPart', bucket: bucket.name, key: 'none' });
    await expectError(() => upload.copyPart(1, 'none', { bucket: missing }), 'NoSuchBucket', { operation: 'copyPart', bucket: missing });
    assert.deepEqual(await upload.listParts(), []);
  }),

  uploadCase('uploads/copy-part/conditions', async ({ bucket }) => {
    const { etag } = await bucket.put('source', 'body');
    const upload = await bucket.createUpload('k');
    const about = { operation: 'copyPart', bucket: bucket.name, key: 'source' };
    await expectError(() => upload.copyPart(1, 'source', { sourceIfMatch: md5('other') }), 'PreconditionFailed', about);
    await expectError(() => upload.copyPart(1, 'source', { sourceIfNoneMatch: etag }), 'PreconditionFailed', about);
    await expectError(() => upload.copyPart(1, 'source', { sourceIfModifiedSince: new Date('2100-01-01') }), 'PreconditionFailed');
    assert.deepEqual(await upload.listParts(), []);
    await upload.copyPart(1, 'source', { sourceIfMatch: etag, sourceIfUnmodifiedSince: new Date('2100-01-01') });
    assert.equal((await upload.listParts()).length, 1);
  }),

  uploadCase('uploads/copy-part/independent-of-source', async ({ bucket }) => {
    await bucket.put('source', 'before');
    const upload = await bucket.createUpload('k');
    await upload.copyPart(1, 'source');
    await bucket.put('source', 'after!');
    await bucket.delete('source');
    await upload.complete();
    assert.equal(await readText(bucket, 'k'), 'before');
  }),

  uploadCase(
    'uploads/copy-part/version',
    async ({ bucket }) => {
      await bucket.setVersioning('enabled');
      const { versionId } = await bucket.put('source', 'one');
      await bucket.put('source', 'two');
      const upload = await bucket.createUpload('k');
      await upload.copyPart(1, 'source', { sourceVersionId: versionId });
      const unknown = { sourceVersionId: '11111111-2222-4333-8444-555555555555' };
      await expectError(() => upload.copyPart(1, 'source', unknown), 'NoSuchVersion', { key: 'source' });
      await bucket.delete('source');
      await expectError(() => upload.copyPart(1, 'source'), 'NoSuchKey', { key: 'source' });
      await upload.complete();
      assert.equal(await readText(bucket, 'k'), 'one');
    },
    'versioning',
  ),
];
