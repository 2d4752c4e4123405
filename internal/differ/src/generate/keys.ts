import fc from 'fast-check';

const long = 'l'.repeat(255);

/** Parts of keys in which something goes wrong easily: order, case, encodings, separators, names that mean something elsewhere. */
const segments = [
  'a',
  'b',
  'A',
  'c',
  'a-',
  'a.',
  'a0',
  '0',
  '007',
  '1.50',
  'false',
  'null',
  'con',
  '.hidden',
  '..a',
  '...',
  '. .',
  'x.tmp',
  'é',
  'e\u0301',
  'ß',
  '中',
  '🌍',
  '🂡',
  '\ue000',
  '\uffff',
  '\ufeff',
  '\u2028',
  '\xA0',
  '\u0085',
  ' ',
  'a b',
  ' a',
  'a ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\u0001',
  '\u001f',
  '\u007f',
  '\ufffe',
  '%',
  '%2F',
  '%41',
  '+',
  '&amp;',
  '<>"\'',
  '?',
  '#',
  '*',
  '|',
  ':',
  '\\',
  'x\\y',
  '~',
  '@',
  '=',
  ',',
  ';',
  '$',
  '{}',
  '[]',
  '`',
  '^',
  '!',
  '(',
  ')',
  'x.attrs',
  'x.json',
  '.tmp-1',
  '__XLDIR__x',
  '.anybucket',
  '.minio.sys',
  'constructor',
  '__proto__',
  'Z',
  'ÿ',
  long,
  'é'.repeat(127),
] as const;

/** Keys that no backend takes, and what is no key at all. */
const badKeys = [
  '',
  '/',
  '//',
  '/a',
  'a//b',
  'a//',
  '.',
  '..',
  './a',
  'a/..',
  'a/./b',
  ' . ',
  'a/\t..\n/b',
  '../differ-two/a',
  'a\\..\\b',
  '..\\a',
  'a\0b',
  '\ud800',
  'a\udc00',
  'a__XLDIR__',
  'a__XLDIR__/b',
  'x'.repeat(1025),
  'y'.repeat(256),
  'é'.repeat(128),
  `${'z'.repeat(248)}/`,
  undefined,
  null,
  42,
  true,
  {},
  ['a'],
] as const;

/** Keys just inside of the limits. */
const edgeKeys = [`${'z'.repeat(246)}/`, [long, long, long, 'm'.repeat(254), 'ab'].join('/').slice(0, 1024), `${long}/`.slice(9)];

const segment = fc.constantFrom(...segments);
const key = fc.oneof(
  { weight: 30, arbitrary: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')) },
  { weight: 1, arbitrary: fc.constantFrom(...edgeKeys) },
);

/** The keys of one program: few, so that calls meet; with prefixes in common, so that listings have something to fold. */
export const keyPool: fc.Arbitrary<readonly string[]> = fc
  .tuple(key, key, key, segment, segment)
  .map(([one, two, three, tail, other]) => [
    one,
    two,
    `${one}/`,
    `${one}/${tail}`,
    `${one}/${tail}/${other}`,
    `${one}${tail}`,
    `${two}/${other}`,
    three,
  ])
  .map((keys) => Array.from(new Set(['a', ...keys.filter(isGood)])));

/** A key of the program, seldom a bad one. */
export function someKey(pool: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: fc.constantFrom(...pool) }, { weight: 1, arbitrary: fc.constantFrom(...badKeys) });
}

/** What `prefix` and `startAfter` may be: a part of a key, one that is longer, or what is no key. */
export function somePrefix(pool: readonly string[]): fc.Arbitrary<string> {
  const part = fc.tuple(fc.constantFrom(...pool), fc.nat(12), fc.constantFrom('', '/', 'a', '\0', '/..', '//', '\u{10ffff}'));
  return fc.oneof(
    { weight: 8, arbitrary: part.map(([whole, length, tail]) => Array.from(whole).slice(0, length).join('') + tail) },
    { weight: 4, arbitrary: fc.constantFrom(...pool) },
    { weight: 1, arbitrary: fc.constantFrom('', '.', '..', '../', '/', '//', 'a/..', '\0', '\ud800', 'x'.repeat(1100)) },
  );
}

/** Joining parts may make a key that is none; those are asked for by {@link badKeys} alone. */
function isGood(text: string): boolean {
  if (text.endsWith('//') || Buffer.byteLength(text) > 1024) return false;
  return text.split('/').every((part, index, all) => Buffer.byteLength(part) <= (all[index + 1] === '' ? 247 : 255));
}
