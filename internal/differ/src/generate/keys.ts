import fc from 'fast-check';

const long = 'l'.repeat(255);

/** Key segments that are easily mishandled: sort order, case, encodings, separators, names reserved elsewhere. */
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

/** Keys that every backend rejects, and values of other types. */
const invalidKeys = [
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

/** Valid keys of the maximum length. */
const longestKeys = [`${'z'.repeat(246)}/`, [long, long, long, 'm'.repeat(254), 'ab'].join('/').slice(0, 1024), `${long}/`.slice(9)];

const segment = fc.constantFrom(...segments);
const key = fc.oneof(
  { weight: 30, arbitrary: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')) },
  { weight: 1, arbitrary: fc.constantFrom(...longestKeys) },
);

/** The keys of one program: few, so that calls meet on the same keys, and with common prefixes, so that listings have prefixes to group. */
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
  .map((keys) => Array.from(new Set(['a', ...keys.filter(isShortEnough)])));

/** Returns a key of a pool, rarely an invalid key. */
export function keyFrom(pool: readonly string[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: fc.constantFrom(...pool) }, { weight: 1, arbitrary: fc.constantFrom(...invalidKeys) });
}

/** Returns values for `prefix` and `startAfter`: part of a key, a key with a suffix, a whole key, or an invalid key. */
export function prefixFrom(pool: readonly string[]): fc.Arbitrary<string> {
  const part = fc.tuple(fc.constantFrom(...pool), fc.nat(12), fc.constantFrom('', '/', 'a', '\0', '/..', '//', '\u{10ffff}'));
  return fc.oneof(
    { weight: 8, arbitrary: part.map(([whole, length, tail]) => Array.from(whole).slice(0, length).join('') + tail) },
    { weight: 4, arbitrary: fc.constantFrom(...pool) },
    { weight: 1, arbitrary: fc.constantFrom('', '.', '..', '../', '/', '//', 'a/..', '\0', '\ud800', 'x'.repeat(1100)) },
  );
}

/** Excludes joined keys that exceed a limit: invalid keys come from {@link invalidKeys} only. */
function isShortEnough(text: string): boolean {
  if (text.endsWith('//') || Buffer.byteLength(text) > 1024) return false;
  return text.split('/').every((part, index, all) => Buffer.byteLength(part) <= (all[index + 1] === '' ? 247 : 255));
}
