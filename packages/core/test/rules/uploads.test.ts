import { expect, test } from 'vitest';
import { selectParts } from '../../src/rules/uploads.js';
import { codeOf } from '../failure.js';

const mib = 2 ** 20;
const stored = new Map([
  [1, { etag: 'a', size: 5 * mib }],
  [2, { etag: 'b', size: 5 * mib - 1 }],
  [7, { etag: 'c', size: 0 }],
]);

test('selects the parts in their order', () => {
  const parts = selectParts(stored, [
    { partNumber: 1, etag: 'a' },
    { partNumber: 7, etag: 'c' },
  ]);
  expect(parts).toEqual([stored.get(1), stored.get(7)]);
});

test('the last part may be small or empty', () => {
  expect(codeOf(() => selectParts(stored, [{ partNumber: 2, etag: 'b' }]))).toBeUndefined();
  expect(codeOf(() => selectParts(stored, [{ partNumber: 7, etag: 'c' }]))).toBeUndefined();
});

test.each([
  ['a missing part', [{ partNumber: 3, etag: 'a' }], 'InvalidPart'],
  ['another ETag', [{ partNumber: 1, etag: 'b' }], 'InvalidPart'],
  ['an ETag in upper case', [{ partNumber: 1, etag: 'A' }], 'InvalidPart'],
  [
    'a small part before the last',
    [
      { partNumber: 2, etag: 'b' },
      { partNumber: 7, etag: 'c' },
    ],
    'EntityTooSmall',
  ],
  [
    'a small part before a missing one',
    [
      { partNumber: 2, etag: 'b' },
      { partNumber: 9, etag: 'c' },
    ],
    'InvalidPart',
  ],
])('rejects %s', (_, requested, code) => {
  expect(codeOf(() => selectParts(stored, requested))).toBe(code);
});
