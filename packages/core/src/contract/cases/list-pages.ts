import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import type { IterateOptions, ListOptions } from '../../api/options.js';
import type { CommonPrefix, ObjectSummary } from '../../api/object-info.js';
import { putKeys } from '../bodies.js';
import { collect, expectError, entryKeys } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { expectedListing } from '../reference.js';

const delimiters = { flat: '', slash: '/', hyphen: '-', letter: 'x', digit: '1' } as const;

interface KeySet {
  readonly keys: readonly string[];
  readonly ids: Readonly<Record<keyof typeof delimiters, string>>;
}

/** Keys whose order or common prefixes are error-prone at the boundary of two pages, with one id per delimiter. */
const keySets: readonly KeySet[] = [
  {
    keys: ['t/x', 't/y', 't-x'],
    ids: {
      flat: 'list-pages/every-size/hyphen-before-slash/flat',
      slash: 'list-pages/every-size/hyphen-before-slash/slash',
      hyphen: 'list-pages/every-size/hyphen-before-slash/hyphen',
      letter: 'list-pages/every-size/hyphen-before-slash/letter',
      digit: 'list-pages/every-size/hyphen-before-slash/digit',
    },
  },
  {
    keys: ['dir/a', 'dir/b', 'dir-file', 'dir0'],
    ids: {
      flat: 'list-pages/every-size/folder-and-similar-keys/flat',
      slash: 'list-pages/every-size/folder-and-similar-keys/slash',
      hyphen: 'list-pages/every-size/folder-and-similar-keys/hyphen',
      letter: 'list-pages/every-size/folder-and-similar-keys/letter',
      digit: 'list-pages/every-size/folder-and-similar-keys/digit',
    },
  },
  {
    keys: ['a/1', 'a/2', 'a/3', 'a/4', 'b/1', 'b/2', 'c', 'd/1/2', 'd/1/3', 'd/2'],
    ids: {
      flat: 'list-pages/every-size/folders-of-several-keys/flat',
      slash: 'list-pages/every-size/folders-of-several-keys/slash',
      hyphen: 'list-pages/every-size/folders-of-several-keys/hyphen',
      letter: 'list-pages/every-size/folders-of-several-keys/letter',
      digit: 'list-pages/every-size/folders-of-several-keys/digit',
    },
  },
  {
    keys: ['b/', 'b/x', 'b/y/', 'c/', 'd'],
    ids: {
      flat: 'list-pages/every-size/folder-objects/flat',
      slash: 'list-pages/every-size/folder-objects/slash',
      hyphen: 'list-pages/every-size/folder-objects/hyphen',
      letter: 'list-pages/every-size/folder-objects/letter',
      digit: 'list-pages/every-size/folder-objects/digit',
    },
  },
  {
    keys: ['é1', 'é2', '\ue000', '🌍/a', '🌍/b', 'z', 'A-1', 'A-2'],
    ids: {
      flat: 'list-pages/every-size/non-ascii/flat',
      slash: 'list-pages/every-size/non-ascii/slash',
      hyphen: 'list-pages/every-size/non-ascii/hyphen',
      letter: 'list-pages/every-size/non-ascii/letter',
      digit: 'list-pages/every-size/non-ascii/digit',
    },
  },
];

/** Returns no prefix, the first character, and the first folder, which may be an object itself. */
function prefixesOf([first = '']: readonly string[]): Set<string> {
  return new Set(['', first.slice(0, 1), first.slice(0, first.indexOf('/') + 1)]);
}

type Options = Omit<ListOptions, 'limit'> & IterateOptions;

/** Reads all pages. Fails if the listing does not end. */
async function readAllPages(bucket: Bucket, options: Options): Promise<(ObjectSummary | CommonPrefix)[]> {
  const entries: (ObjectSummary | CommonPrefix)[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < 100; pages++) {
    const page = await bucket.listPage({ metadata: false, ...options, token });
    assert.ok(page.entries.length <= (options.pageSize ?? 1000), 'a page has at most `pageSize` entries');
    entries.push(...page.entries);
    if (page.nextToken === undefined) return entries;
    token = page.nextToken;
  }
  return assert.fail('the listing does not end');
}

const five = ['a', 'b', 'c', 'd', 'e'];

