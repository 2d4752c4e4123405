import assert from 'node:assert/strict';
import type { ListOptions } from '../../api/options.js';
import { putKeys } from '../bodies.js';
import { expectError, entryKeys } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { expectedListing } from '../reference.js';

interface Row {
  readonly keys: readonly string[];
  readonly options: ListOptions;
  /** The expected result of `entryKeys`. */
  readonly expected: readonly string[];
}

const folders = ['a-', 'a/a', 'a/b', 'a/c/d', 'a/c/e', 'a/d', 'a0', 'b/', 'b/x', 'c', 'd/', 'z/1', 'z/2'];
const foo = ['foo/bar', 'foo/baz/x', 'fob/y', 'foo.txt'];

/** Options, with the keys in the bucket and the expected listing. */
const rows: Readonly<Record<string, Row>> = {
  'list/byte-order': { keys: ['🌍', '\ue000', 'é', 'a'], options: {}, expected: ['a', 'é', '\ue000', '🌍'] },
  'list/byte-order-of-separators': {
    keys: ['a/b', 'a"', 'a0', 'a.b', 'a-b', 'A', 'a b'],
    options: { prefix: 'a' },
    expected: ['a b', 'a"', 'a-b', 'a.b', 'a/b', 'a0'],
  },
  'list/byte-order-of-letter-case': { keys: ['a', 'B', 'A', 'b', '_'], options: {}, expected: ['A', 'B', '_', 'a', 'b'] },
  'list/byte-order-of-folders': {
    keys: ['t/x', 't/y', 't-x', 't.x', 't0'],
    options: { recursive: false },
    expected: ['t-x', 't.x', 't/*', 't0'],
  },
  'list/numeric-keys': { keys: ['10', '9', '1', '01'], options: {}, expected: ['01', '1', '10', '9'] },
  'list/prefix-without-match': { keys: ['a', 'b/c'], options: { prefix: 'x' }, expected: [] },
  'list/prefix-longer-than-keys': { keys: ['a'], options: { prefix: 'ab' }, expected: [] },
  'list/prefix-is-a-string': { keys: ['y', 'yy', 'x', 'yz/a'], options: { prefix: 'y' }, expected: ['y', 'yy', 'yz/a'] },
  'list/prefix-is-case-sensitive': { keys: ['y', 'Y'], options: { prefix: 'Y' }, expected: ['Y'] },
  'list/prefix-of-folder': { keys: ['foo/a', 'foo.bar/b', 'foo'], options: { prefix: 'foo.' }, expected: ['foo.bar/b'] },
  'list/prefix-with-slash': {
    keys: ['foo/a', 'foo.bar/b', 'foo/b/c', 'foobar'],
    options: { prefix: 'foo/' },
    expected: ['foo/a', 'foo/b/c'],
  },
  'list/prefix-within-segment': { keys: foo, options: { prefix: 'fo', recursive: false }, expected: ['fob/*', 'foo.txt', 'foo/*'] },
  'list/prefix-within-nested-segment': { keys: foo, options: { prefix: 'foo/b', recursive: false }, expected: ['foo/bar', 'foo/baz/*'] },
  'list/prefix-without-its-slash': { keys: foo, options: { prefix: 'foo', recursive: false }, expected: ['foo.txt', 'foo/*'] },
  'list/prefix-is-a-key': { keys: folders, options: { prefix: 'b/', recursive: false }, expected: ['b/', 'b/x'] },
  'list/prefix-non-ascii': { keys: ['é/a', 'è/b', 'e/c'], options: { prefix: 'é' }, expected: ['é/a'] },
  'list/prefix-with-special-characters': { keys: ['a+b&c/1', 'a b', 'a%2Bb'], options: { prefix: 'a+b&' }, expected: ['a+b&c/1'] },
  'list/prefix-with-control-character': {
    keys: ['.\u0001/x', '.\u0001/y/z', '.\u0002/x', '.a/x', 'a'],
    options: { prefix: '.\u0001/' },
    expected: ['.\u0001/x', '.\u0001/y/z'],
  },
  'list/prefix-with-control-character-within-segment': {
    keys: ['.\u0001/x', '.\u0001y', '.\u0002/x', '.a/x', 'a'],
    options: { prefix: '.\u0001', recursive: false },
    expected: ['.\u0001/*', '.\u0001y'],
  },
  'list/flat': { keys: folders, options: {}, expected: folders },
  'list/recursive-true': { keys: folders, options: { recursive: true }, expected: folders },
  'list/recursive-false': { keys: folders, options: { recursive: false }, expected: ['a-', 'a/*', 'a0', 'b/*', 'c', 'd/*', 'z/*'] },
  'list/recursive-false-below': { keys: folders, options: { recursive: false, prefix: 'a/' }, expected: ['a/a', 'a/b', 'a/c/*', 'a/d'] },
  'list/delimiter-slash': { keys: folders, options: { delimiter: '/', prefix: 'a/c' }, expected: ['a/c/*'] },
  'list/delimiter-with-recursive-false': { keys: ['a-b', 'a/b'], options: { delimiter: '-', recursive: false }, expected: ['a-*', 'a/b'] },
  'list/delimiter-backslash': { keys: ['a\\b', 'a\\c', 'a/d'], options: { delimiter: '\\' }, expected: ['a/d', 'a\\*'] },
  'list/delimiter-word': {
    keys: ['1abc2', '1abc3', '1ab', 'abc', 'xabcyabcz'],
    options: { delimiter: 'abc' },
    expected: ['1ab', '1abc*', 'abc*', 'xabc*'],
  },
  'list/delimiter-after-prefix': {
    keys: ['aabcx', 'aabcyabc'],
    options: { delimiter: 'abc', prefix: 'aabc' },
    expected: ['aabcx', 'aabcyabc*'],
  },
  'list/delimiter-non-ascii': { keys: ['aéb', 'aéc', 'b'], options: { delimiter: 'é' }, expected: ['aé*', 'b'] },
  'list/delimiter-hyphen': { keys: ['a-1', 'a-2', 'a', 'b-1', 'c'], options: { delimiter: '-' }, expected: ['a', 'a-*', 'b-*', 'c'] },
  'list/delimiter-without-match': { keys: ['a', 'b/c'], options: { delimiter: '#' }, expected: ['a', 'b/c'] },
  'list/start-after-a-key': { keys: ['a', 'b', 'c'], options: { startAfter: 'b' }, expected: ['c'] },
  'list/start-after-between-keys': { keys: ['a', 'b', 'c'], options: { startAfter: 'aa' }, expected: ['b', 'c'] },
  'list/start-after-the-last': { keys: ['a', 'b'], options: { startAfter: 'b' }, expected: [] },
  'list/start-after-beyond-last': { keys: ['a', 'b'], options: { startAfter: 'zzz' }, expected: [] },
  'list/start-after-before-first': { keys: ['b', 'c'], options: { startAfter: 'a' }, expected: ['b', 'c'] },
  'list/start-after-by-bytes': { keys: ['🌍', '\ue000', 'é'], options: { startAfter: '\ue000' }, expected: ['🌍'] },
  'list/start-after-before-prefix': { keys: folders, options: { startAfter: 'a', prefix: 'b' }, expected: ['b/', 'b/x'] },
  'list/start-after-in-prefix': { keys: folders, options: { startAfter: 'a/b', prefix: 'a/' }, expected: ['a/c/d', 'a/c/e', 'a/d'] },
  'list/start-after-beyond-prefix': { keys: folders, options: { startAfter: 'b', prefix: 'a/' }, expected: [] },
  'list/start-after-is-prefix': { keys: folders, options: { startAfter: 'b/', prefix: 'b/' }, expected: ['b/x'] },
  'list/start-after-folder': { keys: folders, options: { startAfter: 'a/', recursive: false }, expected: ['a0', 'b/*', 'c', 'd/*', 'z/*'] },
  'list/start-after-before-folder': {
    keys: folders,
    options: { startAfter: 'a-', recursive: false },
    expected: ['a/*', 'a0', 'b/*', 'c', 'd/*', 'z/*'],
  },
  'list/start-after-inside-folder': {
    keys: folders,
    options: { startAfter: 'a/b', recursive: false },
    expected: ['a0', 'b/*', 'c', 'd/*', 'z/*'],
  },
  'list/start-after-inside-inner-folder': {
    keys: folders,
    options: { startAfter: 'a/c/d', prefix: 'a/', recursive: false },
    expected: ['a/d'],
  },
  'list/start-after-before-inner-folder': {
    keys: folders,
    options: { startAfter: 'a/c', prefix: 'a/', recursive: false },
    expected: ['a/c/*', 'a/d'],
  },
  'list/limit-1': { keys: ['b', 'a', 'c'], options: { limit: 1 }, expected: ['a'] },
  'list/limit-0': { keys: ['a'], options: { limit: 0 }, expected: [] },
  'list/limit-equals-count': { keys: ['a', 'b'], options: { limit: 2 }, expected: ['a', 'b'] },
  'list/limit-above-count': { keys: ['a', 'b'], options: { limit: 5000 }, expected: ['a', 'b'] },
  'list/limit-counts-folders-once': { keys: folders, options: { limit: 4, recursive: false }, expected: ['a-', 'a/*', 'a0', 'b/*'] },
  'list/limit-and-start-after': { keys: folders, options: { limit: 2, startAfter: 'a/c/d' }, expected: ['a/c/e', 'a/d'] },
};

