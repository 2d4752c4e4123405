import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonPrefix, keyOfToken, maxPageSize, pageOfKeys, pageToken } from '../../src/rules/listing.js';
import type { KeyPage, PageRequest, SortedKeys } from '../../src/rules/listing.js';
import { codeOf } from '../failure.js';

const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Sorted keys that count their seeks. */
class CountedKeys implements SortedKeys {
  seeks = 0;
  readonly #keys: readonly string[];

  constructor(keys: Iterable<string>) {
    this.#keys = [...new Set(keys)].sort(compareBytes);
  }

  seek(from: string, exclusive: boolean): string | undefined {
    this.seeks++;
    return this.#keys.find((key) => compareBytes(key, from) >= (exclusive ? 1 : 0));
  }
}

/** Reference implementation: groups all keys, then cuts out the page. */
function naivePage(keys: Iterable<string>, { prefix, delimiter, startAfter, maxKeys }: PageRequest): KeyPage {
  const entries = new Map<string, KeyPage['entries'][number]>();
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const [head = '', ...rest] = delimiter === '' ? [key] : key.slice(prefix.length).split(delimiter);
    const name = rest.length === 0 ? key : prefix + head + delimiter;
    entries.set(name, rest.length === 0 ? key : { key: name, isPrefix: true });
  }
  const names = [...entries.keys()].sort(compareBytes).filter((name) => compareBytes(name, startAfter) > 0);
  const page = names.slice(0, maxKeys).flatMap((name) => entries.get(name) ?? []);
  return { entries: page, truncated: names.length > maxKeys };
}

/** Formats a page, with common prefixes in angle brackets. */
function format({ entries, truncated }: KeyPage): string {
  return entries.map((entry) => (typeof entry === 'string' ? entry : `<${entry.key}>`)).join(' ') + (truncated ? ' ...' : '');
}

const defaultRequest = { prefix: '', delimiter: '', startAfter: '', maxKeys: 1000 };
const keys = ['a-', 'a/a', 'a/b', 'a/c/d', 'a/c/e', 'a/d', 'a0', 'b/', 'b/x', 'c', 'd/', 'z/1', 'z/2'];

test('a page has at most 1000 entries, as in S3', () => {
  expect(maxPageSize).toBe(1000);
});

test.for([
  [{}, keys.join(' ')],
  [{ delimiter: '/' }, 'a- <a/> a0 <b/> c <d/> <z/>'],
  [{ delimiter: '/', startAfter: 'a' }, 'a- <a/> a0 <b/> c <d/> <z/>'],
  [{ delimiter: '/', startAfter: 'a-' }, '<a/> a0 <b/> c <d/> <z/>'],
  // A common prefix that equals or contains `startAfter` is omitted, even if keys below it follow.
  [{ delimiter: '/', startAfter: 'a/' }, 'a0 <b/> c <d/> <z/>'],
  [{ delimiter: '/', startAfter: 'a/a' }, 'a0 <b/> c <d/> <z/>'],
  [{ delimiter: '/', startAfter: 'a/zzz' }, 'a0 <b/> c <d/> <z/>'],
  [{ delimiter: '/', prefix: 'a/' }, 'a/a a/b <a/c/> a/d'],
  [{ delimiter: '/', prefix: 'a/', startAfter: 'a/c' }, '<a/c/> a/d'],
  [{ delimiter: '/', prefix: 'a/', startAfter: 'a/c/' }, 'a/d'],
  [{ delimiter: '/', prefix: 'a/', startAfter: 'a/c/d' }, 'a/d'],
  [{ delimiter: '/', prefix: 'a/c' }, '<a/c/>'],
  [{ delimiter: '/', prefix: 'b/' }, 'b/ b/x'],
  [{ delimiter: '/', prefix: 'b/', startAfter: 'b/' }, 'b/x'],
  [{ delimiter: '/', prefix: 'b' }, '<b/>'],
  [{ delimiter: '/', prefix: 'd/' }, 'd/'],
  [{ delimiter: 'a' }, '<a> b/ b/x c d/ z/1 z/2'],
  [{ delimiter: 'c/' }, 'a- a/a a/b <a/c/> a/d a0 b/ b/x c d/ z/1 z/2'],
  [{ delimiter: '//' }, keys.join(' ')],
  [{ prefix: 'a' }, 'a- a/a a/b a/c/d a/c/e a/d a0'],
  [{ prefix: 'a', startAfter: 'a/d' }, 'a0'],
  [{ prefix: 'a', startAfter: 'Z' }, 'a- a/a a/b a/c/d a/c/e a/d a0'],
  [{ prefix: 'a', startAfter: 'b' }, ''],
  [{ prefix: '/' }, ''],
  [{ prefix: 'x'.repeat(1100) }, ''],
  [{ startAfter: 'd/' }, 'z/1 z/2'],
  [{ startAfter: 'd' }, 'd/ z/1 z/2'],
  [{ startAfter: 'z/2' }, ''],
  [{ maxKeys: 2 }, 'a- a/a ...'],
  [{ maxKeys: 13 }, keys.join(' ')],
  [{ maxKeys: 12 }, `${keys.slice(0, 12).join(' ')} ...`],
  [{ delimiter: '/', maxKeys: 2 }, 'a- <a/> ...'],
  [{ delimiter: '/', maxKeys: 6, startAfter: 'a-' }, '<a/> a0 <b/> c <d/> <z/>'],
  [{ delimiter: '/', maxKeys: 5, startAfter: 'a-' }, '<a/> a0 <b/> c <d/> ...'],
  // The keys after a full page belong to an omitted common prefix, so the page is not truncated.
  [{ delimiter: '/', prefix: 'z', startAfter: 'z/1', maxKeys: 1 }, ''],
] as const)('%o lists %s', ([options, page]) => {
  expect(format(pageOfKeys(new CountedKeys(keys), { ...defaultRequest, ...options }))).toBe(page);
});

