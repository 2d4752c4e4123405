import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '../../api/datastore.js';
import { isStorageError } from '../../api/errors.js';
import type { StorageErrorCode } from '../../api/errors.js';
import type { CommonPrefix, ObjectVersion } from '../../api/object-info.js';
import type { ListVersionsPageOptions } from '../../api/options.js';
import { MiB, pattern, readText } from '../bodies.js';
import { assertSameBytes, entryKeys, expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';
import type { ContractCase } from '../contract-case.js';
import type { Requirement } from '../contract-context.js';
import type { Fixture } from '../fixture.js';

const versionCase = (id: string, check: (fixture: Fixture) => Promise<void>, ...requires: Requirement[]): ContractCase =>
  contractCase(id, check, { requires: ['versioning', ...requires] });

const unknownVersion = '11111111-2222-4333-8444-555555555555';

type Ids = Readonly<Record<string, string | undefined>>;

/** Formats versions with the names of their ids: `k@two* k@one`, `*` after the latest one, `!` before a delete marker. */
function format(versions: readonly ObjectVersion[], ids: Ids): string {
  const nameOf = (versionId: string): string =>
    Object.entries(ids).find(([, id]) => id === versionId)?.[0] ?? (versionId === 'null' ? 'null' : 'other');
  return versions
    .map(({ key, versionId, isLatest, isDeleteMarker }) => `${isDeleteMarker ? '!' : ''}${key}@${nameOf(versionId)}${isLatest ? '*' : ''}`)
    .join(' ');
}

async function assertVersions(bucket: Bucket, ids: Ids, expected: string): Promise<void> {
  assert.equal(format(await bucket.listVersions(), ids), expected);
}

/** Deletes the object, and returns the id of the delete marker. */
async function deleteKey(bucket: Bucket, key: string): Promise<string> {
  await bucket.delete(key);
  return (await bucket.listVersions({ prefix: key })).find((version) => version.isLatest && version.isDeleteMarker)?.versionId ?? '';
}

/** Collects all pages of versions. */
async function allPages(bucket: Bucket, options: ListVersionsPageOptions): Promise<(ObjectVersion | CommonPrefix)[]> {
  const entries: (ObjectVersion | CommonPrefix)[] = [];
  let after = options.after;
  // The pages of a faulty backend may never end.
  for (let pages = 0; pages < 100; pages++) {
    const page = await bucket.listVersionsPage({ ...options, after });
    assert.ok(page.entries.length <= (options.pageSize ?? 1000), 'the size of the page');
    entries.push(...page.entries);
    after = page.next;
    if (after === undefined) break;
  }
  return entries;
}

/** Creates versions of the keys `a`, `b` and `c/d`, `a` with a delete marker. Returns their ids by name. */
async function createHistories(bucket: Bucket): Promise<Ids> {
  const [a1, a2] = await putVersions(bucket, 'a', ['1', '2']);
  const marker = await deleteKey(bucket, 'a');
  const [b1] = await putVersions(bucket, 'b', ['1']);
  const [d1, d2] = await putVersions(bucket, 'c/d', ['1', '2']);
  return { a1, a2, marker, b1, d1, d2 };
}

const allHistories = '!a@marker* a@a2 a@a1 b@b1* c/d@d2* c/d@d1';

const pageSizes: Readonly<Record<string, number>> = {
  'versioning/pages/of-1': 1,
  'versioning/pages/of-2': 2,
  'versioning/pages/of-3': 3,
  'versioning/pages/of-5': 5,
};

function versionsIn(entries: readonly (ObjectVersion | CommonPrefix)[]): ObjectVersion[] {
  return entries.filter((entry) => entry.isPrefix !== true);
}

/** Returns the keys of a listing, with `*` appended to common prefixes. */
function keysIn(entries: readonly (ObjectVersion | CommonPrefix)[]): string[] {
  return entries.map((entry) => (entry.isPrefix === true ? `${entry.key}*` : entry.key));
}

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

  versionCase('versioning/list-disabled', async ({ bucket }) => {
    await bucket.put('a', '1');
    await bucket.put('b', '2');
    await bucket.put('b', '3');
    await assertVersions(bucket, {}, 'a@null* b@null*');
  }),

  versionCase('versioning/null-id-disabled', async ({ bucket }) => {
    await bucket.put('k', 'body');
    assert.equal(await versionText(bucket, 'k', 'null'), 'body');
    assert.equal('versionId' in (await bucket.stat('k', { versionId: 'null' })), false);
    await bucket.delete('k', { versionId: 'null' });
    assert.equal(await bucket.exists('k'), false);
  }),

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
    assert.equal(format(await bucket.listVersions({ prefix: 'k' }), {}), ['k@other*', ...bodies.slice(1).map(() => 'k@other')].join(' '));
    assert.deepEqual(
      (await bucket.listVersions({ prefix: 'k' })).map(({ versionId }) => versionId),
      ids.toReversed(),
    );
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

  versionCase('versioning/deleted-id-stays-deleted', async ({ bucket }) => {
    const [one, two] = await putVersions(bucket, 'k', ['one', 'two']);
    await bucket.delete('k', { versionId: one });
    const [three] = await putVersions(bucket, 'k', ['one']);
    await expectError(() => bucket.stat('k', { versionId: one }), 'NoSuchVersion');
    await assertVersions(bucket, { two, three }, 'k@three* k@two');
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

  versionCase('versioning/copy-of-deleted', async ({ bucket }) => {
    await putVersions(bucket, 'k', ['one']);
    const marker = await deleteKey(bucket, 'k');
    await bucket.put('target', 'kept');
    const copy = (sourceVersionId?: string) => () => bucket.fcopyTo(bucket.name, 'target', 'k', { sourceVersionId });
    await expectError(copy(), 'NoSuchKey', { bucket: bucket.name, key: 'k' });
    await expectError(copy(marker), 'MethodNotAllowed', { bucket: bucket.name, key: 'k' });
    assert.equal(await readText(bucket, 'target'), 'kept');
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

  versionCase('versioning/put-over-null-marker', async ({ bucket }) => {
    await bucket.setVersioning('suspended');
    await bucket.put('k', 'one');
    await bucket.delete('k');
    await bucket.put('k', 'two');
    await assertVersions(bucket, {}, 'k@null*');
    assert.equal(await readText(bucket, 'k'), 'two');
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

  versionCase('versioning/copy-creates-version', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'target', ['one']);
    await putVersions(bucket, 'source', ['copied']);
    const { versionId: copy } = await bucket.fcopyTo(bucket.name, 'target', 'source');
    assert.equal(format(await bucket.listVersions({ prefix: 'target' }), { one, copy }), 'target@copy* target@one');
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

  versionCase('versioning/put-result-matches-list', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    const { etag, versionId } = await bucket.put('k', 'hello');
    const { lastModified } = await bucket.stat('k');
    assert.deepEqual(await bucket.listVersions(), [
      { key: 'k', versionId, isLatest: true, isDeleteMarker: false, size: 5, etag, lastModified },
    ]);
  }),

  versionCase('versioning/list-key-order', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    for (const key of ['b', 'a/b', 'B', 'é', 'a-b', '\u{10000}', '\uffee', 'ab']) await bucket.put(key, key);
    assert.deepEqual(
      (await bucket.listVersions()).map(({ key }) => key),
      ['B', 'a-b', 'a/b', 'ab', 'b', 'é', '\uffee', '\u{10000}'],
    );
  }),

  versionCase('versioning/list-prefix', async ({ bucket }) => {
    const ids = await createHistories(bucket);
    assert.equal(format(await bucket.listVersions({ prefix: 'c' }), ids), 'c/d@d2* c/d@d1');
    assert.equal(format(await bucket.listVersions({ prefix: 'c/d' }), ids), 'c/d@d2* c/d@d1');
    assert.deepEqual(await bucket.listVersions({ prefix: 'c/d/' }), []);
    assert.deepEqual(await bucket.listVersions({ prefix: 'x' }), []);
  }),

  ...Object.entries(pageSizes).map(([id, pageSize]) =>
    versionCase(id, async ({ bucket }) => {
      const ids = await createHistories(bucket);
      const entries = await allPages(bucket, { pageSize });
      assert.equal(format(versionsIn(entries), ids), allHistories);
    }),
  ),

  versionCase('versioning/pages/after-key', async ({ bucket }) => {
    const ids = await createHistories(bucket);
    const after = async (key: string) => format(versionsIn(await allPages(bucket, { after: { key } })), ids);
    assert.equal(await after('a'), 'b@b1* c/d@d2* c/d@d1');
    assert.equal(await after('aa'), 'b@b1* c/d@d2* c/d@d1');
    assert.equal(await after('b'), 'c/d@d2* c/d@d1');
    assert.equal(await after('d'), '');
  }),

  versionCase('versioning/pages/after-version', async ({ bucket }) => {
    const ids = await createHistories(bucket);
    const after = async (key: string, versionId: string | undefined) =>
      format(versionsIn(await allPages(bucket, { after: { key, versionId } })), ids);
    assert.equal(await after('a', ids['marker']), 'a@a2 a@a1 b@b1* c/d@d2* c/d@d1');
    assert.equal(await after('a', ids['a1']), 'b@b1* c/d@d2* c/d@d1');
    assert.equal(await after('c/d', ids['d1']), '');
  }),

  versionCase('versioning/pages/after-null-version', async ({ bucket }) => {
    await bucket.put('k', 'old');
    const [one] = await putVersions(bucket, 'k', ['one']);
    await bucket.put('l', 'other');
    const { entries } = await bucket.listVersionsPage({ after: { key: 'k', versionId: one } });
    assert.deepEqual(keysIn(entries), ['k', 'l']);
    assert.deepEqual(keysIn((await bucket.listVersionsPage({ after: { key: 'k', versionId: 'null' } })).entries), ['l']);
  }),

  versionCase('versioning/pages/after-removed-version', async ({ bucket }) => {
    const [one, two, three] = await putVersions(bucket, 'k', ['one', 'two', 'three']);
    await bucket.delete('k', { versionId: two });
    const { entries } = await bucket.listVersionsPage({ after: { key: 'k', versionId: two } });
    // The versions of the key are listed again rather than omitted.
    assert.equal(format(versionsIn(entries), { one, three }), 'k@three* k@one');
  }),

  versionCase('versioning/pages/delimiter', async ({ bucket }) => {
    await createHistories(bucket);
    await putVersions(bucket, 'c/e', ['1', '2']);
    const list = async (options: ListVersionsPageOptions) => keysIn(await allPages(bucket, options));
    assert.deepEqual(await list({ delimiter: '/' }), ['a', 'a', 'a', 'b', 'c/*']);
    assert.deepEqual(await list({ delimiter: '/', prefix: 'c/' }), ['c/d', 'c/d', 'c/e', 'c/e']);
    assert.deepEqual(await list({ delimiter: '/', prefix: 'b' }), ['b']);
  }),

  versionCase('versioning/pages/common-prefix-per-page', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    for (const key of ['a/1', 'a/2', 'b/1', 'c']) for (const body of ['1', '2']) await bucket.put(key, body);
    assert.deepEqual(keysIn(await allPages(bucket, { delimiter: '/', pageSize: 1 })), ['a/*', 'b/*', 'c', 'c']);
    assert.deepEqual(keysIn((await bucket.listVersionsPage({ delimiter: '/', after: { key: 'a/' } })).entries), ['b/*', 'c', 'c']);
  }),

  versionCase('versioning/pages/after-outside-of-prefix', async ({ bucket }) => {
    await createHistories(bucket);
    assert.deepEqual(keysIn((await bucket.listVersionsPage({ prefix: 'c/', after: { key: 'a' } })).entries), ['c/d', 'c/d']);
    assert.deepEqual((await bucket.listVersionsPage({ prefix: 'a', after: { key: 'b' } })).entries, []);
  }),

  versionCase('versioning/list-omits-deleted-keys', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    const keys = Array.from({ length: 20 }, (_, index) => `k${String(index).padStart(2, '0')}`);
    for (const key of keys) await bucket.put(key, key);
    for (const key of keys.filter((_, index) => index % 4 !== 0)) await bucket.delete(key);
    const expected = keys.filter((_, index) => index % 4 === 0);
    const first = await bucket.listPage({ pageSize: 3 });
    assert.deepEqual(entryKeys(first.entries), expected.slice(0, 3));
    const second = await bucket.listPage({ pageSize: 3, token: first.nextToken });
    assert.deepEqual(entryKeys(second.entries), expected.slice(3));
    assert.equal(second.nextToken, undefined);
    assert.deepEqual(await bucket.listFilename({ startAfter: 'k01' }), expected.slice(1));
  }),

  versionCase('versioning/list-has-latest-versions', async ({ bucket }) => {
    await putVersions(bucket, 'a', ['1', 'second']);
    await putVersions(bucket, 'b/c', ['1', '2']);
    const { etag, lastModified } = await bucket.stat('a');
    assert.deepEqual(await bucket.list({ delimiter: '/', metadata: false }), [
      { key: 'a', size: 6, etag, lastModified },
      { key: 'b/', isPrefix: true },
    ]);
  }),

  versionCase('versioning/folder-key', async ({ bucket }) => {
    await bucket.setVersioning('enabled');
    assert.equal('versionId' in (await bucket.put('a/', 'one')), false);
    await bucket.put('a/', 'two');
    await assertVersions(bucket, {}, 'a/@null*');
    assert.equal(await readText(bucket, 'a/'), 'two');
    assert.equal('versionId' in (await bucket.fcopyTo(bucket.name, 'b/', 'a/')), false);
    assert.deepEqual(await bucket.delete('a/'), {});
    await assertVersions(bucket, {}, 'b/@null*');
  }),

  versionCase('versioning/folder-key-suspended', async ({ bucket }) => {
    await bucket.setVersioning('suspended');
    await bucket.put('a/', 'one');
    await expectError(() => bucket.stat('a/', { versionId: unknownVersion }), 'NoSuchVersion');
    assert.equal(await versionText(bucket, 'a/', 'null'), 'one');
    await bucket.delete(['a/']);
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

  versionCase('versioning/concurrent-deletes', async ({ bucket }) => {
    const [one] = await putVersions(bucket, 'k', ['one']);
    await Promise.all(Array.from({ length: 8 }, () => bucket.delete('k')));
    const [marker] = await bucket.listVersions();
    await assertVersions(bucket, { one, marker: marker?.versionId }, '!k@marker* k@one');
  }),

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
