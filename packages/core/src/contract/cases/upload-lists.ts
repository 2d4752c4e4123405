import assert from 'node:assert/strict';
import type { Upload, UploadedPart } from '../../api/uploads.js';
import { inChunks, pattern, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { uploadCase, md5, endedUpload, numbersOf } from '../upload-parts.js';

/** Calls with an upload that does not exist. */
const unknownUploadCalls: Readonly<Record<string, (upload: Upload) => unknown>> = {
  'uploads/unknown/put-part': (upload) => upload.putPart(1, 'part'),
  'uploads/unknown/put-part-stream': (upload) => upload.putPart(1, inChunks(pattern(1000), 100)),
  'uploads/unknown/copy-part': (upload) => upload.copyPart(1, 'source'),
  'uploads/unknown/list-parts': (upload) => upload.listParts(),
  'uploads/unknown/complete': (upload) => upload.complete([{ partNumber: 1, etag: md5('part') }]),
};

/** Listings of uploads, and uploads that do not exist. */
export const uploadListCases = [
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
];