test('skips a common prefix with one seek', () => {
  const sortedKeys = new CountedKeys([...Array.from({ length: 500 }, (_, index) => `a/${index}`), 'b']);
  expect(format(pageOfKeys(sortedKeys, { ...defaultRequest, delimiter: '/' }))).toBe('<a/> b');
  expect(sortedKeys.seeks).toBe(3);
});

test('seeks one more key after a full page, and none after the last possible common prefix', () => {
  const threeKeys = new CountedKeys(['a', 'b', 'c']);
  pageOfKeys(threeKeys, { ...defaultRequest, maxKeys: 1 });
  expect(threeKeys.seeks).toBe(2);
  const lastPrefix = new CountedKeys(['\u{10FFFF}x']);
  expect(format(pageOfKeys(lastPrefix, { ...defaultRequest, delimiter: '\u{10FFFF}' }))).toBe('<\u{10FFFF}>');
  expect(lastPrefix.seeks).toBe(1);
});

// Few characters, so that prefixes, delimiters and keys overlap.
const word = (maxLength: number) =>
  fc.array(fc.constantFrom('a', 'b', '/', '-', '\uFFFF', '\u{10FFFF}'), { maxLength }).map((characters) => characters.join(''));

test('pages equal those of the reference implementation', () => {
  const requests = fc.record({ prefix: word(2), delimiter: word(2), startAfter: word(4), maxKeys: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(fc.array(word(6), { maxLength: 20 }), requests, (someKeys, page) => {
      expect(pageOfKeys(new CountedKeys(someKeys.filter(Boolean)), page)).toEqual(naivePage(someKeys.filter(Boolean), page));
    }),
    { numRuns: 3000 },
  );
});

test('paging loses and repeats no entries', () => {
  fc.assert(
    fc.property(
      fc.array(word(5), { maxLength: 20 }),
      word(1),
      word(1),
      fc.integer({ min: 1, max: 4 }),
      (someKeys, prefix, delimiter, maxKeys) => {
        const sorted = new CountedKeys(someKeys.filter(Boolean));
        const pages: KeyPage['entries'] = [];
        let startAfter = '';
        for (;;) {
          const { entries, truncated } = pageOfKeys(sorted, { prefix, delimiter, startAfter, maxKeys });
          pages.push(...entries);
          if (!truncated) break;
          const last = entries.at(-1) ?? '';
          startAfter = typeof last === 'string' ? last : last.key;
        }
        expect(pages).toEqual(naivePage(someKeys.filter(Boolean), { ...defaultRequest, prefix, delimiter }).entries);
      },
    ),
    { numRuns: 500 },
  );
});

test.for([
  ['a/b/c', '', '/', 'a/'],
  ['a/b/c', 'a', '/', 'a/'],
  ['a/b/c', 'a/', '/', 'a/b/'],
  ['a/b', 'a/', '/', undefined],
  ['a/', 'a/', '/', undefined],
  ['a/', '', '/', 'a/'],
  ['abcabc', 'a', 'ca', 'abca'],
  ['aaa', 'a', 'aa', 'aaa'],
  ['a/b', '', '', undefined],
] as const)('the common prefix of %s with prefix %j and delimiter %j is %s', ([key, prefix, delimiter, expected]) => {
  expect(commonPrefix(key, prefix, delimiter)).toBe(expected);
});

test('tokens are URL-safe and contain the key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (key) => {
      const token = pageToken(key);
      return keyOfToken(token) === key && /^[\w-]+$/.test(token);
    }),
  );
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test.for([
  '',
  'junk',
  'a/b',
  encode({ after: '' }),
  encode({ after: 1 }),
  encode({ before: 'a' }),
  encode({ after: 'a', more: 1 }),
  encode(['a']),
  encode('a'),
  encode(null),
])('rejects the token %j', (token) => {
  expect(codeOf(() => keyOfToken(token))).toBe('InvalidArgument');
});

test('rejects an altered token', () => {
  const token = pageToken('abc');
  expect(keyOfToken(token)).toBe('abc');
  for (const changed of [`${token} `, `${token}=`, token.slice(0, -2)]) expect(codeOf(() => keyOfToken(changed))).toBe('InvalidArgument');
});
