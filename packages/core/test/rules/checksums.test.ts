import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChecksumAlgorithm } from '../../src/api/object-info.js';
import { checksumOf, createChecksumHasher } from '../../src/body/checksum-hasher.js';
import {
  checkChecksum,
  checkUploadChecksum,
  checksumBytes,
  combineChecksums,
  compositeChecksum,
  joinChecksums,
  toChecksum,
} from '../../src/rules/checksums.js';
import { codeOf } from '../failure.js';

const algorithms = Object.keys(checksumBytes) as ChecksumAlgorithm[];
const crcs = ['CRC32', 'CRC32C', 'CRC64NVME'] as const;

/** Checksums as computed by a server, of `hello world`, `123456789` and the empty body. */
const known = {
  CRC32: ['DUoRhQ==', 'y/Q5Jg==', 'AAAAAA=='],
  CRC32C: ['yZRlqg==', '4waSgw==', 'AAAAAA=='],
  CRC64NVME: ['jSnVw/bqjr4=', 'rosUhgp5mIg=', 'AAAAAAAAAAA='],
  SHA1: ['Kq5sNclPz7QV2+lfQIuc6R7oRu0=', '98O8HYCOBHMq32eZZczDTKeuNEE=', '2jmj7l5rSw0yVb/vlWAYkK/YBwk='],
  SHA256: [
    'uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=',
    'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
    '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  ],
} as const satisfies Record<ChecksumAlgorithm, readonly string[]>;

describe.each(algorithms)('%s', (algorithm) => {
  test('of known bodies', async () => {
    const values = await Promise.all(['hello world', '123456789', ''].map((body) => checksumOf(algorithm, Buffer.from(body))));
    expect(values).toEqual(known[algorithm]);
  });

  test('of chunks is that of the whole body', async () => {
    const body = Buffer.alloc(300_000, 'some text that is repeated');
    const hasher = await createChecksumHasher(algorithm);
    for (let start = 0; start < body.length; start += 70_001) hasher.update(body.subarray(start, start + 70_001));
    expect(hasher.digest()).toBe(await checksumOf(algorithm, body));
  });

  test('hashers do not share their state', async () => {
    const [one, two] = [await createChecksumHasher(algorithm), await createChecksumHasher(algorithm)];
    one.update(Buffer.from('hello '));
    two.update(Buffer.from('123456789'));
    one.update(Buffer.from('world'));
    expect([one.digest(), two.digest()]).toEqual(known[algorithm].slice(0, 2));
  });

  test('composite is the checksum of the checksums', async () => {
    const parts = [known[algorithm][0], known[algorithm][1]];
    const joined = Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
    expect(compositeChecksum(algorithm, parts)).toBe(`${await checksumOf(algorithm, joined)}-2`);
    expect(compositeChecksum(algorithm, parts.slice(1))).toMatch(/^[A-Za-z0-9+/]+=*-1$/);
  });
});

test.each(crcs)('combines %s without the bodies', async (algorithm) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), async (bodies) => {
      const parts = await Promise.all(bodies.map(async (body) => ({ value: await checksumOf(algorithm, body), size: body.length })));
      expect(combineChecksums(algorithm, parts)).toBe(await checksumOf(algorithm, Buffer.concat(bodies)));
    }),
    { numRuns: 30 },
  );
});

test('joins CRC64NVME to a checksum of the object, and the others to a composite one', async () => {
  const [first, second] = [Buffer.from('hello '), Buffer.from('world')];
  for (const algorithm of algorithms) {
    const parts = await Promise.all([first, second].map(async (body) => ({ value: await checksumOf(algorithm, body), size: body.length })));
    const joined = joinChecksums(algorithm, parts);
    const values = parts.map(({ value }) => value);
    const composite = { algorithm, value: compositeChecksum(algorithm, values), type: 'composite' };
    expect(joined).toEqual(algorithm === 'CRC64NVME' ? { algorithm, value: 'jSnVw/bqjr4=', type: 'full-object' } : composite);
  }
});

