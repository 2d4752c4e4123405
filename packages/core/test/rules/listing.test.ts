import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commonPrefix, keyOfToken, maxPageSize, pageOfKeys, pageToken } from '../../src/rules/listing.js';
import type { KeyPage, PageRequest, SortedKeys } from '../../src/rules/listing.js';
import { codeOf } from '../failure.js';

const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Keys to be listed, which count how often they are asked. */
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

/** One page of a folded list of everything: the rule as S3 documents it. */
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

/** The page, with folders as `<a/>`. */
function show({ entries, truncated }: KeyPage): string {
  return entries.map((entry) => (typeof entry === 'string' ? entry : `<${entry.key}>`)).join(' ') + (truncated ? ' ...' : '');
}

const request = { prefix: '', delimiter: '', startAfter: '', maxKeys: 1000 };
const keys = ['a-', 'a/a', 'a/b', 'a/c/d', 'a/c/e', 'a/d', 'a0', 'b/', 'b/x', 'c', 'd/', 'z/1', 'z/2'];

test('a page has at most 1000 entries, as on S3', () => {
  expect(maxPageSize).toBe(1000);
});

test.for([
  [{}, keys.join(' ')],
  [{ delimiter: '/' }, 'a- <a/> a0 <b/> c <d/> <z/>'],
  [{ delimiter: '/', startAfter: 'a' }, 'a- <a/> a0 <b/> c <d/> <z/>'],
  [{ delimiter: '/', startAfter: 'a-' }, '<a/> a0 <b/> c <d/> <z/>'],
  // A folder that is equal to `startAfter`, or holds it, is left out though keys below it follow.
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
  // The keys behind a full page are folded into a folder that is left out: nothing follows.
  [{ delimiter: '/', prefix: 'z', startAfter: 'z/1', maxKeys: 1 }, ''],
] as const)('%o lists %s', ([asked, page]) => {
  expect(show(pageOfKeys(new CountedKeys(keys), { ...request, ...asked }))).toBe(page);
});

test('steps over a folder in one seek', () => {
  const many = new CountedKeys([...Array.from({ length: 500 }, (_, index) => `a/${index}`), 'b']);
  expect(show(pageOfKeys(many, { ...request, delimiter: '/' }))).toBe('<a/> b');
  expect(many.seeks).toBe(3);
});

test('a full page asks for one key more, and a folder that ends the code space for none', () => {
  const counted = new CountedKeys(['a', 'b', 'c']);
  pageOfKeys(counted, { ...request, maxKeys: 1 });
  expect(counted.seeks).toBe(2);
  const last = new CountedKeys(['\u{10FFFF}x']);
  expect(show(pageOfKeys(last, { ...request, delimiter: '\u{10FFFF}' }))).toBe('<\u{10FFFF}>');
  expect(last.seeks).toBe(1);
});

// Few characters, so that prefixes, delimiters and keys meet.
const word = (maxLength: number) =>
  fc.array(fc.constantFrom('a', 'b', '/', '-', '\uFFFF', '\u{10FFFF}'), { maxLength }).map((some) => some.join(''));

test('pages are those of a list of everything that is folded first', () => {
  const asked = fc.record({ prefix: word(2), delimiter: word(2), startAfter: word(4), maxKeys: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(fc.array(word(6), { maxLength: 20 }), asked, (some, page) => {
      expect(pageOfKeys(new CountedKeys(some.filter(Boolean)), page)).toEqual(naivePage(some.filter(Boolean), page));
    }),
    { numRuns: 3000 },
  );
});

test('page by page nothing is lost or told twice', () => {
  fc.assert(
    fc.property(
      fc.array(word(5), { maxLength: 20 }),
      word(1),
      word(1),
      fc.integer({ min: 1, max: 4 }),
      (some, prefix, delimiter, maxKeys) => {
        const sorted = new CountedKeys(some.filter(Boolean));
        const pages: KeyPage['entries'] = [];
        let startAfter = '';
        for (;;) {
          const { entries, truncated } = pageOfKeys(sorted, { prefix, delimiter, startAfter, maxKeys });
          pages.push(...entries);
          if (!truncated) break;
          const last = entries.at(-1) ?? '';
          startAfter = typeof last === 'string' ? last : last.key;
        }
        expect(pages).toEqual(naivePage(some.filter(Boolean), { ...request, prefix, delimiter }).entries);
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
] as const)('%s under %j is folded at %j into %s', ([key, prefix, delimiter, folder]) => {
  expect(commonPrefix(key, prefix, delimiter)).toBe(folder);
});

test('a token gives its key back, in characters that a URL carries', () => {
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
])('refuses the token %j', (token) => {
  expect(codeOf(() => keyOfToken(token))).toBe('InvalidArgument');
});

test('refuses a token with anything added or cut off', () => {
  const token = pageToken('abc');
  expect(keyOfToken(token)).toBe('abc');
  for (const changed of [`${token} `, `${token}=`, token.slice(0, -2)]) expect(codeOf(() => keyOfToken(changed))).toBe('InvalidArgument');
});
