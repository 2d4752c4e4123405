import assert from 'node:assert/strict';
import type { ListOptions } from '../../api/options.js';
import { putAll } from '../bodies.js';
import { fails, listed } from '../check.js';
import { contractCase } from '../contract-case.js';
import { expectedListing } from '../reference.js';

interface Row {
  readonly keys: readonly string[];
  readonly options: ListOptions;
  /** Written out, with a `*` behind a folder. */
  readonly gives: readonly string[];
}

const folders = ['a-', 'a/a', 'a/b', 'a/c/d', 'a/c/e', 'a/d', 'a0', 'b/', 'b/x', 'c', 'd/', 'z/1', 'z/2'];
const foo = ['foo/bar', 'foo/baz/x', 'fob/y', 'foo.txt'];

/** What options give over which keys. */
const rows: Readonly<Record<string, Row>> = {
  'byte-order': { keys: ['🌍', '\ue000', 'é', 'a'], options: {}, gives: ['a', 'é', '\ue000', '🌍'] },
  'byte-order-of-separators': {
    keys: ['a/b', 'a"', 'a0', 'a.b', 'a-b', 'A', 'a b'],
    options: { prefix: 'a' },
    gives: ['a b', 'a"', 'a-b', 'a.b', 'a/b', 'a0'],
  },
  'byte-order-of-cases': { keys: ['a', 'B', 'A', 'b', '_'], options: {}, gives: ['A', 'B', '_', 'a', 'b'] },
  'byte-order-of-folders': { keys: ['t/x', 't/y', 't-x', 't.x', 't0'], options: { recursive: false }, gives: ['t-x', 't.x', 't/*', 't0'] },
  'numbers-are-text': { keys: ['10', '9', '1', '01'], options: {}, gives: ['01', '1', '10', '9'] },
  'prefix-nothing': { keys: ['a', 'b/c'], options: { prefix: 'x' }, gives: [] },
  'prefix-longer-than-keys': { keys: ['a'], options: { prefix: 'ab' }, gives: [] },
  'prefix-is-a-string': { keys: ['y', 'yy', 'x', 'yz/a'], options: { prefix: 'y' }, gives: ['y', 'yy', 'yz/a'] },
  'prefix-is-case-sensitive': { keys: ['y', 'Y'], options: { prefix: 'Y' }, gives: ['Y'] },
  'prefix-of-folder': { keys: ['foo/a', 'foo.bar/b', 'foo'], options: { prefix: 'foo.' }, gives: ['foo.bar/b'] },
  'prefix-with-slash': { keys: ['foo/a', 'foo.bar/b', 'foo/b/c', 'foobar'], options: { prefix: 'foo/' }, gives: ['foo/a', 'foo/b/c'] },
  'prefix-in-mid-segment': { keys: foo, options: { prefix: 'fo', recursive: false }, gives: ['fob/*', 'foo.txt', 'foo/*'] },
  'prefix-in-mid-folder': { keys: foo, options: { prefix: 'foo/b', recursive: false }, gives: ['foo/bar', 'foo/baz/*'] },
  'prefix-without-its-slash': { keys: foo, options: { prefix: 'foo', recursive: false }, gives: ['foo.txt', 'foo/*'] },
  'prefix-is-a-key': { keys: folders, options: { prefix: 'b/', recursive: false }, gives: ['b/', 'b/x'] },
  'prefix-beyond-ascii': { keys: ['é/a', 'è/b', 'e/c'], options: { prefix: 'é' }, gives: ['é/a'] },
  'prefix-with-special-letters': { keys: ['a+b&c/1', 'a b', 'a%2Bb'], options: { prefix: 'a+b&' }, gives: ['a+b&c/1'] },
  flat: { keys: folders, options: {}, gives: folders },
  'recursive-true': { keys: folders, options: { recursive: true }, gives: folders },
  'recursive-false': { keys: folders, options: { recursive: false }, gives: ['a-', 'a/*', 'a0', 'b/*', 'c', 'd/*', 'z/*'] },
  'recursive-false-below': { keys: folders, options: { recursive: false, prefix: 'a/' }, gives: ['a/a', 'a/b', 'a/c/*', 'a/d'] },
  'delimiter-slash': { keys: folders, options: { delimiter: '/', prefix: 'a/c' }, gives: ['a/c/*'] },
  'delimiter-with-recursive-false': { keys: ['a-b', 'a/b'], options: { delimiter: '-', recursive: false }, gives: ['a-*', 'a/b'] },
  'delimiter-backslash': { keys: ['a\\b', 'a\\c', 'a/d'], options: { delimiter: '\\' }, gives: ['a/d', 'a\\*'] },
  'delimiter-word': {
    keys: ['1abc2', '1abc3', '1ab', 'abc', 'xabcyabcz'],
    options: { delimiter: 'abc' },
    gives: ['1ab', '1abc*', 'abc*', 'xabc*'],
  },
  'delimiter-after-prefix': { keys: ['aabcx', 'aabcyabc'], options: { delimiter: 'abc', prefix: 'aabc' }, gives: ['aabcx', 'aabcyabc*'] },
  'delimiter-beyond-ascii': { keys: ['aéb', 'aéc', 'b'], options: { delimiter: 'é' }, gives: ['aé*', 'b'] },
  'delimiter-hyphen': { keys: ['a-1', 'a-2', 'a', 'b-1', 'c'], options: { delimiter: '-' }, gives: ['a', 'a-*', 'b-*', 'c'] },
  'delimiter-nowhere': { keys: ['a', 'b/c'], options: { delimiter: '#' }, gives: ['a', 'b/c'] },
  'start-after-a-key': { keys: ['a', 'b', 'c'], options: { startAfter: 'b' }, gives: ['c'] },
  'start-after-no-key': { keys: ['a', 'b', 'c'], options: { startAfter: 'aa' }, gives: ['b', 'c'] },
  'start-after-the-last': { keys: ['a', 'b'], options: { startAfter: 'b' }, gives: [] },
  'start-after-all': { keys: ['a', 'b'], options: { startAfter: 'zzz' }, gives: [] },
  'start-after-none': { keys: ['b', 'c'], options: { startAfter: 'a' }, gives: ['b', 'c'] },
  'start-after-by-bytes': { keys: ['🌍', '\ue000', 'é'], options: { startAfter: '\ue000' }, gives: ['🌍'] },
  'start-after-before-prefix': { keys: folders, options: { startAfter: 'a', prefix: 'b' }, gives: ['b/', 'b/x'] },
  'start-after-in-prefix': { keys: folders, options: { startAfter: 'a/b', prefix: 'a/' }, gives: ['a/c/d', 'a/c/e', 'a/d'] },
  'start-after-behind-prefix': { keys: folders, options: { startAfter: 'b', prefix: 'a/' }, gives: [] },
  'start-after-is-prefix': { keys: folders, options: { startAfter: 'b/', prefix: 'b/' }, gives: ['b/x'] },
  'start-after-folder': { keys: folders, options: { startAfter: 'a/', recursive: false }, gives: ['a0', 'b/*', 'c', 'd/*', 'z/*'] },
  'start-after-before-folder': {
    keys: folders,
    options: { startAfter: 'a-', recursive: false },
    gives: ['a/*', 'a0', 'b/*', 'c', 'd/*', 'z/*'],
  },
  'start-after-inside-folder': { keys: folders, options: { startAfter: 'a/b', recursive: false }, gives: ['a0', 'b/*', 'c', 'd/*', 'z/*'] },
  'start-after-inside-inner-folder': { keys: folders, options: { startAfter: 'a/c/d', prefix: 'a/', recursive: false }, gives: ['a/d'] },
  'start-after-before-inner-folder': {
    keys: folders,
    options: { startAfter: 'a/c', prefix: 'a/', recursive: false },
    gives: ['a/c/*', 'a/d'],
  },
  'limit-1': { keys: ['b', 'a', 'c'], options: { limit: 1 }, gives: ['a'] },
  'limit-0': { keys: ['a'], options: { limit: 0 }, gives: [] },
  'limit-all': { keys: ['a', 'b'], options: { limit: 2 }, gives: ['a', 'b'] },
  'limit-more': { keys: ['a', 'b'], options: { limit: 5000 }, gives: ['a', 'b'] },
  'limit-counts-folders-once': { keys: folders, options: { limit: 4, recursive: false }, gives: ['a-', 'a/*', 'a0', 'b/*'] },
  'limit-and-start-after': { keys: folders, options: { limit: 2, startAfter: 'a/c/d' }, gives: ['a/c/e', 'a/d'] },
};

