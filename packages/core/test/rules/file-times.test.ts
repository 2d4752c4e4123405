import { expect, test } from 'vitest';
import { formatMtime, parseMtime } from '../../src/rules/file-times.js';

test.for([
  [0n, '0.000000000'],
  [1n, '0.000000001'],
  [1_354_040_105_123_456_789n, '1354040105.123456789'],
  [-1_500_000_000n, '-1.500000000'],
] as const)('formats %s nanoseconds as %s', ([nanoseconds, text]) => {
  expect(formatMtime(nanoseconds)).toBe(text);
});

test.for([
  ['0', 0],
  ['1354040105', 1_354_040_105],
  ['1354040105.5', 1_354_040_105.5],
  ['-1.500000000', -1.5],
  [formatMtime(1_354_040_105_123_456_789n), Number('1354040105.123456789')],
] as const)('parses %s', ([text, seconds]) => {
  expect(parseMtime(text)).toBe(seconds);
});

test.for([undefined, '', '1.', '.5', '1e5', '0x1', ' 1', 'yesterday', '2001-02-03', '1.0000000000', '9'.repeat(13)])(
  'ignores %j',
  (text) => {
    expect(parseMtime(text)).toBeUndefined();
  },
);
