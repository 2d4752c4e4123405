import assert from 'node:assert/strict';
import { pattern, readBytes, readText } from '../bodies.js';
import { assertSameBytes, expectError } from '../assertions.js';
import { uploadCase, minPartBytes, md5, etagOfParts, uploadTwoParts } from '../upload-parts.js';

/** Objects that were uploaded in parts. */
export const uploadReadCases = [
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

  uploadCase(
    'uploads/invalid-keys',
    async ({ bucket }) => {
      await expectError(() => bucket.createUpload('dir/'), 'InvalidKey', { operation: 'createUpload', key: 'dir/' });
      await expectError(() => bucket.createUpload('a//b'), 'InvalidKey');
      await expectError(() => bucket.createUpload('../b'), 'InvalidKey');
      assert.deepEqual(await bucket.listUploads(), []);
    },
    'not anyKeys',
  ),

  uploadCase('uploads/nested-keys', async ({ bucket }) => {
    const [outer, inner] = [await bucket.createUpload('a'), await bucket.createUpload('a/b')];
    await outer.putPart(1, 'outer');
    await inner.putPart(1, 'inner');
    await outer.complete();
    await inner.complete();
    assert.equal(await readText(bucket, 'a'), 'outer');
    assert.equal(await readText(bucket, 'a/b'), 'inner');
  }),

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
    await expectError(() => bucket.get('k', { partNumber: 2, ifMatch: 'other' }), 'PreconditionFailed');
    await bucket.put('empty', '');
    assert.deepEqual((await bucket.get('empty', { partNumber: 1 })).range, { start: 0, end: 0, size: 0 });
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
];