/** Listing in pages. */
export const listPageCases = [
  ...keySets.flatMap(({ keys, ids }) =>
    entriesOf(ids).map(([name, id]) =>
      contractCase(id, async ({ bucket }) => {
        const delimiter = delimiters[name];
        await putKeys(bucket, keys);
        const options: Options = delimiter === '' ? {} : { delimiter };
        for (const prefix of prefixesOf(keys)) {
          const expected = expectedListing(keys, { delimiter, prefix });
          for (let pageSize = 1; pageSize <= keys.length + 1; pageSize++) {
            assert.deepEqual(entryKeys(await readAllPages(bucket, { ...options, prefix, pageSize })), expected, `pages of ${pageSize}`);
          }
          for (const pageSize of [1, 2])
            assert.deepEqual(entryKeys(await collect(bucket.iterate({ ...options, prefix, pageSize }))), expected);
        }
      }),
    ),
  ),

  contractCase('list-pages/no-token-after-last-page', async ({ bucket }) => {
    await putKeys(bucket, five);
    const first = await bucket.listPage({ pageSize: 3 });
    assert.deepEqual(entryKeys(first.entries), ['a', 'b', 'c']);
    assert.equal(typeof first.nextToken, 'string');
    const second = await bucket.listPage({ pageSize: 3, token: first.nextToken });
    assert.deepEqual(entryKeys(second.entries), ['d', 'e']);
    assert.equal('nextToken' in second, false);
    assert.equal('nextToken' in (await bucket.listPage({ pageSize: 5 })), false);
  }),

  contractCase('list-pages/token-in-another-handle', async ({ datastore, bucket }) => {
    await putKeys(bucket, five);
    const { nextToken } = await bucket.listPage({ pageSize: 2 });
    const rest = await datastore.bucket(bucket.name).listPage({ token: nextToken });
    assert.deepEqual(entryKeys(rest.entries), ['c', 'd', 'e']);
    // A token may be used more than once.
    assert.deepEqual(entryKeys((await bucket.listPage({ token: nextToken, pageSize: 1 })).entries), ['c']);
  }),

  contractCase('list-pages/unknown-token', async ({ bucket }) => {
    await putKeys(bucket, five);
    for (const token of ['', 'x', 'a', 'bm90IG91cnM', Buffer.from('{"after":7}').toString('base64url'), '🌍', 7, {}]) {
      await expectError(() => bucket.listPage({ token: token as string }), 'InvalidArgument', {
        operation: 'listPage',
        bucket: bucket.name,
      });
    }
  }),

  contractCase('list-pages/changes-before-cursor', async ({ bucket }) => {
    await putKeys(bucket, five);
    const { nextToken } = await bucket.listPage({ pageSize: 3 });
    await bucket.delete('a');
    await bucket.put('bb', 'body');
    assert.deepEqual(entryKeys((await bucket.listPage({ token: nextToken })).entries), ['d', 'e']);
  }),

  contractCase('list-pages/changes-after-cursor', async ({ bucket }) => {
    await putKeys(bucket, five);
    const { nextToken } = await bucket.listPage({ pageSize: 2 });
    await bucket.delete('d');
    await bucket.put('cc', 'body');
    assert.deepEqual(entryKeys((await bucket.listPage({ token: nextToken })).entries), ['c', 'cc', 'e']);
  }),

  contractCase('list-pages/cursor-key-deleted', async ({ bucket }) => {
    await putKeys(bucket, five);
    const { nextToken } = await bucket.listPage({ pageSize: 3 });
    await bucket.delete(['b', 'c']);
    assert.deepEqual(entryKeys((await bucket.listPage({ token: nextToken })).entries), ['d', 'e']);
  }),

  contractCase('list-pages/cursor-folder-deleted', async ({ bucket }) => {
    await putKeys(bucket, ['a', 'b/1', 'b/2', 'c/1', 'd']);
    const { entries, nextToken } = await bucket.listPage({ pageSize: 2, recursive: false });
    assert.deepEqual(entryKeys(entries), ['a', 'b/*']);
    await bucket.delete(['b/1', 'b/2']);
    assert.deepEqual(entryKeys((await bucket.listPage({ token: nextToken, recursive: false })).entries), ['c/*', 'd']);
  }),

  contractCase('list-pages/limit-across-pages', async ({ bucket }) => {
    await putKeys(bucket, five);
    for (let limit = 0; limit <= 6; limit++) {
      for (let pageSize = 1; pageSize <= 6; pageSize++) {
        assert.deepEqual(entryKeys(await collect(bucket.iterate({ limit, pageSize }))), five.slice(0, limit));
      }
    }
  }),

  contractCase('list-pages/page-size', async ({ bucket }) => {
    await putKeys(bucket, five);
    assert.deepEqual(entryKeys((await bucket.listPage({ pageSize: 1_000_000 })).entries), five);
    for (const pageSize of [0, -1, 1.5, Number.NaN, '3']) {
      await expectError(() => bucket.listPage({ pageSize: pageSize as number }), 'InvalidArgument', { operation: 'listPage' });
      await expectError(() => collect(bucket.iterate({ pageSize: pageSize as number })), 'InvalidArgument', { operation: 'iterate' });
    }
  }),

  contractCase('list-pages/iterate-early-exit', async ({ bucket }) => {
    await putKeys(bucket, five);
    for await (const { key } of bucket.iterate({ pageSize: 2 })) if (key === 'c') break;
    const iterator = bucket.iterate({ pageSize: 2 });
    assert.deepEqual(entryKeys([(await iterator.next()).value as ObjectSummary]), ['a']);
    await iterator.return?.();
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  }),

  contractCase('list-pages/delete-while-iterating', async ({ bucket }) => {
    const keys = Array.from({ length: 25 }, (_, index) => `d${index % 3}/k${index}`);
    await putKeys(bucket, keys);
    const seen: string[] = [];
    for await (const { key } of bucket.iterate({ pageSize: 3 })) {
      seen.push(key);
      await bucket.delete(key);
    }
    assert.deepEqual(seen, expectedListing(keys, {}));
    assert.deepEqual(await bucket.list(), []);
  }),

  contractCase('list-pages/put-while-iterating', async ({ bucket }) => {
    await putKeys(bucket, five);
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

  contractCase('list-pages/list-and-delete-until-empty', async ({ bucket }) => {
    await putKeys(bucket, ['x', 'x/', 'x/y', 'x/y/z', 'w/x', '.h/.i']);
    // Without `listsBelowObjects`, keys below an object are not listed until the object is deleted.
    let rounds = 0;
    for (let keys = await bucket.listFilename(); keys.length > 0; keys = await bucket.listFilename()) {
      await bucket.delete(keys);
      assert.ok(++rounds < 10, 'the bucket becomes empty');
    }
    for (const key of ['x', 'x/', 'x/y', 'x/y/z', 'w/x', '.h/.i']) assert.equal(await bucket.exists(key), false);
  }),
];
