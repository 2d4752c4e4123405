import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as etags from '../../src/rules/etags.js';

const { EtagHasher, etagOf, isMultipartEtag, multipartEtag, partSizeFor, unquoteEtag } = etags;
const MiB = 2 ** 20;
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest();

/** Reference implementation of the S3 ETag. */
function naiveEtag(body: Buffer, partSize: number): string {
  if (body.length <= partSize) return md5(body).toString('hex');
  const parts: Buffer[] = [];
  for (let start = 0; start < body.length; start += partSize) parts.push(md5(body.subarray(start, start + partSize)));
  return `${md5(Buffer.concat(parts)).toString('hex')}-${parts.length}`;
}

test('the size limits are those of S3', () => {
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
])('unquotes %j to %j', ([given, unquoted]) => {
  expect(unquoteEtag(given as string)).toBe(unquoted);
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
])('the part size of %s bytes with partSize %i is %i', ([size, partSize, expected]) => {
  expect(partSizeFor(size, partSize as number)).toBe(expected);
});

test('the part size always fits the object into 10,000 parts', () => {
  fc.assert(
    fc.property(fc.nat(etags.maxObjectSize), fc.integer({ min: etags.minPartSize, max: etags.maxPartSize }), (size, requested) => {
      const partSize = partSizeFor(size, requested);
      return partSize >= requested && partSize <= etags.maxPartSize && Math.ceil(size / partSize) <= etags.maxParts;
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
] as const)('isMultipartEtag(%j) is %s', ([etag, expected]) => {
  expect(isMultipartEtag(etag)).toBe(expected);
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

test('computes the ETag from the MD5s of the parts', () => {
  expect(multipartEtag([md5(Buffer.from('hell')), md5(Buffer.from('o'))])).toBe(etagOf(Buffer.from('hello'), 4));
});

test('chunks of any size have the ETag of the whole body', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 8 });
  fc.assert(
    fc.property(chunks, fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(Infinity)), (someChunks, partSize) => {
      const hasher = new EtagHasher(partSize);
      for (const chunk of someChunks) hasher.update(chunk);
      const body = Buffer.concat(someChunks);
      const expected = naiveEtag(body, partSize);
      expect([hasher.etag(), etagOf(body, partSize)]).toEqual([expected, expected]);
    }),
    { numRuns: 1000 },
  );
});
