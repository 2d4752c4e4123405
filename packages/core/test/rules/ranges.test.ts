import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkRange, parseRange, resolveRange } from '../../src/rules/ranges.js';
import { codeOf } from '../failure.js';

const maxInteger = Number.MAX_SAFE_INTEGER;

test.for([
  [{ start: 0 }, { start: 0 }],
  [
    { start: 0, end: 1 },
    { start: 0, end: 1 },
  ],
  [{ start: 5, end: undefined }, { start: 5 }],
  [{ start: 5, suffix: undefined }, { start: 5 }],
  [
    { start: 0, end: maxInteger },
    { start: 0, end: maxInteger },
  ],
  [{ suffix: 1 }, { suffix: 1 }],
  [{ start: undefined, end: undefined, suffix: maxInteger }, { suffix: maxInteger }],
])('normalises %o to %o', ([range, expected]) => {
  // Strict, because backends distinguish the forms with `in`.
  expect(checkRange(range)).toStrictEqual(expected);
});

test('returns a copy', () => {
  const range = { suffix: 1 };
  expect(checkRange(range)).not.toBe(range);
});

test.for([
  [{}, 'InvalidArgument'],
  [{ end: 5 }, 'InvalidArgument'],
  [{ start: undefined, end: 5 }, 'InvalidArgument'],
  [{ suffix: undefined }, 'InvalidArgument'],
  [{ start: 0, suffix: 1 }, 'InvalidArgument'],
  [{ end: 2, suffix: 1 }, 'InvalidArgument'],
  [{ start: 0, length: 1 }, 'InvalidArgument'],
  [{ start: -1 }, 'InvalidArgument'],
  [{ start: 0, end: -1 }, 'InvalidArgument'],
  [{ suffix: -1 }, 'InvalidArgument'],
  [{ start: 0.5 }, 'InvalidArgument'],
  [{ start: 0, end: 1.5 }, 'InvalidArgument'],
  [{ suffix: 1.5 }, 'InvalidArgument'],
  [{ start: '0' }, 'InvalidArgument'],
  [{ start: null }, 'InvalidArgument'],
  [{ start: Number.NaN }, 'InvalidArgument'],
  [{ start: 0, end: Infinity }, 'InvalidArgument'],
  [{ suffix: maxInteger + 1 }, 'InvalidArgument'],
  [undefined, 'InvalidArgument'],
  [null, 'InvalidArgument'],
  [5, 'InvalidArgument'],
  ['bytes=0-1', 'InvalidArgument'],
  [[0, 1], 'InvalidArgument'],
  [{ start: 3, end: 3 }, 'InvalidRange'],
  [{ start: 3, end: 2 }, 'InvalidRange'],
  [{ start: 0, end: 0 }, 'InvalidRange'],
  [{ suffix: 0 }, 'InvalidRange'],
] as const)('rejects %o with %s', ([range, code]) => {
  expect(codeOf(() => checkRange(range))).toBe(code);
});

test.for([
  [{ start: 0 }, 5, [0, 5]],
  [{ start: 4 }, 5, [4, 5]],
  [{ start: 0, end: 99 }, 5, [0, 5]],
  [{ start: 1, end: 3 }, 5, [1, 3]],
  [{ start: 4, end: 5 }, 5, [4, 5]],
  [{ suffix: 2 }, 5, [3, 5]],
  [{ suffix: 5 }, 5, [0, 5]],
  [{ suffix: 99 }, 5, [0, 5]],
  [{ suffix: 1 }, 0, [0, 0]],
] as const)('resolves %o of %i bytes to %o', ([range, size, [start, end]]) => {
  expect(resolveRange(range, size)).toStrictEqual({ start, end, size });
});

test.for([
  [{ start: 5 }, 5],
  [{ start: 6, end: 7 }, 5],
  [{ start: 0 }, 0],
  [{ start: 0, end: 1 }, 0],
] as const)('rejects %o for %i bytes', ([range, size]) => {
  expect(codeOf(() => resolveRange(range, size))).toBe('InvalidRange');
});

test('resolves ranges like Array.slice', () => {
  const count = fc.nat(12);
  const range = fc.oneof(fc.record({ start: count, end: fc.option(count, { nil: undefined }) }), fc.record({ suffix: count }));
  fc.assert(
    fc.property(range, count, (request, size) => {
      const body = Array.from({ length: size }, (_, index) => index);
      const expected = 'suffix' in request ? body.slice(-request.suffix || size) : body.slice(request.start, request.end);
      // An empty range is rejected, except for a suffix of an empty object.
      const isRejected = expected.length === 0 && !('suffix' in request && request.suffix > 0);
      let actual: number[] | undefined;
      const code = codeOf(() => {
        const { start, end } = resolveRange(checkRange(request), size);
        actual = body.slice(start, end);
      });
      expect([code, actual]).toEqual(isRejected ? ['InvalidRange', undefined] : [undefined, expected]);
    }),
    { numRuns: 1000 },
  );
});

test.for([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=0-499', { start: 0, end: 500 }],
  ['bytes=500-', { start: 500 }],
  ['bytes=-500', { suffix: 500 }],
  ['BYTES=1-2', { start: 1, end: 3 }],
  [' bytes= 1-2\t', { start: 1, end: 3 }],
  ['bytes=01-02', { start: 1, end: 3 }],
  [`bytes=0-${maxInteger}`, { start: 0, end: maxInteger }],
  ['bytes=1-99999999999999999999', { start: 1, end: maxInteger }],
  ['bytes=99999999999999999999-', { start: maxInteger }],
  ['bytes=-99999999999999999999', { suffix: maxInteger }],
] as const)('parses the header %j', ([header, range]) => {
  expect(parseRange(header)).toStrictEqual(range);
});

test.for([
  ['', 'InvalidArgument'],
  ['bytes', 'InvalidArgument'],
  ['bytes=', 'InvalidArgument'],
  ['bytes=-', 'InvalidArgument'],
  ['0-1', 'InvalidArgument'],
  ['items=0-1', 'InvalidArgument'],
  ['bytes=a-1', 'InvalidArgument'],
  ['bytes=1.5-2', 'InvalidArgument'],
  ['bytes=+1-2', 'InvalidArgument'],
  ['bytes=--1', 'InvalidArgument'],
  ['bytes=1 - 2', 'InvalidArgument'],
  ['bytes=0-1,3-4', 'InvalidArgument'],
  ['bytes=0-1,', 'InvalidArgument'],
  ['bytes=5-2', 'InvalidRange'],
  ['bytes=-0', 'InvalidRange'],
  ['bytes=99999999999999999999-99999999999999999999', 'InvalidRange'],
] as const)('rejects the header %j with %s', ([header, code]) => {
  expect(codeOf(() => parseRange(header))).toBe(code);
});
