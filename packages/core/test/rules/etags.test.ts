import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as etags from '../../src/rules/etags.js';

const { EtagHasher, etagOf, isMultipartEtag, multipartEtag, partSizeFor, unquoteEtag } = etags;
const MiB = 2 ** 20;
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();

/** The rule as S3 documents it. */
function naiveEtag(body: Buffer, partSize: number): string {
  if (body.length <= partSize) return md5(body).toString('hex');
  const parts: Buffer[] = [];
  for (let start = 0; start < body.length; start += partSize) parts.push(md5(body.subarray(start, start + partSize)));
  return `${md5(Buffer.concat(parts)).toString('hex')}-${parts.length}`;
}

test('the sizes are those of S3', () => {
  const { defaultPartSize, minPartSize, maxPartSize, maxParts, maxObjectSize } = etags;
  expect([defaultPartSize, minPartSize, maxPartSize, maxParts, maxObjectSize]).toEqual([
    16 * MiB,
    5 * MiB,
    5120 * MiB,
    10_000,
    5 * MiB * MiB,
  ]);
});

test.for([
  ['abc', 'abc'],
  ['"abc"', 'abc'],
  [' "abc" ', 'abc'],
  [' abc ', 'abc'],
  ['"abc', 'abc'],
  ['abc"', 'abc'],
  ['""abc""', '"abc"'],
  ['a"b', 'a"b'],
  ['W/"abc"', 'W/"abc'],
  ['*', '*'],
  [' * ', '*'],
  ['"*"', '"*"'],
  ['"*', '"*'],
  ['""', ''],
  ['"', ''],
  [' ', ''],
  ['', ''],
])('%j is the ETag %j', ([given, bare]) => {
  expect(unquoteEtag(given as string)).toBe(bare);
});

test.for([
  [undefined, 16 * MiB, 16 * MiB],
  [0, 16 * MiB, 16 * MiB],
  [10_000 * 16 * MiB, 16 * MiB, 16 * MiB],
  [10_000 * 16 * MiB + 1, 16 * MiB, 17 * MiB],
  [10_000 * 17 * MiB, 16 * MiB, 17 * MiB],
  [10_000 * 17 * MiB + 1, 16 * MiB, 18 * MiB],
  [10_000 * 5 * MiB, 5 * MiB, 5 * MiB],
  [10_000 * (5 * MiB + 1), 5 * MiB + 1, 5 * MiB + 1],
  [etags.maxObjectSize, 5 * MiB, 525 * MiB],
  [etags.maxObjectSize, 5120 * MiB, 5120 * MiB],
])('%s bytes in parts of %i go in parts of %i', ([size, asked, expected]) => {
  expect(partSizeFor(size, asked as number)).toBe(expected);
});

test('a part size always fits its object into 10,000 parts', () => {
  fc.assert(
    fc.property(fc.nat(etags.maxObjectSize), fc.integer({ min: etags.minPartSize, max: etags.maxPartSize }), (size, asked) => {
      const partSize = partSizeFor(size, asked);
      return partSize >= asked && partSize <= etags.maxPartSize && Math.ceil(size / partSize) <= etags.maxParts;
    }),
  );
});

test.for([
  ['d41d8cd98f00b204e9800998ecf8427e', false],
  ['d41d8cd98f00b204e9800998ecf8427e-1', true],
  ['d41d8cd98f00b204e9800998ecf8427e-12', true],
  ['a-1b', false],
  ['a-', false],
  ['', false],
] as const)('whether %s is of several parts: %s', ([etag, answer]) => {
  expect(isMultipartEtag(etag)).toBe(answer);
});

test.for([
  ['', 5, 'd41d8cd98f00b204e9800998ecf8427e'],
  ['hello', 5, '5d41402abc4b2a76b9719d911017c592'],
  ['hello', 4, 'e384b52afde180811bdd3db13b925fa1-2'],
  ['hello', Infinity, '5d41402abc4b2a76b9719d911017c592'],
] as const)('the ETag of %j in parts of %s is %s', ([body, partSize, etag]) => {
  expect(naiveEtag(Buffer.from(body), partSize)).toBe(etag);
  expect(etagOf(Buffer.from(body), partSize)).toBe(etag);
});

test('parts alone give the ETag of the whole', () => {
  expect(multipartEtag([md5(Buffer.from('hell')), md5(Buffer.from('o'))])).toBe(etagOf(Buffer.from('hello'), 4));
});

test('chunks of any size give the ETag of the whole', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 8 });
  fc.assert(
    fc.property(chunks, fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(Infinity)), (some, partSize) => {
      const hasher = new EtagHasher(partSize);
      for (const chunk of some) hasher.update(chunk);
      const body = Buffer.concat(some);
      const expected = naiveEtag(body, partSize);
      expect([hasher.etag(), etagOf(body, partSize)]).toEqual([expected, expected]);
    }),
    { numRuns: 1000 },
  );
});
