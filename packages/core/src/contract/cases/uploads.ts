import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Bucket } from '../../api/datastore.js';
import { isStorageError } from '../../api/errors.js';
import type { CopyPartOptions } from '../../api/options.js';
import type { Upload, UploadedPart } from '../../api/uploads.js';
import { KiB, MiB, failAfter, inChunks, pattern, readBytes, readText } from '../bodies.js';
import { assertSameBytes, expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';
import type { ContractCase } from '../contract-case.js';
import type { Requirement } from '../contract-context.js';
import type { Fixture } from '../fixture.js';

const uploadCase = (id: string, check: (fixture: Fixture) => Promise<void>, ...requires: Requirement[]): ContractCase =>
  contractCase(id, check, { requires: ['uploads', ...requires] });

/** The minimum size of all parts but the last. */
const minPartBytes = 5 * MiB;

const md5 = (bytes: Uint8Array | string): string => createHash('md5').update(bytes).digest('hex');

/** Returns the ETag of an object that was uploaded in parts. */
function etagOfParts(...parts: readonly (Uint8Array | string)[]): string {
  return `${md5(Buffer.concat(parts.map((part) => createHash('md5').update(part).digest())))}-${parts.length}`;
}

/** Returns an upload that was aborted. */
async function endedUpload(bucket: Bucket, key: string): Promise<Upload> {
  const upload = await bucket.createUpload(key);
  await upload.abort();
  return upload;
}

const numbersOf = (parts: readonly UploadedPart[]): number[] => parts.map(({ partNumber }) => partNumber);

/** Uploads an object of two parts, with the numbers 1 and 3. Returns the bodies of the parts. */
async function uploadTwoParts(bucket: Bucket, key: string): Promise<[first: Buffer, second: Buffer]> {
  const [first, second] = [pattern(minPartBytes), pattern(100 * KiB, 2)];
  const upload = await bucket.createUpload(key);
  await upload.putPart(3, second);
  await upload.putPart(1, first);
  await upload.complete();
  return [first, second];
}

/** Calls with an upload that does not exist. */
const unknownUploadCalls: Readonly<Record<string, (upload: Upload) => unknown>> = {
  'uploads/unknown/put-part': (upload) => upload.putPart(1, 'part'),
  'uploads/unknown/put-part-stream': (upload) => upload.putPart(1, inChunks(pattern(1000), 100)),
  'uploads/unknown/copy-part': (upload) => upload.copyPart(1, 'source'),
  'uploads/unknown/list-parts': (upload) => upload.listParts(),
  'uploads/unknown/complete': (upload) => upload.complete([{ partNumber: 1, etag: md5('part') }]),
};

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

/** Ranges of a copied part, and the bytes of `0123456789` that they contain. */
const copyRanges: Readonly<Record<string, { readonly range: NonNullable<CopyPartOptions['range']>; readonly text: string }>> = {
  'uploads/copy-part/range': { range: { start: 2, end: 5 }, text: '234' },
  'uploads/copy-part/open-range': { range: { start: 7 }, text: '789' },
  'uploads/copy-part/suffix': { range: { suffix: 4 }, text: '6789' },
  'uploads/copy-part/whole-range': { range: { start: 0, end: 10 }, text: '0123456789' },
};

/** Uploads in parts. */
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

  uploadCase('uploads/invisible-until-complete', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    await upload.putPart(1, 'new');
    assert.equal(await bucket.exists('k'), false);
    assert.deepEqual(await bucket.list(), []);
    await expectError(() => bucket.get('k'), 'NoSuchKey');
    await upload.complete();
    assert.deepEqual(await bucket.listFilename(), ['k']);
  }),

  uploadCase('uploads/old-object-until-complete', async ({ bucket }) => {
    await bucket.put('k', 'old', { contentType: 'text/old', metadata: { of: 'old' } });
    const upload = await bucket.createUpload('k', { contentType: 'text/new' });
    await upload.putPart(1, 'new');
    assert.equal(await readText(bucket, 'k'), 'old');
    await upload.complete();
    assert.equal(await readText(bucket, 'k'), 'new');
    const { contentType, metadata } = await bucket.stat('k');
    assert.deepEqual([contentType, { ...metadata }], ['text/new', {}]);
  }),

  uploadCase('uploads/attributes', async ({ bucket }) => {
    const expires = new Date('2030-01-02T03:04:05Z');
    const headers = { contentType: 'text/x', cacheControl: 'no-store', contentDisposition: 'inline', contentLanguage: 'de' };
    const upload = await bucket.createUpload('k', { ...headers, contentEncoding: 'br', expires, metadata: { Name: ' é ' } });
    await upload.putPart(1, 'body');
    await upload.complete();
    const info = await bucket.stat('k');
    for (const [name, value] of Object.entries(headers)) assert.equal(info[name as keyof typeof headers], value);
    assert.deepEqual([info.contentEncoding, info.expires, { ...info.metadata }], ['br', expires, { name: 'é' }]);
  }),

  uploadCase('uploads/default-attributes', async ({ bucket }) => {
    const upload = await bucket.createUpload('k.txt');
    await upload.putPart(1, new Blob(['body'], { type: 'text/plain' }));
    await upload.complete();
    const { contentType, metadata, cacheControl } = await bucket.stat('k.txt');
    assert.deepEqual([contentType, { ...metadata }, cacheControl], ['binary/octet-stream', {}, undefined]);
  }),

  uploadCase(
    'uploads/tags',
    async ({ bucket }) => {
      const upload = await bucket.createUpload('k', { tags: { color: 'red' } });
      await upload.putPart(1, 'body');
      await upload.complete();
      assert.deepEqual({ ...(await bucket.tags('k')) }, { color: 'red' });
      assert.equal((await bucket.stat('k')).tagCount, 1);
    },
    'tags',
  ),

  uploadCase('uploads/invalid-attributes', async ({ bucket }) => {
    await expectError(() => bucket.createUpload('k', { metadata: { a: 'x'.repeat(3000) } }), 'MetadataTooLarge', {
      operation: 'createUpload',
    });
    await expectError(() => bucket.createUpload('k', { contentType: '' }), 'InvalidArgument');
    assert.deepEqual(await bucket.listUploads(), []);
  }),

  uploadCase('uploads/invalid-keys', async ({ bucket }) => {
    await expectError(() => bucket.createUpload('dir/'), 'InvalidKey', { operation: 'createUpload', key: 'dir/' });
    await expectError(() => bucket.createUpload('a//b'), 'InvalidKey');
    await expectError(() => bucket.createUpload('../b'), 'InvalidKey');
    assert.deepEqual(await bucket.listUploads(), []);
  }),

  uploadCase('uploads/list-parts', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    assert.deepEqual(await upload.listParts(), []);
    const stored: UploadedPart[] = [];
    for (const partNumber of [30, 4, 1, 200]) stored.push(await upload.putPart(partNumber, `part ${partNumber}`));
    const parts = await upload.listParts();
    assert.deepEqual(numbersOf(parts), [1, 4, 30, 200]);
    for (const { partNumber, etag, size, lastModified } of parts) {
      assert.deepEqual([etag, size], [md5(`part ${partNumber}`), `part ${partNumber}`.length]);
      assert.equal(lastModified.getTime() % 1000, 0);
    }
    assert.equal(stored.length, 4);
  }),

  uploadCase('uploads/list-parts-pages', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    for (const partNumber of [1, 2, 5, 9]) await upload.putPart(partNumber, 'part');
    const first = await upload.listPartsPage({ pageSize: 2 });
    assert.deepEqual([numbersOf(first.parts), first.next], [[1, 2], 2]);
    const second = await upload.listPartsPage({ pageSize: 2, after: first.next });
    assert.deepEqual([numbersOf(second.parts), second.next], [[5, 9], undefined]);
    assert.deepEqual(numbersOf((await upload.listPartsPage({ after: 5 })).parts), [9]);
    assert.deepEqual(await upload.listPartsPage({ after: 9 }), { parts: [] });
  }),

  ...Object.entries(unknownUploadCalls).map(([id, run]) =>
    uploadCase(id, async ({ bucket }) => {
      await bucket.put('source', 'source');
      const upload = await endedUpload(bucket, 'k');
      await expectError(() => run(upload), 'NoSuchUpload', { bucket: bucket.name, key: 'k' });
      assert.equal(await bucket.exists('k'), false);
    }),
  ),

  uploadCase('uploads/id-of-another-key', async ({ bucket, createAnotherBucket }) => {
    const upload = await bucket.createUpload('k');
    const part = await upload.putPart(1, 'part');
    const other = await createAnotherBucket();
    for (const wrong of [bucket.upload('other', upload.id), other.upload('k', upload.id)]) {
      await expectError(() => wrong.putPart(1, 'other'), 'NoSuchUpload');
      await expectError(() => wrong.listParts(), 'NoSuchUpload');
      await expectError(() => wrong.complete([part]), 'NoSuchUpload');
      await wrong.abort();
    }
    await upload.complete([part]);
    assert.equal(await readText(bucket, 'k'), 'part');
  }),

  uploadCase('uploads/malformed-id', async ({ bucket }) => {
    for (const id of ['abc', 'x'.repeat(100), '00000000-0000-0000-0000-000000000000']) {
      await expectError(() => bucket.upload('k', id).putPart(1, 'part'), 'NoSuchUpload');
      await expectError(() => bucket.upload('k', id).listParts(), 'NoSuchUpload');
    }
  }),

  uploadCase('uploads/abort', async ({ bucket }) => {
    await bucket.put('k', 'old');
    const upload = await bucket.createUpload('k');
    await upload.putPart(1, 'new');
    await upload.abort();
    await expectError(() => upload.listParts(), 'NoSuchUpload');
    await expectError(() => upload.complete(), 'NoSuchUpload');
    assert.equal(await readText(bucket, 'k'), 'old');
    assert.deepEqual(await bucket.listUploads(), []);
  }),

  uploadCase('uploads/abort-ended', async ({ bucket }) => {
    const upload = await bucket.createUpload('k');
    const part = await upload.putPart(1, 'body');
    await upload.complete([part]);
    await upload.abort();
    await upload.abort();
    assert.equal(await readText(bucket, 'k'), 'body');
    await bucket.upload('none', upload.id).abort();
  }),

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

  uploadCase('uploads/of-the-same-key', async ({ bucket }) => {
    const [one, two] = [await bucket.createUpload('k'), await bucket.createUpload('k', { contentType: 'text/two' })];
    assert.notEqual(one.id, two.id);
    await two.putPart(1, 'two');
    await one.putPart(1, 'one');
    await two.complete();
    assert.equal(await readText(bucket, 'k'), 'two');
    await one.complete();
    assert.equal(await readText(bucket, 'k'), 'one');
    assert.equal((await bucket.stat('k')).contentType, 'binary/octet-stream');
  }),

  uploadCase('uploads/resume', async ({ datastore, bucket }) => {
    const upload = await bucket.createUpload('k', { metadata: { a: 'b' } });
    await upload.putPart(1, 'part');
    const resumed = datastore.bucket(bucket.name).upload('k', upload.id);
    assert.deepEqual([resumed.key, resumed.id], ['k', upload.id]);
    assert.deepEqual(numbersOf(await resumed.listParts()), [1]);
    await resumed.complete();
    assert.equal(await readText(bucket, 'k'), 'part');
    assert.deepEqual({ ...(await bucket.stat('k')).metadata }, { a: 'b' });
  }),

  uploadCase('uploads/list', async ({ bucket }) => {
    assert.deepEqual(await bucket.listUploads(), []);
    const uploads: Upload[] = [];
    for (const key of ['b', 'a/2', 'a/1']) uploads.push(await bucket.createUpload(key));
    const listed = await bucket.listUploads();
    assert.deepEqual(
      listed.map(({ key, id }) => [key, id]),
      uploads.map(({ key, id }) => [key, id]).reverse(),
    );
    for (const { initiated } of listed) assert.equal(initiated.getTime() % 1000, 0);
    await uploads[0]?.abort();
    const part = await uploads[1]?.putPart(1, 'part');
    if (part !== undefined) await uploads[1]?.complete([part]);
    assert.deepEqual(
      (await bucket.listUploads()).map(({ key }) => key),
      ['a/1'],
    );
  }),

  uploadCase('uploads/list-prefix', async ({ bucket }) => {
    for (const key of ['a/1', 'a/2', 'ab', 'b']) await bucket.createUpload(key);
    const keys = async (prefix: string) => (await bucket.listUploads({ prefix })).map(({ key }) => key);
    assert.deepEqual(await keys('a/'), ['a/1', 'a/2']);
    assert.deepEqual(await keys('a'), ['a/1', 'a/2', 'ab']);
    assert.deepEqual(await keys('b'), ['b']);
    assert.deepEqual(await keys('c'), []);
  }),

  uploadCase('uploads/list-pages', async ({ bucket }) => {
    const keys = ['a', 'a', 'b', 'c', 'c'];
    const ids: string[] = [];
    for (const key of keys) ids.push((await bucket.createUpload(key)).id);
    const listed: string[] = [];
    let after: { key: string; id: string } | undefined;
    for (let pages = 0; pages < 10; pages++) {
      const page = await bucket.listUploadsPage({ pageSize: 2, after });
      assert.ok(page.uploads.length <= 2);
      listed.push(...page.uploads.map(({ id }) => id));
      if (page.next === undefined) break;
      after = page.next;
    }
    assert.deepEqual(new Set(listed), new Set(ids));
    assert.equal(listed.length, ids.length);
    assert.deepEqual(
      (await bucket.listUploadsPage({ after: { key: 'a' } })).uploads.map(({ key }) => key),
      ['b', 'c', 'c'],
    );
  }),

  uploadCase('uploads/list-is-per-bucket', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await bucket.createUpload('k');
    assert.deepEqual(await other.listUploads(), []);
  }),

  uploadCase('uploads/remove-bucket', async ({ datastore, bucket }) => {
    const upload = await bucket.createUpload('k');
    await upload.putPart(1, 'part');
    assert.equal(await datastore.removeBucket(bucket.name), true);
    await expectError(() => upload.listParts(), 'NoSuchBucket');
    await expectError(() => upload.putPart(2, 'part'), 'NoSuchBucket');
    await expectError(() => upload.complete([{ partNumber: 1, etag: md5('part') }]), 'NoSuchBucket');
    await expectError(() => upload.abort(), 'NoSuchBucket');
  }),

  uploadCase('uploads/nested-keys', async ({ bucket }) => {
    const [outer, inner] = [await bucket.createUpload('a'), await bucket.createUpload('a/b')];
    await outer.putPart(1, 'outer');
    await inner.putPart(1, 'inner');
    await outer.complete();
    await inner.complete();
    assert.equal(await readText(bucket, 'a'), 'outer');
    assert.equal(await readText(bucket, 'a/b'), 'inner');
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
    await expectError(() => upload.copyPart(1, 'source', { sourceIfMatch: md5('other') }), 'PreconditionFailed');
    await expectError(() => upload.copyPart(1, 'source', { sourceIfNoneMatch: etag }), 'PreconditionFailed');
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

  uploadCase('uploads/part-number', async ({ bucket }) => {
    const [first, second] = await uploadTwoParts(bucket, 'k');
    const size = first.length + second.length;
    // The parts keep their numbers.
    const firstPart = await bucket.get('k', { partNumber: 1 });
    assert.deepEqual(firstPart.range, { start: 0, end: first.length, size });
    assertSameBytes(await firstPart.bytes(), first);
    const secondPart = await bucket.get('k', { partNumber: 3 });
    assert.deepEqual(secondPart.range, { start: first.length, end: size, size });
    assert.equal(secondPart.info.etag, etagOfParts(first, second));
    assert.equal(secondPart.info.size, size);
    assertSameBytes(await secondPart.bytes(), second);
    for (const partNumber of [2, 4]) await expectError(() => bucket.get('k', { partNumber }), 'InvalidRange');
  }),

  uploadCase('uploads/part-number-of-plain-object', async ({ bucket }) => {
    await bucket.put('k', 'hello');
    const object = await bucket.get('k', { partNumber: 1 });
    assert.deepEqual(object.range, { start: 0, end: 5, size: 5 });
    assert.equal(await object.text(), 'hello');
    await expectError(() => bucket.get('k', { partNumber: 2 }), 'InvalidRange');
    await expectError(() => bucket.get('none', { partNumber: 1 }), 'NoSuchKey');
    for (const partNumber of [0, -1, 10_001, 1.5]) await expectError(() => bucket.get('k', { partNumber }), 'InvalidArgument');
    await expectError(() => bucket.get('k', { partNumber: 1, range: { start: 0 } }), 'InvalidArgument');
  }),

  uploadCase('uploads/part-number-of-large-put', async ({ bucket }) => {
    const body = pattern(minPartBytes + 1000);
    await bucket.put('k', body, { partSize: minPartBytes });
    assertSameBytes(await (await bucket.get('k', { partNumber: 2 })).bytes(), body.subarray(minPartBytes));
    await bucket.fcopyTo(bucket.name, 'copy', 'k');
    await expectError(() => bucket.get('copy', { partNumber: 2 }), 'InvalidRange');
  }),

  uploadCase('uploads/range-across-parts', async ({ bucket }) => {
    const [first, second] = await uploadTwoParts(bucket, 'k');
    const whole = Buffer.concat([first, second]);
    for (const [start, end] of [
      [first.length - 10, first.length + 10],
      [first.length, first.length + 1],
      [100, whole.length - 1],
    ] as const)
      assertSameBytes(await (await bucket.get('k', { range: { start, end } })).bytes(), whole.subarray(start, end));
    assertSameBytes(await (await bucket.get('k', { range: { suffix: 5 } })).bytes(), whole.subarray(-5));
  }),

  uploadCase('uploads/copy-of-object', async ({ bucket }) => {
    const parts = await uploadTwoParts(bucket, 'k');
    const { etag } = await bucket.fcopyTo(bucket.name, 'copy', 'k');
    assert.equal(etag, md5(Buffer.concat(parts)));
    assertSameBytes(await readBytes(bucket, 'copy'), Buffer.concat(parts));
  }),

  uploadCase(
    'uploads/version',
    async ({ bucket }) => {
      await bucket.setVersioning('enabled');
      const upload = await bucket.createUpload('k');
      await upload.putPart(1, 'uploaded');
      const { versionId: put } = await bucket.put('k', 'put');
      const { versionId } = await upload.complete();
      assert.equal(typeof versionId, 'string');
      // The place in the history is that of the completion.
      assert.deepEqual(
        (await bucket.listVersions()).map((version) => version.versionId),
        [versionId, put],
      );
      assert.equal(await readText(bucket, 'k'), 'uploaded');
      assert.equal((await bucket.stat('k')).versionId, versionId);
    },
    'versioning',
  ),

  uploadCase(
    'uploads/version-decided-at-creation',
    async ({ bucket }) => {
      const plain = await bucket.createUpload('plain');
      await bucket.setVersioning('enabled');
      const versioned = await bucket.createUpload('versioned');
      await bucket.setVersioning('suspended');
      await plain.putPart(1, 'body');
      await versioned.putPart(1, 'body');
      assert.equal((await versioned.complete()).versionId, (await bucket.listVersions({ prefix: 'versioned' }))[0]?.versionId);
      assert.equal(typeof (await bucket.stat('versioned')).versionId, 'string');
      await bucket.setVersioning('enabled');
      assert.equal('versionId' in (await plain.complete()), false);
      assert.deepEqual(
        (await bucket.listVersions({ prefix: 'plain' })).map(({ versionId }) => versionId),
        ['null'],
      );
    },
    'versioning',
  ),

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
    await assert.rejects(upload.putPart(1, body(), { signal: controller.signal }), reason);
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
