import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import type { CommonPrefix, ObjectVersion } from '../../api/object-info.js';
import type { ListVersionsPageOptions } from '../../api/options.js';
import { entryKeys } from '../assertions.js';
import { versionCase, formatVersions, assertVersions, deleteKey, versionsIn, putVersions, unknownVersion } from '../version-histories.js';
import type { VersionNames } from '../version-histories.js';

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
async function createHistories(bucket: Bucket): Promise<VersionNames> {
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

/** Returns the keys of a listing, with `*` appended to common prefixes. */
function keysIn(entries: readonly (ObjectVersion | CommonPrefix)[]): string[] {
  return entries.map((entry) => (entry.isPrefix === true ? `${entry.key}*` : entry.key));
}

/** Listings of versions. */
export const versionListCases = [
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

  versionCase('versioning/list-disabled', async ({ bucket }) => {
    await bucket.put('a', '1');
    await bucket.put('b', '2');
    await bucket.put('b', '3');
    await assertVersions(bucket, {}, 'a@null* b@null*');
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
    assert.equal(formatVersions(await bucket.listVersions({ prefix: 'c' }), ids), 'c/d@d2* c/d@d1');
    assert.equal(formatVersions(await bucket.listVersions({ prefix: 'c/d' }), ids), 'c/d@d2* c/d@d1');
    assert.deepEqual(await bucket.listVersions({ prefix: 'c/d/' }), []);
    assert.deepEqual(await bucket.listVersions({ prefix: 'x' }), []);
  }),

  ...Object.entries(pageSizes).map(([id, pageSize]) =>
    versionCase(id, async ({ bucket }) => {
      const ids = await createHistories(bucket);
      const entries = await allPages(bucket, { pageSize });
      assert.equal(formatVersions(versionsIn(entries), ids), allHistories);
    }),
  ),

  versionCase('versioning/pages/after-key', async ({ bucket }) => {
    const ids = await createHistories(bucket);
    const after = async (key: string) => formatVersions(versionsIn(await allPages(bucket, { after: { key } })), ids);
    assert.equal(await after('a'), 'b@b1* c/d@d2* c/d@d1');
    assert.equal(await after('aa'), 'b@b1* c/d@d2* c/d@d1');
    assert.equal(await after('b'), 'c/d@d2* c/d@d1');
    assert.equal(await after('d'), '');
  }),

  versionCase('versioning/pages/after-version', async ({ bucket }) => {
    const ids = await createHistories(bucket);
    const after = async (key: string, versionId: string | undefined) =>
      formatVersions(versionsIn(await allPages(bucket, { after: { key, versionId } })), ids);
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
    assert.equal(formatVersions(versionsIn(entries), { one, three }), 'k@three* k@one');
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
    // A common prefix has no versions, so it is listed again.
    const again = await bucket.listVersionsPage({ delimiter: '/', pageSize: 1, after: { key: 'a/', versionId: unknownVersion } });
    assert.deepEqual([keysIn(again.entries), again.next], [['a/*'], { key: 'a/' }]);
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
];
