import assert from 'node:assert/strict';
import { readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { versionCase, unknownVersion, formatVersions, assertVersions, putVersions, versionText } from '../version-histories.js';

/** Versioning states, and the versions that writes create. */
export const versioningCases = [
  versionCase('versioning/states', async ({ bucket }) => {
    assert.equal(await bucket.versioning(), 'off');
    await bucket.setVersioning('enabled');
    assert.equal(await bucket.versioning(), 'enabled');
    await bucket.setVersioning('suspended');
    assert.equal(await bucket.versioning(), 'suspended');
    for (const state of ['off', 'Enabled', '', undefined])
      await expectError(() => bucket.setVersioning(state as 'enabled'), 'InvalidArgument');
  }),

  versionCase('versioning/disabled', async ({ bucket }) => {
    assert.equal('versionId' in (await bucket.put('k', 'body')), false);
    assert.equal('versionId' in (await bucket.stat('k')), false);
  }),

  versionCase('versioning/suspended', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    await bucket.setVersioning('suspended');
    assert.equal('versionId' in (await bucket.put('k', 'two')), false);
    await bucket.put('k', 'three');
    assert.equal(await readText(bucket, 'k'), 'three');
    assert.equal(await versionText(bucket, 'k', one), 'one');
    assert.equal((await bucket.listVersions()).length, 2);
  }),

  versionCase('versioning/object-before-enabling', async ({ bucket }) => {
    await bucket.put('k', 'old');
    await putVersions(bucket, 'k', ['new']);
    const old = (await bucket.listVersions()).find(({ isLatest }) => !isLatest);
    assert.equal(await versionText(bucket, 'k', old?.versionId), 'old');
  }),

  versionCase('versioning/states-repeated', async ({ bucket }) => {
    for (const state of ['suspended', 'suspended', 'enabled', 'enabled', 'suspended'] as const) {
      await bucket.setVersioning(state);
      assert.equal(await bucket.versioning(), state);
    }
  }),

  versionCase('versioning/state-per-bucket', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await bucket.setVersioning('enabled');
    assert.equal(await other.versioning(), 'off');
    assert.equal('versionId' in (await other.put('k', 'body')), false);
  }),

  versionCase('versioning/recreated-bucket', async ({ datastore, bucket }) => {
    await bucket.setVersioning('enabled');
    await datastore.removeBucket(bucket.name);
    await datastore.createBucket(bucket.name);
    assert.equal(await bucket.versioning(), 'off');
    assert.deepEqual(await bucket.listVersions(), []);
  }),

  versionCase('versioning/null-id-disabled', async ({ bucket }) => {
    await bucket.put('k', 'body');
    assert.equal(await versionText(bucket, 'k', 'null'), 'body');
    assert.equal('versionId' in (await bucket.stat('k', { versionId: 'null' })), false);
    await bucket.delete('k', { versionId: 'null' });
    assert.equal(await bucket.exists('k'), false);
  }),

  versionCase('versioning/null-id-without-null-version', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    await expectError(() => bucket.get('k', { versionId: 'null' }), 'NoSuchVersion');
    await bucket.delete('k', { versionId: 'null' });
    await assertVersions(bucket, { one }, 'k@one*');
  }),

  versionCase('versioning/ids-are-unique', async ({ bucket }) => {
    const bodies = Array.from({ length: 12 }, (_, index) => String(index));
    const ids = await putVersions(bucket, 'k', bodies);
    const others = await putVersions(bucket, 'other', ['x']);
    assert.equal(new Set([...ids, ...others]).size, 13);
    assert.equal(
      formatVersions(await bucket.listVersions({ prefix: 'k' }), {}),
      ['k@other*', ...bodies.slice(1).map(() => 'k@other')].join(' '),
    );
    assert.deepEqual(
      (await bucket.listVersions({ prefix: 'k' })).map(({ versionId }) => versionId),
      ids.toReversed(),
    );
  }),

  versionCase('versioning/null-version-kept', async ({ bucket }) => {
    await bucket.put('k', 'old', { metadata: { of: 'old' } });
    const [one] = await putVersions(bucket, 'k', ['new']);
    await assertVersions(bucket, { one }, 'k@one* k@null');
    const info = await bucket.stat('k', { versionId: 'null' });
    assert.deepEqual(['versionId' in info, { ...info.metadata }], [false, { of: 'old' }]);
    await bucket.delete('k', { versionId: one });
    assert.equal(await readText(bucket, 'k'), 'old');
    assert.equal('versionId' in (await bucket.stat('k')), false);
  }),

  versionCase('versioning/suspended-put-replaces-null', async ({ bucket }) => {
    await bucket.put('k', 'old');
    const [one, two] = await putVersions(bucket, 'k', ['one', 'two']);
    await assertVersions(bucket, { one, two }, 'k@two* k@one k@null');
    await bucket.setVersioning('suspended');
    await bucket.put('k', 'new');
    // The new version `null` is the latest one, wherever the former was.
    await assertVersions(bucket, { one, two }, 'k@null* k@two k@one');
    assert.equal(await versionText(bucket, 'k', 'null'), 'new');
  }),

  versionCase('versioning/suspended-keeps-ids', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    await bucket.setVersioning('suspended');
    assert.equal((await bucket.stat('k')).versionId, one);
    assert.equal((await bucket.get('k')).info.versionId, one);
    await bucket.setVersioning('enabled');
    const [two] = await putVersions(bucket, 'k', ['two']);
    await assertVersions(bucket, { one, two }, 'k@two* k@one');
  }),

  versionCase('versioning/put-over-null-marker', async ({ bucket }) => {
    await bucket.setVersioning('suspended');
    await bucket.put('k', 'one');
    await bucket.delete('k');
    await bucket.put('k', 'two');
    await assertVersions(bucket, {}, 'k@null*');
    assert.equal(await readText(bucket, 'k'), 'two');
  }),

  versionCase('versioning/put-result-matches-list', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    const { etag, versionId } = await bucket.put('k', 'hello');
    const { lastModified } = await bucket.stat('k');
    assert.deepEqual(await bucket.listVersions(), [
      { key: 'k', versionId, isLatest: true, isDeleteMarker: false, size: 5, etag, lastModified },
    ]);
  }),

  versionCase(
    'versioning/folder-key',
    async ({ bucket }) => {
      await bucket.setVersioning('enabled');
      assert.equal('versionId' in (await bucket.put('a/', 'one')), false);
      await bucket.put('a/', 'two');
      await assertVersions(bucket, {}, 'a/@null*');
      assert.equal(await readText(bucket, 'a/'), 'two');
      assert.equal('versionId' in (await bucket.fcopyTo(bucket.name, 'b/', 'a/')), false);
      assert.deepEqual(await bucket.delete('a/'), {});
      await assertVersions(bucket, {}, 'b/@null*');
    },
    'not anyKeys',
  ),

  versionCase(
    'versioning/folder-key-suspended',
    async ({ bucket }) => {
      await bucket.setVersioning('suspended');
      await bucket.put('a/', 'one');
      await expectError(() => bucket.stat('a/', { versionId: unknownVersion }), 'NoSuchVersion');
      assert.equal(await versionText(bucket, 'a/', 'null'), 'one');
      await bucket.delete(['a/']);
      assert.deepEqual(await bucket.listVersions(), []);
      await bucket.put('a/', 'two');
      await bucket.delete('a/', { versionId: 'null' });
      await bucket.put('a/', 'three');
      await bucket.delete([{ key: 'a/', versionId: 'null' }]);
      assert.deepEqual(await bucket.listVersions(), []);
    },
    'not anyKeys',
  ),

  versionCase('versioning/concurrent-puts', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    const results = await Promise.all(Array.from({ length: 12 }, (_, index) => bucket.put('k', String(index))));
    const versions = await bucket.listVersions();
    assert.deepEqual(new Set(versions.map(({ versionId }) => versionId)), new Set(results.map(({ versionId }) => versionId)));
    assert.equal(versions.length, 12);
    assert.deepEqual(
      versions.map(({ isLatest }) => isLatest),
      versions.map((_, index) => index === 0),
    );
    assert.equal((await bucket.stat('k')).versionId, versions[0]?.versionId);
  }),

  versionCase('versioning/concurrent-suspended-puts', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    await bucket.setVersioning('suspended');
    await Promise.all(Array.from({ length: 8 }, (_, index) => bucket.put('k', String(index))));
    await assertVersions(bucket, { one }, 'k@null* k@one');
  }),
];