test('joins CRC32 and CRC32C to a checksum of the object if it is requested', () => {
  for (const algorithm of ['CRC32', 'CRC32C'] as const) {
    const parts = [{ value: known[algorithm][0], size: 11 }];
    expect(joinChecksums(algorithm, parts, 'full-object')).toEqual({ algorithm, value: known[algorithm][0], type: 'full-object' });
  }
});

test('checkUploadChecksum accepts the types that S3 has for an algorithm', () => {
  expect(checkUploadChecksum({ algorithm: 'SHA1' })).toEqual({ algorithm: 'SHA1' });
  expect(checkUploadChecksum({ algorithm: 'CRC32', type: 'full-object' })).toEqual({ algorithm: 'CRC32', type: 'full-object' });
  for (const [algorithm, type] of [
    ['SHA1', 'full-object'],
    ['SHA256', 'full-object'],
    ['CRC64NVME', 'composite'],
    ['CRC32C', 'whole'],
    ['MD5', undefined],
  ])
    expect(() => checkUploadChecksum({ algorithm, type })).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});

test('joining 10,000 parts takes no time that is noticed', () => {
  const value = known.CRC64NVME[0];
  const parts = Array.from({ length: 10_000 }, () => ({ value, size: 5 * 2 ** 20 }));
  const start = performance.now();
  compositeChecksum(
    'CRC32C',
    parts.map(() => known.CRC32C[0]),
  );
  joinChecksums('CRC64NVME', parts);
  expect(performance.now() - start).toBeLessThan(5000);
});

test('the suffix of a value marks a composite checksum', () => {
  expect(toChecksum('CRC32', 'DUoRhQ==')).toEqual({ algorithm: 'CRC32', value: 'DUoRhQ==', type: 'full-object' });
  expect(toChecksum('CRC32', 'DUoRhQ==-2')).toEqual({ algorithm: 'CRC32', value: 'DUoRhQ==-2', type: 'composite' });
});

test('checkChecksum accepts an algorithm with and without a value', () => {
  for (const algorithm of algorithms) {
    expect(checkChecksum({ algorithm })).toEqual({ algorithm });
    expect(checkChecksum({ algorithm, value: undefined })).toEqual({ algorithm });
    expect(checkChecksum({ algorithm, value: known[algorithm][0] })).toEqual({ algorithm, value: known[algorithm][0] });
  }
});

test.each([
  [undefined, 'InvalidArgument'],
  [null, 'InvalidArgument'],
  ['CRC32', 'InvalidArgument'],
  [[], 'InvalidArgument'],
  [{}, 'InvalidArgument'],
  [{ algorithm: 'crc32' }, 'InvalidArgument'],
  [{ algorithm: 'MD5' }, 'InvalidArgument'],
  [{ algorithm: 'toString' }, 'InvalidArgument'],
  [{ algorithm: 'CRC32', values: '' }, 'InvalidArgument'],
  [{ algorithm: 'CRC32', value: 7 }, 'InvalidArgument'],
  [{ algorithm: 'CRC32', value: null }, 'InvalidArgument'],
  [{ algorithm: 'CRC32', value: '' }, 'InvalidRequest'],
  [{ algorithm: 'CRC32', value: 'DUoRhQ' }, 'InvalidRequest'],
  [{ algorithm: 'CRC32', value: 'DUoRhQ==-2' }, 'InvalidRequest'],
  [{ algorithm: 'CRC32', value: 'DUoRhR==' }, 'InvalidRequest'],
  [{ algorithm: 'CRC32', value: known.SHA1[0] }, 'InvalidRequest'],
  [{ algorithm: 'SHA256', value: createHash('sha256').digest('hex') }, 'InvalidRequest'],
])('checkChecksum rejects %j with %s', (value, code) => {
  expect(codeOf(() => checkChecksum(value))).toBe(code);
});
