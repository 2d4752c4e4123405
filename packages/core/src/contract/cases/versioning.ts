import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import { readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';
import type { ContractCase } from '../contract-case.js';
import type { Fixture } from '../fixture.js';

const versionCase = (id: string, check: (fixture: Fixture) => Promise<void>): ContractCase =>
  contractCase(id, check, { requires: ['versioning'] });

const unknownVersion = '11111111-2222-4333-8444-555555555555';

async function putVersions(bucket: Bucket, key: string, bodies: readonly string[]): Promise<string[]> {
  await bucket.setVersioning('enabled');
  const ids: string[] = [];
  for (const body of bodies) {
    const { versionId } = await bucket.put(key, body, { metadata: { body } });
    assert.equal(typeof versionId, 'string');
    ids.push(versionId ?? '');
  }
  return ids;
}

async function versionText(bucket: Bucket, key: string, versionId: string | undefined): Promise<string> {
  return (await bucket.get(key, { versionId })).text();
}

/** Object versions. */
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

  versionCase('versioning/delete-marker-removed', async ({ bucket }) => {
    await putVersions(bucket, 'k', ['one']);
    await bucket.delete('k');
    const marker = (await bucket.listVersions()).find(({ isDeleteMarker }) => isDeleteMarker);
    await expectError(() => bucket.get('k', { versionId: marker?.versionId }), 'MethodNotAllowed');
    await bucket.delete('k', { versionId: marker?.versionId });
    assert.equal(await readText(bucket, 'k'), 'one');
  }),

  versionCase('versioning/list', async ({ bucket }) => {
    const [one, two] = await putVersions(bucket, 'b', ['one', 'second']);
    const [other] = await putVersions(bucket, 'a', ['x']);
    await bucket.delete('b');
    const versions = await bucket.listVersions();
    assert.deepEqual(
      versions.map(({ key, isLatest, isDeleteMarker, size }) => [key, isLatest, isDeleteMarker, size]),
      [
        ['a', true, false, 1],
        ['b', true, true, 0],
        ['b', false, false, 6],
        ['b', false, false, 3],
      ],
    );
    assert.deepEqual(
      versions.filter(({ isDeleteMarker }) => !isDeleteMarker).map(({ versionId }) => versionId),
      [other, two, one],
    );
    for (const { lastModified } of versions) assert.equal(lastModified.getTime() % 1000, 0);
    assert.equal(versions[2]?.etag, (await bucket.stat('b', { versionId: two })).etag);
    assert.equal(versions[1]?.etag, '');
    assert.deepEqual(
      (await bucket.listVersions({ prefix: 'a' })).map(({ key }) => key),
      ['a'],
    );
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

  versionCase('versioning/batch-delete-adds-markers', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    assert.deepEqual((await bucket.delete(['k', 'never'])).deleted, ['k', 'never']);
    assert.deepEqual(await bucket.list(), []);
    assert.equal(await versionText(bucket, 'k', one), 'one');
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
];