/** Prefixes and `startAfter` values that are compared as strings, never resolved like a path. */
const hostileTexts: Readonly<Record<string, string>> = {
  'list/hostile/dot': '.',
  'list/hostile/trailing-dot-segment': 'p/.',
  'list/hostile/trailing-dot-dot-segment': 'p/..',
  'list/hostile/parent-folder': '../',
  'list/hostile/dot-dot': '..',
  'list/hostile/current-folder': './',
  'list/hostile/two-trailing-slashes': 'a//',
  'list/hostile/slash': '/',
  'list/hostile/leading-slash': '/p',
  'list/hostile/two-trailing-slashes-below-keys': 'p//',
  'list/hostile/nul': '\0',
  'list/hostile/dot-segment': 'p/./',
  'list/hostile/dot-dot-segment': 'p/../p/',
  'list/hostile/dot-dot-backslash': 'p\\..\\',
  'list/hostile/hidden-file': '.h',
  'list/hostile/over-1024-bytes': 'x'.repeat(1100),
  'list/hostile/space': ' ',
};
const hostileKeys = ['.hidden', '..x', 'p/.hidden', 'p/..x', 'p/x', 'a/b', 'p\\x', '...', ' '];

/** Listing: which entries, and in which order. */
export const listCases = [
  contractCase('list/empty', async ({ bucket }) => {
    assert.deepEqual(await bucket.list(), []);
    assert.deepEqual(await bucket.list({ recursive: false }), []);
    assert.deepEqual(await bucket.list({ metadata: false, prefix: 'a' }), []);
  }),

  ...entriesOf(rows).map(([id, { keys, options, expected }]) =>
    contractCase(id, async ({ bucket }) => {
      await putKeys(bucket, keys);
      assert.deepEqual(entryKeys(await bucket.list(options)), expected);
      assert.deepEqual(entryKeys(await bucket.list({ ...options, metadata: false })), expected);
    }),
  ),

  ...entriesOf(hostileTexts).map(([id, text]) =>
    contractCase(id, async ({ bucket }) => {
      await putKeys(bucket, hostileKeys);
      for (const options of [
        { prefix: text },
        { startAfter: text },
        { prefix: text, recursive: false },
        { startAfter: text, delimiter: '/' },
        { prefix: 'p', startAfter: text },
      ]) {
        const expected = expectedListing(hostileKeys, { delimiter: 'recursive' in options ? '/' : '', ...options });
        assert.deepEqual(entryKeys(await bucket.list(options)), expected, JSON.stringify(options));
      }
    }),
  ),

  contractCase('list/read-after-write', async ({ bucket }) => {
    const seen: string[][] = [];
    for (const change of [
      () => bucket.put('b', '1'),
      () => bucket.put('a', '2'),
      () => bucket.put('b', '3'),
      () => bucket.delete('a'),
      () => bucket.fcopyTo(bucket.name, 'c', 'b'),
    ]) {
      await change();
      seen.push(await bucket.listFilename());
    }
    assert.deepEqual(seen, [['b'], ['a', 'b'], ['a', 'b'], ['b'], ['b', 'c']]);
  }),

  contractCase('list/delimiter-with-recursive-true', async ({ bucket }) => {
    for (const call of [
      () => bucket.list({ delimiter: '/', recursive: true }),
      () => bucket.listPage({ delimiter: '/', recursive: true }),
    ]) {
      await expectError(call, 'InvalidArgument', { bucket: bucket.name });
    }
  }),
];
