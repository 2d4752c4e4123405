import assert from 'node:assert/strict';
import { isStorageError } from '../../api/errors.js';
import { readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';
import { versionCase, formatVersions, assertVersions, deleteKey, putVersions } from '../version-histories.js';

/** Copies of versions, and conditions of writes. */
export const versionCopyCases = [
  versionCase('versioning/copy-version', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one', 'two']);
    const { versionId } = await bucket.fcopyTo(bucket.name, 'copy', 'k', { sourceVersionId: one });
    assert.equal(typeof versionId, 'string');
    assert.equal(await readText(bucket, 'copy'), 'one');
    // Copying an old version to its own key restores it.
    await bucket.fcopyTo(bucket.name, 'k', 'k', { sourceVersionId: one });
    assert.equal(await readText(bucket, 'k'), 'one');
    assert.equal((await bucket.listVersions({ prefix: 'k' })).length, 3);
  }),

  contractCase(
    'versioning/conditions-on-delete-marker',
    async ({ bucket }) => {
      await putVersions(bucket, 'k', ['one']);
      await bucket.delete('k');
      await expectError(() => bucket.put('k', 'new', { ifMatch: '*' }), 'NoSuchKey');
      await bucket.put('k', 'new', { ifNoneMatch: '*' });
      assert.equal(await readText(bucket, 'k'), 'new');
    },
    { requires: ['versioning', 'conditionalPut'] },
  ),

  versionCase('versioning/copy-of-deleted', async ({ bucket }) => {
    await putVersions(bucket, 'k', ['one']);
    const marker = await deleteKey(bucket, 'k');
    await bucket.put('target', 'kept');
    const copy = (sourceVersionId?: string) => () => bucket.fcopyTo(bucket.name, 'target', 'k', { sourceVersionId });
    await expectError(copy(), 'NoSuchKey', { bucket: bucket.name, key: 'k' });
    await expectError(copy(marker), 'MethodNotAllowed', { bucket: bucket.name, key: 'k' });
    assert.equal(await readText(bucket, 'target'), 'kept');
  }),

  versionCase('versioning/copy-creates-version', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'target', ['one']);
    await putVersions(bucket, 'source', ['copied']);
    const { versionId: copy } = await bucket.fcopyTo(bucket.name, 'target', 'source');
    assert.equal(formatVersions(await bucket.listVersions({ prefix: 'target' }), { one, copy }), 'target@copy* target@one');
    assert.equal(await readText(bucket, 'target'), 'copied');
  }),

  versionCase('versioning/copy-current-version-onto-itself', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    const { versionId: copy } = await bucket.fcopyTo(bucket.name, 'k', 'k', { sourceVersionId: one });
    await assertVersions(bucket, { one, copy }, 'k@copy* k@one');
    await expectError(() => bucket.fcopyTo(bucket.name, 'k', 'k'), 'InvalidRequest');
  }),

  versionCase('versioning/copy-onto-itself-replacing', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    const { versionId: copy } = await bucket.fcopyTo(bucket.name, 'k', 'k', { metadata: { of: 'copy' } });
    await assertVersions(bucket, { one, copy }, 'k@copy* k@one');
    assert.deepEqual({ ...(await bucket.stat('k', { versionId: one })).metadata }, { body: 'one' });
    assert.deepEqual({ ...(await bucket.stat('k')).metadata }, { of: 'copy' });
  }),

  versionCase('versioning/copy-restores-attributes', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    const { versionId } = await bucket.put('k', 'one', { contentType: 'text/one', metadata: { of: 'one' } });
    await bucket.put('k', 'two');
    await bucket.delete('k');
    await bucket.fcopyTo(bucket.name, 'k', 'k', { sourceVersionId: versionId });
    const { contentType, metadata } = await bucket.stat('k');
    assert.deepEqual([contentType, { ...metadata }], ['text/one', { of: 'one' }]);
    assert.equal(await readText(bucket, 'k'), 'one');
  }),

  versionCase('versioning/copy-suspended', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    await bucket.setVersioning('suspended');
    const copy = await bucket.fcopyTo(bucket.name, 'k', 'k', { sourceVersionId: one });
    assert.equal('versionId' in copy, false);
    await assertVersions(bucket, { one }, 'k@null* k@one');
  }),

  versionCase('versioning/copy-version-conditions', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one', 'two']);
    const { etag } = await bucket.stat('k', { versionId: one });
    const copy = (conditions: object) => () => bucket.fcopyTo(bucket.name, 'copy', 'k', { sourceVersionId: one, ...conditions });
    await expectError(copy({ sourceIfNoneMatch: etag }), 'PreconditionFailed');
    await expectError(copy({ sourceIfMatch: 'other' }), 'PreconditionFailed');
    await copy({ sourceIfMatch: etag })();
    assert.equal(await readText(bucket, 'copy'), 'one');
  }),

  versionCase('versioning/copy-to-bucket-without-versions', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    const [one] = await putVersions(bucket, 'k', ['one', 'two']);
    assert.equal('versionId' in (await bucket.fcopyTo(other.name, 'k', 'k', { sourceVersionId: one })), false);
    assert.equal(await readText(other, 'k'), 'one');
    await assertVersions(other, {}, 'k@null*');
  }),

  versionCase(
    'versioning/condition-refers-to-latest',
    async ({ bucket }) => {
      const [one] = await putVersions(bucket, 'k', ['one', 'two']);
      const { etag: oldEtag } = await bucket.stat('k', { versionId: one });
      const { etag } = await bucket.stat('k');
      await expectError(() => bucket.put('k', 'new', { ifMatch: oldEtag }), 'PreconditionFailed');
      await expectError(() => bucket.put('k', 'new', { ifNoneMatch: etag }), 'PreconditionFailed');
      await expectError(() => bucket.put('k', 'new', { ifNoneMatch: '*' }), 'PreconditionFailed');
      assert.equal((await bucket.listVersions()).length, 2);
      await bucket.put('k', 'three', { ifNoneMatch: oldEtag });
      await bucket.put('k', 'four', { ifMatch: (await bucket.stat('k')).etag });
      assert.equal((await bucket.listVersions()).length, 4);
    },
    'conditionalPut',
  ),

  versionCase(
    'versioning/create-over-delete-marker',
    async ({ bucket }) => {
      await putVersions(bucket, 'k', ['one']);
      await bucket.delete('k');
      const puts = await Promise.allSettled(Array.from({ length: 6 }, () => bucket.put('k', 'new', { ifNoneMatch: '*' })));
      assert.equal(puts.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const put of puts)
        if (put.status === 'rejected') assert.ok(isStorageError(put.reason, 'PreconditionFailed'), String(put.reason));
      assert.equal((await bucket.listVersions()).length, 3);
    },
    'conditionalPut',
  ),
];
