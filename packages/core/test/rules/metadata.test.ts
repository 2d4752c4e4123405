import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMetadataValue, encodeMetadataValue, maxMetadataBytes, normaliseMetadata } from '../../src/rules/metadata.js';
import { codeOf } from '../failure.js';

const text = fc.string({ unit: 'binary', maxLength: 20 });

test.for([
  [undefined, {}],
  [{}, {}],
  [{ a: 'b' }, { a: 'b' }],
  [{ Name: 'Value' }, { name: 'Value' }],
  [{ 'a-b_c.0': 'x' }, { 'a-b_c.0': 'x' }],
  [{ a: '' }, { a: '' }],
  [{ a: ' \t x  y\t ' }, { a: 'x  y' }],
  [{ a: ' \t ' }, { a: '' }],
  [{ a: ' é ' }, { a: 'é' }],
  [{ a: '\nx\n' }, { a: '\nx\n' }],
  [{ a: '\u00A0x\u00A0' }, { a: '\u00A0x\u00A0' }],
  [{ a: '=?x' }, { a: '=?x' }],
  [
    { constructor: 'x', tostring: 'y' },
    { constructor: 'x', tostring: 'y' },
  ],
  [JSON.parse('{ "__proto__": "x" }') as Record<string, string>, JSON.parse('{ "__proto__": "x" }') as Record<string, string>],
  [Object.assign(Object.create(null) as object, { a: 'b' }), { a: 'b' }],
])('stores %o as %o', ([given, stored]) => {
  expect(normaliseMetadata(given as Record<string, string>)).toStrictEqual(stored);
});

test.for([
  [{ 'Content-Type': 'x' }, 'has an option of its own, `contentType`'],
  [{ 'content-md5': 'x' }, '`contentMD5`'],
  [{ Expires: 'x' }, '`expires`'],
  [{ ETag: 'x' }, 'is set automatically'],
  [{ 'Last-Modified': 'x' }, 'is set automatically'],
  [{ 'X-Amz-Meta-A': 'x' }, 'must not begin with `x-amz-meta-`'],
] as const)('rejects %o with a hint', ([metadata, hint]) => {
  expect(() => normaliseMetadata(metadata)).toThrow(hint);
  expect(codeOf(() => normaliseMetadata(metadata))).toBe('InvalidArgument');
  expect(Object.values(normaliseMetadata(undefined, metadata))).toEqual(['x']);
});

test('uses inherited metadata only if there is none', () => {
  expect(normaliseMetadata(undefined, { A: 'b' })).toEqual({ a: 'b' });
  expect(normaliseMetadata({}, { A: 'b' })).toEqual({});
  expect(normaliseMetadata({ c: 'd' }, { A: 'b' })).toEqual({ c: 'd' });
});

test('sorts the names', () => {
  expect(Object.keys(normaliseMetadata({ b: '', A: '', c: '', 'a-': '', 'a.': '' }))).toEqual(['a', 'a-', 'a.', 'b', 'c']);
});

test('returns a copy', () => {
  const given = { a: 'b' };
  const stored = normaliseMetadata(given);
  given.a = 'c';
  expect(stored).toEqual({ a: 'b' });
});

test.for([
  null,
  'a=b',
  1,
  [],
  ['a'],
  new Map([['a', 'b']]),
  { a: 1 },
  { a: null },
  { a: undefined },
  { a: ['b'] },
  { '': 'x' },
  { 'a b': 'x' },
  { é: 'x' },
  { 'a!': 'x' },
  { 'a\n': 'x' },
  { a: 'x', A: 'y' },
  { Proto: 'x', proto: 'x' },
  { a: '\uD800' },
  { a: 'x\uDC00' },
])('rejects %o', (metadata) => {
  expect(codeOf(() => normaliseMetadata(metadata as Record<string, string>))).toBe('InvalidArgument');
});

test.for([
  [{ a: 'x'.repeat(2036) }, { a: 'x'.repeat(2037) }],
  [{ abc: 'x'.repeat(2034) }, { abc: 'x'.repeat(2035) }],
  [
    { a: 'x'.repeat(1000), b: 'y'.repeat(1024) },
    { a: 'x'.repeat(1000), b: 'y'.repeat(1025) },
  ],
  [{ a: ` ${'x'.repeat(2036)}  ` }, { a: ` ${'x'.repeat(2037)} ` }],
  // An encoded word takes 12 characters, plus 4 per 3 bytes.
  [{ a: 'é'.repeat(759) }, { a: 'é'.repeat(760) }],
])('the size limit includes the header prefix of names and encoded values (row %$)', ([fits, exceeds]) => {
  expect(codeOf(() => normaliseMetadata(fits))).toBeUndefined();
  expect(codeOf(() => normaliseMetadata(exceeds))).toBe('MetadataTooLarge');
});

test('the size limit is that of MinIO', () => {
  expect(maxMetadataBytes).toBe(2048);
});

test('trims many blanks in linear time', { timeout: 10_000 }, () => {
  expect(codeOf(() => normaliseMetadata({ a: `a${' '.repeat(200_000)}b` }))).toBe('MetadataTooLarge');
});

test.for([
  ['', ''],
  [' ~', ' ~'],
  ['plain', 'plain'],
  ['a=b?c', 'a=b?c'],
  ['é', '=?UTF-8?B?w6k=?='],
  ['a\tb', '=?UTF-8?B?YQli?='],
  ['\u007F', '=?UTF-8?B?fw==?='],
  ['\u001F', '=?UTF-8?B?Hw==?='],
  ['=?', '=?UTF-8?B?PT8=?='],
  ['=?UTF-8?B?w6k=?=', '=?UTF-8?B?PT9VVEYtOD9CP3c2az0/PQ==?='],
])('encodes %j as %s', ([value, header]) => {
  expect(encodeMetadataValue(value as string)).toBe(header);
  expect(decodeMetadataValue(header as string)).toBe(value);
});

test.for(['=?UTF-8?Q?=C3=A9?=', '=?utf-8?B?w6k=?=', ' =?UTF-8?B?w6k=?=', '=?UTF-8?B?w6k=?= x', '=?UTF-8?B?*?=', 'a =?x'])(
  'does not decode %s',
  (header) => {
    expect(decodeMetadataValue(header)).toBe(header);
  },
);

test('encodes every value as printable ASCII, and decodes it', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ maxLength: 20 }), fc.constantFrom('=?UTF-8?B??=', '=?=?')), (value) => {
      const header = encodeMetadataValue(value);
      return decodeMetadataValue(header) === value && /^[ -~]*$/.test(header);
    }),
    { numRuns: 1000 },
  );
});

test('quotes at most 100 characters of a metadata name', () => {
  const error = expect.objectContaining({ message: expect.stringContaining(`"${'é'.repeat(100)}"... (3000 characters)`) as string });
  expect(() => normaliseMetadata({ ['é'.repeat(3000)]: 'x' })).toThrow(error);
});
