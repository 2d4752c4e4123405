import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import type { IterateOptions, ListOptions } from '../../api/options.js';
import type { CommonPrefix, ObjectSummary } from '../../api/object-info.js';
import { putAll } from '../bodies.js';
import { collect, fails, listed } from '../check.js';
import { contractCase } from '../contract-case.js';
import { expectedListing } from '../reference.js';

/** Keys whose order or folding is easily got wrong at the border of two pages. */
const sets: Readonly<Record<string, readonly string[]>> = {
  'hyphen-before-slash': ['t/x', 't/y', 't-x'],
  'folder-beside-file': ['dir/a', 'dir/b', 'dir-file', 'dir0'],
  'folders-of-many': ['a/1', 'a/2', 'a/3', 'a/4', 'b/1', 'b/2', 'c', 'd/1/2', 'd/1/3', 'd/2'],
  'folder-objects': ['b/', 'b/x', 'b/y/', 'c/', 'd'],
  'any-letters': ['é1', 'é2', '\ue000', '🌍/a', '🌍/b', 'z', 'A-1', 'A-2'],
};

const delimiters: Readonly<Record<string, string>> = { flat: '', slash: '/', hyphen: '-', letter: 'x', digit: '1' };

/** No prefix, the first letter, and the first folder, which may be an object itself. */
function prefixesOf([first = '']: readonly string[]): Set<string> {
  return new Set(['', first.slice(0, 1), first.slice(0, first.indexOf('/') + 1)]);
}

type Options = Omit<ListOptions, 'limit'> & IterateOptions;

/** Reads page by page; a listing that goes round in circles is noticed. */
async function allPages(bucket: Bucket, options: Options): Promise<(ObjectSummary | CommonPrefix)[]> {
  const entries: (ObjectSummary | CommonPrefix)[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < 100; pages++) {
    const page = await bucket.listPage({ metadata: false, ...options, token });
    assert.ok(page.entries.length <= (options.pageSize ?? 1000), 'no page holds more than was asked for');
    entries.push(...page.entries);
    if (page.nextToken === undefined) return entries;
    token = page.nextToken;
  }
  return assert.fail('the listing has no end');
}

const five = ['a', 'b', 'c', 'd', 'e'];

