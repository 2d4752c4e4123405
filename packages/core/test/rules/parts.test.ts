import { expect, test } from 'vitest';
import { checkPartChecksum, partRange, partsOfSize, resolveCopyRange } from '../../src/rules/uploads.js';
import { codeOf } from '../failure.js';

test.each([
  [0, undefined],
  [4, undefined],
  [5, [4, 1]],
  [8, [4, 4]],
  [9, [4, 4, 1]],
])('a body of %i bytes has parts of 4 bytes: %o', (size, sizes) => {
  const expected = sizes?.map((partBytes, index) => ({ partNumber: index + 1, size: partBytes }));
  expect(partsOfSize(size, 4)).toEqual(expected);
});

test('the range of a part follows from the sizes of the parts before it', () => {
  const parts = [
    { partNumber: 1, size: 5 },
    { partNumber: 4, size: 0 },
    { partNumber: 9, size: 3 },
  ];
  expect(partRange(parts, 1, 8)).toEqual({ start: 0, end: 5, size: 8 });
  expect(partRange(parts, 4, 8)).toEqual({ start: 5, end: 5, size: 8 });
  expect(partRange(parts, 9, 8)).toEqual({ start: 5, end: 8, size: 8 });
  expect(codeOf(() => partRange(parts, 2, 8))).toBe('InvalidRange');
});

test('an object that was not uploaded in parts has one part', () => {
  expect(partRange(undefined, 1, 8)).toEqual({ start: 0, end: 8, size: 8 });
  expect(codeOf(() => partRange(undefined, 2, 8))).toBe('InvalidRange');
});

test.each([
  [undefined, 0, 10],
  [{ start: 3 }, 3, 10],
  [{ start: 3, end: 10 }, 3, 10],
  [{ suffix: 4 }, 6, 10],
  [{ suffix: 40 }, 0, 10],
])('the range %o of a source is resolved', (range, start, end) => {
  expect(resolveCopyRange(range, 10)).toEqual({ start, end, size: 10 });
});

test('a range must not begin or end after the source', () => {
  expect(codeOf(() => resolveCopyRange({ start: 10, end: 20 }, 10))).toBe('InvalidRange');
  expect(codeOf(() => resolveCopyRange({ start: 3, end: 11 }, 10))).toBe('InvalidArgument');
});

test('a part needs the checksum of its upload', () => {
  checkPartChecksum(undefined, undefined);
  checkPartChecksum(undefined, { algorithm: 'SHA1' });
  checkPartChecksum({ algorithm: 'SHA1' }, { algorithm: 'SHA1' });
  expect(codeOf(() => checkPartChecksum({ algorithm: 'SHA1' }, undefined))).toBe('InvalidArgument');
  expect(codeOf(() => checkPartChecksum({ algorithm: 'SHA1' }, { algorithm: 'CRC32' }))).toBe('InvalidArgument');
});
