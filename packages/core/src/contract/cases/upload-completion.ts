import assert from 'node:assert/strict';
import { isStorageError } from '../../api/errors.js';
import { pattern, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { uploadCase, minPartBytes, md5, endedUpload } from '../upload-parts.js';

/** Parts that cannot be completed. */
const invalidParts: Readonly<
  Record<string, { readonly parts: readonly [number, string][]; readonly code: 'InvalidPart' | 'InvalidPartOrder' | 'InvalidRequest' }>
> = {
  'uploads/complete/no-parts': { parts: [], code: 'InvalidRequest' },
  'uploads/complete/unknown-part': { parts: [[2, md5('part')]], code: 'InvalidPart' },
  'uploads/complete/other-etag': { parts: [[1, md5('other')]], code: 'InvalidPart' },
  'uploads/complete/upper-case-etag': { parts: [[1, md5('part').toUpperCase()]], code: 'InvalidPart' },
  'uploads/complete/same-part-twice': {
    parts: [
      [1, md5('part')],
      [1, md5('part')],
    ],
    code: 'InvalidPartOrder',
  },
  'uploads/complete/descending': {
    parts: [
      [2, md5('part')],
      [1, md5('part')],
    ],
    code: 'InvalidPartOrder',
  },
};

/** Completions of uploads. */
export const uploadCompletionCases = [
  ...Object.entries(invalidParts).map(([id, { parts, code }]) =>
    uploadCase(id, async ({ bucket }) => {
      const upload = await bucket.createUpload('k');
      const part = await upload.putPart(1, 'part');
      const requested = parts.map(([partNumber, etag]) => ({ partNumber, etag }));
      await expectError(() => upload.complete(requested), code, { operation: 'complete', bucket: bucket.name, key: 'k' });
      assert.equal(await bucket.exists('k'), false);
      // The upload remains open.
      await upload.complete([part]);
      assert.equal(await readText(bucket, 'k'), 'part');
    }),
  ),

  uploadCase('uploads/complete/without-stored-parts', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    await expectError(() => upload.complete(), 'InvalidRequest', { operation: 'complete' });
    await upload.putPart(3, 'part');
    await upload.complete();
    assert.equal(await readText(bucket, 'k'), 'part');
  }),

  uploadCase('uploads/complete/quoted-etag', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const { etag } = await upload.putPart(1, 'part');
    await upload.complete([{ partNumber: 1, etag: `"${etag}"` }]);
    assert.equal(await readText(bucket, 'k'), 'part');
  }),

  uploadCase('uploads/complete/part-too-small', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const small = await upload.putPart(1, pattern(minPartBytes - 1));
    const last = await upload.putPart(2, 'last');
    await expectError(() => upload.complete([small, last]), 'EntityTooSmall', { operation: 'complete', key: 'k' });
    assert.equal(await bucket.exists('k'), false);
    await upload.complete([last]);
    assert.equal(await readText(bucket, 'k'), 'last');
  }),

  uploadCase('uploads/complete/unknown-part-before-size', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const small = await upload.putPart(1, 'small');
    await expectError(() => upload.complete([small, { partNumber: 9, etag: md5('x') }]), 'InvalidPart');
  }),

  uploadCase('uploads/complete/twice', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const part = await upload.putPart(1, 'part');
    await upload.complete([part]);
    await expectError(() => upload.complete([part]), 'NoSuchUpload');
    await expectError(() => upload.putPart(2, 'more'), 'NoSuchUpload');
    await expectError(() => upload.listParts(), 'NoSuchUpload');
    assert.equal(await readText(bucket, 'k'), 'part');
  }),

  uploadCase('uploads/complete/concurrently', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const part = await upload.putPart(1, 'part');
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => upload.complete([part])));
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') assert.ok(isStorageError(outcome.reason, 'NoSuchUpload'), String(outcome.reason));
    assert.equal(await readText(bucket, 'k'), 'part');
  }),

  uploadCase('uploads/complete/and-abort', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const part = await upload.putPart(1, 'part');
    const [completed, aborted] = await Promise.allSettled([upload.complete([part]), upload.abort()]);
    assert.equal(aborted.status, 'fulfilled');
    if (completed.status === 'rejected') assert.ok(isStorageError(completed.reason, 'NoSuchUpload'), String(completed.reason));
    assert.equal(await bucket.exists('k'), completed.status === 'fulfilled');
    await expectError(() => upload.listParts(), 'NoSuchUpload');
  }),

  uploadCase(
    'uploads/condition/create',
    async ({ bucket }) => {
      const upload = await bucket.createUpload('k');
      await upload.putPart(1, 'new');
      await bucket.put('k', 'other');
      await expectError(() => upload.complete(undefined, { ifNoneMatch: '*' }), 'PreconditionFailed', { operation: 'complete', key: 'k' });
      assert.equal(await readText(bucket, 'k'), 'other');
      await bucket.delete('k');
      await upload.complete(undefined, { ifNoneMatch: '*' });
      assert.equal(await readText(bucket, 'k'), 'new');
    },
    'conditionalPut',
  ),

  uploadCase(
    'uploads/condition/replace',
    async ({ bucket }) => {
      const { etag } = await bucket.put('k', 'old');
      const upload = await bucket.createUpload('k');
      await upload.putPart(1, 'new');
      await expectError(() => upload.complete(undefined, { ifMatch: md5('other') }), 'PreconditionFailed');
      await upload.complete(undefined, { ifMatch: `"${etag}"` });
      assert.equal(await readText(bucket, 'k'), 'new');
    },
    'conditionalPut',
  ),

  uploadCase(
    'uploads/condition/missing-object',
    async ({ bucket }) => {
      const upload = await bucket.createUpload('k');
      const part = await upload.putPart(1, 'new');
      await expectError(() => upload.complete([part], { ifMatch: '*' }), 'NoSuchKey');
      await upload.complete([part]);
      assert.equal(await readText(bucket, 'k'), 'new');
    },
    'conditionalPut',
  ),

  uploadCase(
    'uploads/condition/before-unknown-upload',
    async ({ bucket }) => {
      await bucket.put('k', 'old');
      const upload = await endedUpload(bucket, 'k');
      const parts = [{ partNumber: 1, etag: md5('x') }];
      await expectError(() => upload.complete(parts, { ifNoneMatch: '*' }), 'PreconditionFailed');
      await expectError(() => upload.complete([], { ifNoneMatch: '*' }), 'InvalidRequest');
    },
    'conditionalPut',
  ),
];