/** Listing page by page. */
export const listPageCases = [
  ...Object.entries(sets).flatMap(([id, keys]) =>
    Object.entries(delimiters).map(([fold, delimiter]) =>
      contractCase(`list-pages/every-size/${id}/${fold}`, async ({ bucket }) => {
        await putAll(bucket, keys);
        const folding: Options = delimiter === '' ? {} : { delimiter };
        for (const prefix of prefixesOf(keys)) {
          const expected = expectedListing(keys, { delimiter, prefix });
          for (let pageSize = 1; pageSize <= keys.length + 1; pageSize++) {
            assert.deepEqual(listed(await allPages(bucket, { ...folding, prefix, pageSize })), expected, `pages of ${pageSize}`);
          }
          for (const pageSize of [1, 2])
            assert.deepEqual(listed(await collect(bucket.iterate({ ...folding, prefix, pageSize }))), expected);
        }
      }),
    ),
  ),

  contractCase('list-pages/no-token-behind-the-last', async ({ bucket }) => {
    await putAll(bucket, five);
    const first = await bucket.listPage({ pageSize: 3 });
    assert.deepEqual(listed(first.entries), ['a', 'b', 'c']);
    assert.equal(typeof first.nextToken, 'string');
    const second = await bucket.listPage({ pageSize: 3, token: first.nextToken });
    assert.deepEqual(listed(second.entries), ['d', 'e']);
    assert.equal('nextToken' in second, false);
    assert.equal('nextToken' in (await bucket.listPage({ pageSize: 5 })), false);
  }),

  contractCase('list-pages/token-in-another-handle', async ({ datastore, bucket }) => {
    await putAll(bucket, five);
    const { nextToken } = await bucket.listPage({ pageSize: 2 });
    const rest = await datastore.bucket(bucket.name).listPage({ token: nextToken });
    assert.deepEqual(listed(rest.entries), ['c', 'd', 'e']);
    // A token is no cursor that wears out.
    assert.deepEqual(listed((await bucket.listPage({ token: nextToken, pageSize: 1 })).entries), ['c']);
  }),

  contractCase('list-pages/unknown-token', async ({ bucket }) => {
    await putAll(bucket, five);
    for (const token of ['', 'x', 'a', 'bm90IG91cnM', Buffer.from('{"after":7}').toString('base64url'), '🌍', 7, {}]) {
      await fails(() => bucket.listPage({ token: token as string }), 'InvalidArgument', { operation: 'listPage', bucket: bucket.name });
    }
  }),

  contractCase('list-pages/changes-behind-the-cursor', async ({ bucket }) => {
    await putAll(bucket, five);
    const { nextToken } = await bucket.listPage({ pageSize: 3 });
    await bucket.delete('a');
    await bucket.put('bb', 'body');
    assert.deepEqual(listed((await bucket.listPage({ token: nextToken })).entries), ['d', 'e']);
  }),

  contractCase('list-pages/changes-before-the-cursor', async ({ bucket }) => {
    await putAll(bucket, five);
    const { nextToken } = await bucket.listPage({ pageSize: 2 });
    await bucket.delete('d');
    await bucket.put('cc', 'body');
    assert.deepEqual(listed((await bucket.listPage({ token: nextToken })).entries), ['c', 'cc', 'e']);
  }),

  contractCase('list-pages/cursor-deleted', async ({ bucket }) => {
    await putAll(bucket, five);
    const { nextToken } = await bucket.listPage({ pageSize: 3 });
    await bucket.delete(['b', 'c']);
    assert.deepEqual(listed((await bucket.listPage({ token: nextToken })).entries), ['d', 'e']);
  }),

  contractCase('list-pages/cursor-folder-deleted', async ({ bucket }) => {
    await putAll(bucket, ['a', 'b/1', 'b/2', 'c/1', 'd']);
    const { entries, nextToken } = await bucket.listPage({ pageSize: 2, recursive: false });
    assert.deepEqual(listed(entries), ['a', 'b/*']);
    await bucket.delete(['b/1', 'b/2']);
    assert.deepEqual(listed((await bucket.listPage({ token: nextToken, recursive: false })).entries), ['c/*', 'd']);
  }),

  contractCase('list-pages/limit-over-pages', async ({ bucket }) => {
    await putAll(bucket, five);
    for (let limit = 0; limit <= 6; limit++) {
      for (let pageSize = 1; pageSize <= 6; pageSize++) {
        assert.deepEqual(listed(await collect(bucket.iterate({ limit, pageSize }))), five.slice(0, limit));
      }
    }
  }),

  contractCase('list-pages/page-size', async ({ bucket }) => {
    await putAll(bucket, five);
    assert.deepEqual(listed((await bucket.listPage({ pageSize: 1_000_000 })).entries), five);
    for (const pageSize of [0, -1, 1.5, Number.NaN, '3']) {
      await fails(() => bucket.listPage({ pageSize: pageSize as number }), 'InvalidArgument', { operation: 'listPage' });
      await fails(() => collect(bucket.iterate({ pageSize: pageSize as number })), 'InvalidArgument', { operation: 'iterate' });
    }
  }),

  contractCase('list-pages/iterate-left-early', async ({ bucket }) => {
    await putAll(bucket, five);
    for await (const { key } of bucket.iterate({ pageSize: 2 })) if (key === 'c') break;
    const iterator = bucket.iterate({ pageSize: 2 });
    assert.deepEqual(listed([(await iterator.next()).value as ObjectSummary]), ['a']);
    await iterator.return?.();
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  }),

  contractCase('list-pages/deleting-while-iterating', async ({ bucket }) => {
    const keys = Array.from({ length: 25 }, (_, index) => `d${index % 3}/k${index}`);
    await putAll(bucket, keys);
    const seen: string[] = [];
    for await (const { key } of bucket.iterate({ pageSize: 3 })) {
      seen.push(key);
      await bucket.delete(key);
    }
    assert.deepEqual(seen, expectedListing(keys, {}));
    assert.deepEqual(await bucket.list(), []);
  }),

  contractCase('list-pages/putting-while-iterating', async ({ bucket }) => {
    await putAll(bucket, five);
    const seen: string[] = [];
    for await (const { key } of bucket.iterate({ pageSize: 2 })) {
      seen.push(key);
      if (seen.length < 20) await bucket.put(`${key}0`, 'new');
    }
    assert.deepEqual(
      seen.filter((key) => five.includes(key)),
      five,
    );
    assert.deepEqual(seen, expectedListing(seen, {}));
  }),

  contractCase('list-pages/emptying-by-listing', async ({ bucket }) => {
    await putAll(bucket, ['x', 'x/', 'x/y', 'x/y/z', 'w/x', '.h/.i']);
    // Each round lists again: what is hidden below an object shows when the object is gone.
    let rounds = 0;
    for (let keys = await bucket.listFilename(); keys.length > 0; keys = await bucket.listFilename()) {
      await bucket.delete(keys);
      assert.ok(++rounds < 10, 'the bucket gets empty');
    }
    for (const key of ['x', 'x/', 'x/y', 'x/y/z', 'w/x', '.h/.i']) assert.equal(await bucket.exists(key), false);
  }),
];
