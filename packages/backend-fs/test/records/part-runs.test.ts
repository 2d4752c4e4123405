import { maxParts, minPartSize } from '@anybucket/core/backend';
import { expect, test } from 'vitest';
import { decodeChecksum, encodeChecksum } from '../../src/records/checksum-text.js';
import { fromPartRuns, isPartRuns, toPartRuns } from '../../src/records/part-runs.js';
import { decodeLine, encodeLine } from '../../src/records/record-line.js';

const size = minPartSize;
const etag = 'd41d8cd98f00b204e9800998ecf8427e';

test('stores parts of one size as one run', () => {
  const parts = [1, 2, 3].map((partNumber) => ({ partNumber, size }));
  expect(toPartRuns(parts)).toEqual([1, size, 3]);
  expect(fromPartRuns([1, size, 3])).toEqual(parts);
});

test('keeps gaps, different sizes and an empty last part', () => {
  const parts = [
    { partNumber: 1, size },
    { partNumber: 3, size },
    { partNumber: 4, size: size + 1 },
    { partNumber: maxParts, size: 0 },
  ];
  const runs = toPartRuns(parts);
  expect(fromPartRuns(runs)).toEqual(parts);
  expect(isPartRuns(runs, 3 * size + 1, 4)).toBe(true);
});

test.each<[string, unknown]>([
  ['no array', 'x'],
  ['an incomplete run', [1, size]],
  ['a fraction', [1, size + 0.5, 2]],
  ['a text', [1, size, '2']],
  ['part 0', [0, size, 2]],
  ['a part number above 10000', [10_000, size, 2]],
  ['no parts in a run', [1, size, 2, 5, size, 0]],
  ['a count without bound', [1, size, 1e15]],
  ['descending numbers', [2, size, 1, 1, size, 1]],
  ['equal numbers', [1, size, 1, 1, size, 1]],
  ['a negative size', [1, 3 * size, 1, 2, -size, 1]],
  ['a part that is too large', [1, 2 ** 40, 2]],
  ['a part before the last that is too small', [1, 5, 1, 2, 2 * size - 5, 1]],
  ['another total', [1, size, 1, 2, size + 1, 1]],
  ['another number of parts', [1, size, 1, 2, size / 2, 1, 3, size / 2, 1]],
])('rejects %s', (_name, value) => {
  expect(isPartRuns(value, 2 * size, 2)).toBe(false);
});

test('a line keeps parts and checksum', () => {
  const line = {
    body: `1763848099123456-${2 * size}`,
    etag: `${etag}-2`,
    modified: 1_763_848_099,
    parts: [1, size, 2],
    checksum: { algorithm: 'CRC32', value: 'DUoRhQ==-2', type: 'composite' },
    attributes: { contentType: 'x/y', metadata: {} },
    tags: {},
  } as const;
  expect(decodeLine(encodeLine(line).trim())).toEqual({ ...line, partSize: undefined, version: undefined, seq: undefined });
});

test.each([
  ['both parts and a part size', `"partSize":${size},"parts":[1,${size},2]`],
  ['parts of another size', `"parts":[1,${size},1]`],
  ['an invalid checksum', `"parts":[1,${size},2],"checksum":"CRC32 x"`],
  ['a checksum that is no text', `"parts":[1,${size},2],"checksum":1`],
])('a line with %s is damaged', (_name, fields) => {
  const text = `{"body":"1763848099123456-${2 * size}","etag":"${etag}-2","modified":1,${fields},"type":"x/y"}`;
  expect(decodeLine(text)).toBeUndefined();
});

test.each([
  { algorithm: 'CRC32', value: 'DUoRhQ==', type: 'full-object' },
  { algorithm: 'CRC64NVME', value: 'jSnVw/bqjr4=', type: 'full-object' },
  { algorithm: 'SHA1', value: 'Kq5sNclPz7QV2+lfQIuc6R7oRu0=-10000', type: 'composite' },
] as const)('keeps the checksum $value', (checksum) => {
  expect(decodeChecksum(encodeChecksum(checksum))).toEqual(checksum);
});

test.each([
  '',
  'CRC32',
  'MD5 DUoRhQ==',
  'CRC32 DUoRhQ',
  'CRC32 DUoRhQ==-0',
  'CRC32 DUoRhQ==-10001',
  'CRC32 jSnVw/bqjr4=',
  'CRC32 DUoRhQ== ',
])('rejects the checksum %j', (text) => {
  expect(() => decodeChecksum(text)).toThrow(/./);
});
