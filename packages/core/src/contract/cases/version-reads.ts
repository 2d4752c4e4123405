import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '../../api/datastore.js';
import type { StorageErrorCode } from '../../api/errors.js';
import { MiB, pattern, readText } from '../bodies.js';
import { assertSameBytes, expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';
import { versionCase, unknownVersion, assertVersions, deleteKey, putVersions, versionText } from '../version-histories.js';
import type { Requirement } from '../contract-context.js';

/** Calls with a malformed version id. */
const malformedIdCalls: Readonly<
  Record<string, { readonly run: (bucket: Bucket) => unknown; readonly requires?: readonly Requirement[] }>
> = {
  'versioning/malformed-id/get': { run: (bucket) => bucket.get('k', { versionId: 'abc' }) },
  'versioning/malformed-id/stat': { run: (bucket) => bucket.stat('k', { versionId: 'NULL' }) },
  'versioning/malformed-id/delete': { run: (bucket) => bucket.delete('k', { versionId: 'abc' }) },
  'versioning/malformed-id/copy': { run: (bucket) => bucket.fcopyTo(bucket.name, 'copy', 'k', { sourceVersionId: 'abc' }) },
  'versioning/malformed-id/tags': { run: (bucket) => bucket.tags('k', { versionId: 'abc' }), requires: ['tags'] },
  'versioning/malformed-id/set-tags': { run: (bucket) => bucket.setTags('k', { a: 'b' }, { versionId: 'abc' }), requires: ['tags'] },
  'versioning/malformed-id/missing-key': { run: (bucket) => bucket.get('none', { versionId: 'abc' }) },
};

/** Reads of a key whose latest entry is a delete marker, without and with the id of the marker. */
const markerReads: Readonly<
  Record<string, { readonly run: (bucket: Bucket, versionId: string | undefined) => unknown; readonly requires?: readonly Requirement[] }>
> = {
  'versioning/delete-marker/get': { run: (bucket, versionId) => bucket.get('k', { versionId }) },
  'versioning/delete-marker/stat': { run: (bucket, versionId) => bucket.stat('k', { versionId }) },
  'versioning/delete-marker/get-range': { run: (bucket, versionId) => bucket.get('k', { versionId, range: { start: 0, end: 1 } }) },
  'versioning/delete-marker/get-condition': { run: (bucket, versionId) => bucket.get('k', { versionId, ifMatch: 'other' }) },
  'versioning/delete-marker/tags': { run: (bucket, versionId) => bucket.tags('k', { versionId }), requires: ['tags'] },
  'versioning/delete-marker/set-tags': { run: (bucket, versionId) => bucket.setTags('k', { a: 'b' }, { versionId }), requires: ['tags'] },
};

/** Reads of versions and delete markers. */
export const versionReadCases = [
  versionCase('versioning/read-after-overwrite', async ({ bucket }) => {
    const [one, two] = await putVersions(bucket, 'k', ['one', 'two']);
    assert.notEqual(one, two);
    assert.equal(await readText(bucket, 'k'), 'two');
    assert.equal(await versionText(bucket, 'k', one), 'one');
    assert.equal(await versionText(bucket, 'k', two), 'two');
    const info = await bucket.stat('k', { versionId: one });
    assert.deepEqual([info.versionId, info.size, { ...info.metadata }], [one, 3, { body: 'one' }]);
    assert.equal((await bucket.stat('k')).versionId, two);
  }),

  versionCase('versioning/read-after-delete', async ({ datastore, bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    await bucket.delete('k');
    await expectError(() => bucket.get('k'), 'NoSuchKey');
    await expectError(() => bucket.stat('k'), 'NoSuchKey');
    assert.equal(await bucket.exists('k'), false);
    assert.deepEqual(await bucket.list(), []);
    assert.equal(await versionText(bucket, 'k', one), 'one');
    await expectError(() => datastore.removeBucket(bucket.name), 'BucketNotEmpty');
  }),

  versionCase('versioning/unknown-version', async ({ bucket }) => {
    await putVersions(bucket, 'k', ['one']);
    await expectError(() => bucket.get('k', { versionId: unknownVersion }), 'NoSuchVersion', {
      operation: 'get',
      bucket: bucket.name,
      key: 'k',
    });
    await expectError(() => bucket.stat('k', { versionId: unknownVersion }), 'NoSuchVersion', { operation: 'stat', key: 'k' });
    await expectError(() => bucket.fcopyTo(bucket.name, 'copy', 'k', { sourceVersionId: unknownVersion }), 'NoSuchVersion');
    await bucket.delete('k', { versionId: unknownVersion });
    assert.equal(await readText(bucket, 'k'), 'one');
  }),

  contractCase(
    'versioning/version-tags',
    async ({ bucket }) => {
      const [one, two] = await putVersions(bucket, 'k', ['one', 'two']);
      await bucket.setTags('k', { of: 'one' }, { versionId: one });
      await bucket.setTags('k', { of: 'two' });
      assert.deepEqual({ ...(await bucket.tags('k', { versionId: one })) }, { of: 'one' });
      assert.deepEqual({ ...(await bucket.tags('k', { versionId: two })) }, { of: 'two' });
      await bucket.removeTags('k', { versionId: one });
      assert.deepEqual({ ...(await bucket.tags('k')) }, { of: 'two' });
      await expectError(() => bucket.tags('k', { versionId: unknownVersion }), 'NoSuchVersion');
    },
    { requires: ['versioning', 'tags'] },
  ),

  versionCase('versioning/unknown-version-disabled', async ({ bucket }) => {
    await bucket.put('k', 'body');
    await expectError(() => bucket.get('k', { versionId: unknownVersion }), 'NoSuchVersion');
    await bucket.delete('k', { versionId: unknownVersion });
    assert.equal(await readText(bucket, 'k'), 'body');
  }),

  versionCase('versioning/unknown-version-of-missing-key', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    await expectError(() => bucket.stat('none', { versionId: unknownVersion }), 'NoSuchVersion');
    await expectError(() => bucket.stat('none', { versionId: 'null' }), 'NoSuchVersion');
    assert.deepEqual(await bucket.delete('none', { versionId: 'null' }), {});
    assert.deepEqual(await bucket.listVersions(), []);
  }),

  versionCase('versioning/forms-of-an-id', async ({ bucket }) => {
    await bucket.put('k', 'old');
    const [one = ''] = await putVersions(bucket, 'k', ['one', 'two']);
    for (const form of [one.toUpperCase(), one.replaceAll('-', ''), `{${one}}`, `urn:uuid:${one}`])
      assert.equal(await versionText(bucket, 'k', form), 'one', form);
    assert.equal(await versionText(bucket, 'k', '00000000-0000-0000-0000-000000000000'), 'old');
    assert.equal((await bucket.stat('k', { versionId: one.toUpperCase() })).versionId, one);
  }),

  versionCase('versioning/id-of-another-key', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'a', ['one']);
    await putVersions(bucket, 'b', ['two']);
    await expectError(() => bucket.get('b', { versionId: one }), 'NoSuchVersion');
    await bucket.delete('b', { versionId: one });
    assert.equal(await readText(bucket, 'a'), 'one');
    assert.equal(await readText(bucket, 'b'), 'two');
  }),

  ...Object.entries(malformedIdCalls).map(([id, { run, requires = [] }]) =>
    versionCase(
      id,
      async ({ bucket }) => {
        const [one] = await putVersions(bucket, 'k', ['one']);
        await expectError(() => run(bucket), 'InvalidArgument', { bucket: bucket.name });
        await assertVersions(bucket, { one }, 'k@one*');
      },
      ...requires,
    ),
  ),

  ...Object.entries(markerReads).map(([id, { run, requires = [] }]) =>
    versionCase(
      id,
      async ({ bucket }) => {
        const [one] = await putVersions(bucket, 'k', ['one']);
        const marker = await deleteKey(bucket, 'k');
        const fields = { bucket: bucket.name, key: 'k' };
        await expectError(() => run(bucket, undefined), 'NoSuchKey', fields);
        await expectError(() => run(bucket, marker), 'MethodNotAllowed', fields);
        await assertVersions(bucket, { one, marker }, '!k@marker* k@one');
      },
      ...requires,
    ),
  ),

  versionCase('versioning/delete-marker-in-error', async ({ bucket }) => {
    await putVersions(bucket, 'k', ['one']);
    const marker = await deleteKey(bucket, 'k');
    const codes: [string | undefined, StorageErrorCode][] = [
      [undefined, 'NoSuchKey'],
      [marker, 'MethodNotAllowed'],
    ];
    for (const [versionId, code] of codes) {
      assert.equal((await expectError(() => bucket.get('k', { versionId }), code)).deleteMarker, marker);
      assert.equal((await expectError(() => bucket.stat('k', { versionId }), code)).deleteMarker, marker);
    }
    assert.equal((await expectError(() => bucket.get('none'), 'NoSuchKey')).deleteMarker, undefined);
  }),

  versionCase('versioning/delete-marker-absent', async ({ bucket }) => {
    await putVersions(bucket, 'k', ['one']);
    await bucket.put('other', 'x');
    await bucket.delete('k');
    assert.equal(await bucket.exists('k'), false);
    assert.deepEqual(
      (await bucket.stat(['k', 'other'])).map((info) => info?.key),
      [undefined, 'other'],
    );
    assert.deepEqual(await bucket.listFilename(), ['other']);
  }),

  versionCase('versioning/get-version-range', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['hello world', 'x']);
    const object = await bucket.get('k', { versionId: one, range: { start: 6, end: 100 } });
    assert.deepEqual(object.range, { start: 6, end: 11, size: 11 });
    assert.equal(await object.text(), 'world');
    await expectError(() => bucket.get('k', { range: { start: 6 } }), 'InvalidRange');
  }),

  versionCase('versioning/get-version-conditions', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one', 'two']);
    const { etag } = await bucket.stat('k', { versionId: one });
    assert.equal(await (await bucket.get('k', { versionId: one, ifMatch: etag })).text(), 'one');
    await expectError(() => bucket.get('k', { versionId: one, ifNoneMatch: etag }), 'NotModified');
    await expectError(() => bucket.get('k', { ifMatch: etag }), 'PreconditionFailed');
    await expectError(() => bucket.get('k', { versionId: unknownVersion, ifMatch: etag }), 'NoSuchVersion');
  }),

  versionCase('versioning/fget-version', async ({ bucket, createTempFolder }) => {
    const [one] = await putVersions(bucket, 'k', ['one', 'two']);
    const file = join(await createTempFolder(), 'file');
    const info = await bucket.fget('k', file, { versionId: one });
    assert.equal(info.versionId, one);
    assert.equal(await readFile(file, 'utf8'), 'one');
  }),

  versionCase('versioning/attributes-per-version', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    const { versionId } = await bucket.put('k', 'one', { contentType: 'text/one', cacheControl: 'no-store', metadata: { of: 'one' } });
    await bucket.put('k', 'second', { contentType: 'text/two' });
    const old = await bucket.stat('k', { versionId });
    assert.deepEqual([old.contentType, old.cacheControl, { ...old.metadata }, old.size], ['text/one', 'no-store', { of: 'one' }, 3]);
    const latest = await bucket.stat('k');
    assert.deepEqual([latest.contentType, latest.cacheControl, { ...latest.metadata }, latest.size], ['text/two', undefined, {}, 6]);
    assert.deepEqual((await bucket.get('k', { versionId })).info, old);
  }),

  versionCase('versioning/open-body-of-deleted-version', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one', 'two']);
    const object = await bucket.get('k', { versionId: one });
    assert.equal(await object.text(), 'one');
    await bucket.delete('k', { versionId: one });
    assert.equal(object.info.versionId, one);
    await expectError(() => bucket.get('k', { versionId: one }), 'NoSuchVersion');
  }),

  versionCase(
    'versioning/tags-change-nothing-else',
    async ({ bucket }) => {
      const [one, two] = await putVersions(bucket, 'k', ['one', 'two']);
      const before = await bucket.listVersions();
      await bucket.setTags('k', { a: '1', b: '2' }, { versionId: one });
      assert.deepEqual(await bucket.listVersions(), before);
      assert.equal((await bucket.stat('k', { versionId: one })).tagCount, 2);
      assert.equal((await bucket.stat('k', { versionId: two })).tagCount, undefined);
      assert.equal(await versionText(bucket, 'k', one), 'one');
    },
    'tags',
  ),

  versionCase(
    'versioning/tags-per-version',
    async ({ bucket }) => {
      await bucket.setVersioning('enabled');
      const { versionId } = await bucket.put('k', 'one', { tags: { of: 'one' } });
      await bucket.put('k', 'two');
      assert.deepEqual({ ...(await bucket.tags('k')) }, {});
      assert.deepEqual({ ...(await bucket.tags('k', { versionId })) }, { of: 'one' });
      await bucket.fcopyTo(bucket.name, 'copy', 'k', { sourceVersionId: versionId });
      assert.deepEqual({ ...(await bucket.tags('copy')) }, { of: 'one' });
    },
    'tags',
  ),

  versionCase('versioning/multipart-body', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    const body = pattern(6 * MiB);
    const { versionId, etag } = await bucket.put('k', body, { partSize: 5 * MiB });
    await bucket.put('k', 'small');
    const object = await bucket.get('k', { versionId });
    assert.deepEqual([object.info.versionId, object.info.etag, object.info.size], [versionId, etag, body.length]);
    assertSameBytes(await object.bytes(), body);
  }),
];
