import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyAfterPrefix, compareKeys } from '../../src/rules/key-order.js';

// Short strings of few characters share prefixes. The characters are at the boundaries of the encodings.
const boundaryCharacters = [
  'a',
  'b',
  '/',
  '\u007F',
  '\u0080',
  '\u07FF',
  '\u0800',
  '\uD7FF',
  '\uE000',
  '\uFFFF',
  '\u{10000}',
  '\u{10001}',
  '\u{10FFFE}',
  '\u{10FFFF}',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...boundaryCharacters), { maxLength: 4 }).map((characters) => characters.join('')),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('compares by UTF-8 bytes', () => {
  fc.assert(
    fc.property(text, text, (a, b) => Math.sign(compareKeys(a, b)) === compareBytes(a, b)),
    { numRuns: 2000 },
  );
});

test.for([
  ['', 'a', -1],
  ['a', 'a', 0],
  ['a', 'aa', -1],
  ['a-', 'a/', -1],
  ['a/', 'a0', -1],
  ['Z', 'a', -1],
  ['\uFFFF', '\u{10000}', -1],
  ['\uD7FF', '\u{10000}', -1],
  ['\uD7FF', '\uE000', -1],
  ['\uE000', '\u{10FFFF}', -1],
  ['\u{1F30D}', '\u{1F30E}', -1],
] as const)('compareKeys(%j, %j) is %i', ([a, b, sign]) => {
  expect(Math.sign(compareKeys(a, b))).toBe(sign);
  expect(Math.sign(compareKeys(b, a))).toBe(-sign || 0);
});

test.for([
  ['a', 'b'],
  ['a/', 'a0'],
  ['a\u007F', 'a\u0080'],
  ['\uD7FF', '\uE000'],
  ['\uFFFF', '\u{10000}'],
  ['\u{10FFFE}', '\u{10FFFF}'],
  ['a\u{10FFFF}', 'b'],
  ['a\u{10FFFF}\u{10FFFF}', 'b'],
  ['', undefined],
  ['\u{10FFFF}', undefined],
  ['\u{10FFFF}\u{10FFFF}', undefined],
])('the key after the prefix %j is %j', ([prefix, expected]) => {
  expect(keyAfterPrefix(prefix as string)).toBe(expected);
});

test('no string sorts between the strings with a prefix and keyAfterPrefix', () => {
  fc.assert(
    fc.property(text, text, (prefix, other) => {
      const next = keyAfterPrefix(prefix);
      const isAfter = compareBytes(other, prefix) >= 0 && !other.startsWith(prefix);
      return isAfter === (next !== undefined && compareBytes(other, next) >= 0);
    }),
    { numRuns: 2000 },
  );
});

test('accepts a prefix of any length', () => {
  expect(keyAfterPrefix('a'.repeat(300_000))).toBe(`${'a'.repeat(299_999)}b`);
});