const hostile = [
  '.',
  'p/.',
  'p/..',
  '../',
  '..',
  './',
  'a//',
  '/',
  '/p',
  'p//',
  '\0',
  'p/./',
  'p/../p/',
  'p\\..\\',
  '.h',
  'x'.repeat(1100),
  ' ',
];
const hostileKeys = ['.hidden', '..x', 'p/.hidden', 'p/..x', 'p/x', 'a/b', 'p\\x', '...', ' '];

/** Listing: what, and in which order. */
export const listCases = [
  contractCase('list/empty', async ({ bucket }) => {
    assert.deepEqual(await bucket.list(), []);
    assert.deepEqual(await bucket.list({ recursive: false }), []);
    assert.deepEqual(await bucket.list({ metadata: false, prefix: 'a' }), []);
  }),

  ...Object.entries(rows).map(([id, { keys, options, gives }]) =>
    contractCase(`list/${id}`, async ({ bucket }) => {
      await putAll(bucket, keys);
      assert.deepEqual(listed(await bucket.list(options)), gives);
      assert.deepEqual(listed(await bucket.list({ ...options, metadata: false })), gives);
    }),
  ),

  ...hostile.map((text, index) =>
    contractCase(`list/hostile/${index}`, async ({ bucket }) => {
      // Compared as strings, never resolved like a path.
      await putAll(bucket, hostileKeys);
      for (const options of [
        { prefix: text },
        { startAfter: text },
        { prefix: text, recursive: false },
        { startAfter: text, delimiter: '/' },
        { prefix: 'p', startAfter: text },
      ]) {
        const expected = expectedListing(hostileKeys, { delimiter: 'recursive' in options ? '/' : '', ...options });
        assert.deepEqual(listed(await bucket.list(options)), expected, JSON.stringify(options));
      }
    }),
  ),

  contractCase('list/sees-each-change', async ({ bucket }) => {
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

  contractCase('list/delimiter-and-recursive', async ({ bucket }) => {
    for (const call of [
      () => bucket.list({ delimiter: '/', recursive: true }),
      () => bucket.listPage({ delimiter: '/', recursive: true }),
    ]) {
      await fails(call, 'InvalidArgument', { bucket: bucket.name });
    }
  }),
];
