import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyAfterPrefix, compareKeys } from '../../src/rules/key-order.js';

// Short strings of few characters, so that they share beginnings; those at the edges of the encodings.
const edges = [
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
  fc.array(fc.constantFrom(...edges), { maxLength: 4 }).map((some) => some.join('')),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('compares like the bytes of UTF-8', () => {
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
] as const)('%j against %j is %i', ([a, b, sign]) => {
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
])('behind %j comes %j', ([prefix, behind]) => {
  expect(keyAfterPrefix(prefix as string)).toBe(behind);
});

test('nothing lies between the strings with a prefix and what is behind them', () => {
  fc.assert(
    fc.property(text, text, (prefix, other) => {
      const behind = keyAfterPrefix(prefix);
      const isBehind = compareBytes(other, prefix) >= 0 && !other.startsWith(prefix);
      return isBehind === (behind !== undefined && compareBytes(other, behind) >= 0);
    }),
    { numRuns: 2000 },
  );
});

test('a prefix may be of any length', () => {
  expect(keyAfterPrefix('a'.repeat(300_000))).toBe(`${'a'.repeat(299_999)}b`);
});
