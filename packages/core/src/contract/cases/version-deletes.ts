import assert from 'node:assert/strict';
import { readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { versionCase, unknownVersion, assertVersions, deleteKey, putVersions, versionText } from '../version-histories.js';

/** Deletes in buckets with versions. */
export const versionDeleteCases = [
  versionCase('versioning/delete-version', async ({ bucket }) => {
    const [one, two, three] = await putVersions(bucket, 'k', ['one', 'two', 'three']);
    await bucket.delete('k', { versionId: two });
    await expectError(() => bucket.get('k', { versionId: two }), 'NoSuchVersion', { operation: 'get', bucket: bucket.name, key: 'k' });
    assert.equal(await readText(bucket, 'k'), 'three');
    await bucket.delete('k', { versionId: three });
    assert.equal(await readText(bucket, 'k'), 'one');
    await bucket.delete('k', { versionId: one });
    await bucket.delete('k', { versionId: one });
    assert.deepEqual(await bucket.listVersions(), []);
  }),

  versionCase(
    'versioning/delete-version-if-match',
    async ({ bucket }) => {
      const [one, two] = await putVersions(bucket, 'k', ['one', 'two']);
      const { etag } = await bucket.stat('k', { versionId: one });
      await expectError(() => bucket.delete('k', { versionId: two, ifMatch: etag }), 'PreconditionFailed');
      await expectError(() => bucket.delete('k', { versionId: unknownVersion, ifMatch: '*' }), 'NoSuchKey');
      await bucket.delete('k', { versionId: one, ifMatch: etag });
      await assertVersions(bucket, { two }, 'k@two*');
      const marker = await deleteKey(bucket, 'k');
      await expectError(() => bucket.delete('k', { versionId: marker, ifMatch: '*' }), 'NoSuchKey');
    },
    'conditionalDelete',
  ),

  versionCase('versioning/delete-by-other-name', async ({ bucket }) => {
    const nilUuid = '00000000-0000-0000-0000-000000000000';
    await bucket.setVersioning('suspended');
    await bucket.put('k', 'old');
    await bucket.setVersioning('enabled');
    const [one = ''] = await putVersions(bucket, 'k', ['one']);
    assert.deepEqual(await bucket.delete('k', { versionId: nilUuid }), {});
    assert.deepEqual(await bucket.delete('k', { versionId: one.toUpperCase() }), { versionId: one });
    assert.deepEqual(await bucket.listVersions(), []);
  }),

  versionCase('versioning/delete-marker-removed', async ({ bucket }) => {
    await putVersions(bucket, 'k', ['one']);
    await bucket.delete('k');
    const marker = (await bucket.listVersions()).find(({ isDeleteMarker }) => isDeleteMarker);
    await expectError(() => bucket.get('k', { versionId: marker?.versionId }), 'MethodNotAllowed');
    await bucket.delete('k', { versionId: marker?.versionId });
    assert.equal(await readText(bucket, 'k'), 'one');
  }),

  versionCase('versioning/batch-delete-adds-markers', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    assert.deepEqual((await bucket.delete(['k', 'never'])).deleted, ['k', 'never']);
    assert.deepEqual(await bucket.list(), []);
    assert.equal(await versionText(bucket, 'k', one), 'one');
  }),

  versionCase('versioning/deleted-id-stays-deleted', async ({ bucket }) => {
    const [one, two] = await putVersions(bucket, 'k', ['one', 'two']);
    await bucket.delete('k', { versionId: one });
    const [three] = await putVersions(bucket, 'k', ['one']);
    await expectError(() => bucket.stat('k', { versionId: one }), 'NoSuchVersion');
    await assertVersions(bucket, { two, three }, 'k@three* k@two');
  }),

  versionCase('versioning/delete-creates-marker', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    const { versionId: marker, isDeleteMarker } = await bucket.delete('k');
    assert.equal(isDeleteMarker, true);
    assert.notEqual(marker, undefined);
    await assertVersions(bucket, { one, marker }, '!k@marker* k@one');
  }),

  versionCase('versioning/delete-twice', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    const { versionId: marker } = await bucket.delete('k');
    assert.deepEqual(await bucket.delete('k'), { versionId: marker, isDeleteMarker: true });
    await assertVersions(bucket, { one, marker }, '!k@marker* k@one');
  }),

  versionCase('versioning/delete-missing-key', async ({ bucket }) => {
    for (const state of ['enabled', 'suspended'] as const) {
      await bucket.setVersioning(state);
      assert.deepEqual(await bucket.delete('none'), {});
      assert.deepEqual(await bucket.listVersions(), []);
    }
  }),

  versionCase('versioning/delete-suspended', async ({ bucket }) => {
    await bucket.setVersioning('suspended');
    await bucket.put('k', 'body');
    assert.deepEqual(await bucket.delete('k'), {});
    await assertVersions(bucket, {}, '!k@null*');
    await bucket.put('l', 'body');
    assert.deepEqual(await bucket.delete([{ key: 'never', versionId: unknownVersion }, 'l']), {
      deleted: ['never', 'l'],
      outcomes: [{ key: 'never', versionId: unknownVersion }, { key: 'l' }],
    });
    assert.equal((await expectError(() => bucket.get('k'), 'NoSuchKey')).deleteMarker, 'null');
    await expectError(() => bucket.get('k', { versionId: 'null' }), 'MethodNotAllowed');
  }),

  versionCase('versioning/delete-suspended-over-version', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    await bucket.setVersioning('suspended');
    await bucket.delete('k');
    await assertVersions(bucket, { one }, '!k@null* k@one');
    assert.equal(await versionText(bucket, 'k', one), 'one');
  }),

  versionCase('versioning/delete-suspended-over-marker', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    const marker = await deleteKey(bucket, 'k');
    await bucket.setVersioning('suspended');
    await bucket.delete('k');
    await assertVersions(bucket, { one, marker }, '!k@marker* k@one');
  }),

  versionCase('versioning/delete-suspended-keeps-versions', async ({ bucket }) => {
    await bucket.put('k', 'old');
    const [one] = await putVersions(bucket, 'k', ['one']);
    await bucket.setVersioning('suspended');
    await bucket.delete('k');
    // The delete marker `null` replaces the version `null`.
    await assertVersions(bucket, { one }, '!k@null* k@one');
  }),

  versionCase('versioning/delete-version-outcome', async ({ bucket }) => {
    const [one, two] = await putVersions(bucket, 'k', ['one', 'two']);
    const marker = await deleteKey(bucket, 'k');
    assert.deepEqual(await bucket.delete('k', { versionId: one }), { versionId: one });
    assert.deepEqual(await bucket.delete('k', { versionId: marker }), { versionId: marker, isDeleteMarker: true });
    await assertVersions(bucket, { two }, 'k@two*');
  }),

  versionCase('versioning/delete-null-version', async ({ bucket }) => {
    await bucket.put('k', 'old');
    const [one] = await putVersions(bucket, 'k', ['one']);
    assert.deepEqual(await bucket.delete('k', { versionId: 'null' }), {});
    await assertVersions(bucket, { one }, 'k@one*');
  }),

  versionCase('versioning/delete-null-marker', async ({ bucket }) => {
    await bucket.setVersioning('suspended');
    await bucket.put('k', 'one');
    await bucket.delete('k');
    const [two] = await putVersions(bucket, 'k', ['two']);
    await assertVersions(bucket, { two }, 'k@two* !k@null');
    await bucket.delete('k', { versionId: 'null' });
    await assertVersions(bucket, { two }, 'k@two*');
  }),

  versionCase('versioning/delete-unknown-version-outcome', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    await bucket.delete('k', { versionId: unknownVersion });
    await bucket.delete('none', { versionId: unknownVersion });
    await assertVersions(bucket, { one }, 'k@one*');
  }),

  versionCase('versioning/batch-delete-versions', async ({ bucket }) => {
    const [one, two] = await putVersions(bucket, 'k', ['one', 'two']);
    const [other] = await putVersions(bucket, 'other', ['x']);
    const { deleted, outcomes } = await bucket.delete([
      { key: 'k', versionId: two },
      { key: 'other', versionId: other },
    ]);
    assert.deepEqual(deleted, ['k', 'other']);
    assert.deepEqual(
      outcomes?.map(({ key, versionId }) => [key, versionId]),
      [
        ['k', two],
        ['other', other],
      ],
    );
    await assertVersions(bucket, { one }, 'k@one*');
  }),

  versionCase('versioning/batch-delete-mixed', async ({ bucket }) => {
    const [one, two] = await putVersions(bucket, 'a', ['one', 'two']);
    const [other] = await putVersions(bucket, 'b', ['x']);
    const { deleted } = await bucket.delete([{ key: 'a', versionId: one }, 'b', { key: 'a', versionId: unknownVersion }]);
    assert.deepEqual(deleted, ['a', 'b']);
    assert.equal(await versionText(bucket, 'a', two), 'two');
    await expectError(() => bucket.stat('a', { versionId: one }), 'NoSuchVersion');
    await expectError(() => bucket.stat('b'), 'NoSuchKey');
    assert.equal(await versionText(bucket, 'b', other), 'x');
  }),

  versionCase('versioning/batch-delete-markers', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    const marker = await deleteKey(bucket, 'k');
    await bucket.delete([{ key: 'k', versionId: marker }]);
    await assertVersions(bucket, { one }, 'k@one*');
  }),

  versionCase('versioning/batch-delete-missing-keys', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    assert.deepEqual((await bucket.delete(['a', 'b'])).deleted, ['a', 'b']);
    assert.deepEqual(await bucket.listVersions(), []);
  }),

  versionCase('versioning/remove-bucket', async ({ datastore, bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    const marker = await deleteKey(bucket, 'k');
    await expectError(() => datastore.removeBucket(bucket.name), 'BucketNotEmpty');
    await bucket.delete('k', { versionId: one });
    // A delete marker alone keeps the bucket.
    await expectError(() => datastore.removeBucket(bucket.name), 'BucketNotEmpty');
    await bucket.delete('k', { versionId: marker });
    assert.equal(await datastore.removeBucket(bucket.name), true);
  }),

  versionCase('versioning/concurrent-deletes', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    await Promise.all(Array.from({ length: 8 }, () => bucket.delete('k')));
    const [marker] = await bucket.listVersions();
    await assertVersions(bucket, { one, marker: marker?.versionId }, '!k@marker* k@one');
  }),
];
