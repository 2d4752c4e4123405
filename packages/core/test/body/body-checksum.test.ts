import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ChecksumAlgorithm } from '../../src/api/object-info.js';
import type { PutData } from '../../src/api/options.js';
import { BodyChecksum } from '../../src/body/body-checksum.js';
import { CheckedBody } from '../../src/body/checked-body.js';
import { checksumOf } from '../../src/body/checksum-hasher.js';
import { sourceOf } from '../../src/body/source.js';
import { checksumBytes, compositeChecksum } from '../../src/rules/checksums.js';
import { failureOf } from '../failure.js';
import { inMemory, streamed, text, unobservable } from './sources.js';
import { textOf } from './streams.js';

const algorithms = Object.keys(checksumBytes) as ChecksumAlgorithm[];

/** Creates the body of a put with a checksum. */
async function bodyWith(data: PutData, algorithm: ChecksumAlgorithm, value?: string, partSize = Infinity): Promise<CheckedBody> {
  const source = sourceOf(data);
  const checksum = await BodyChecksum.create({ algorithm, value }, source.size, partSize);
  return new CheckedBody(source, {
    length: undefined,
    limits: [],
    contentMD5: undefined,
    checksum,
    progress: undefined,
    signal: undefined,
  });
}

const sources: [string, () => PutData | Promise<PutData>][] = [
  ...Object.entries(inMemory),
  ...Object.entries(streamed).map(([name, make]): [string, () => PutData] => [name, () => make().data]),
  ...Object.entries(unobservable),
];

test.for(sources)('computes and verifies the checksum of a %s', async ([, make]) => {
  for (const algorithm of algorithms) {
    const expected = await checksumOf(algorithm, Buffer.from(text));
    for (const value of [undefined, expected]) {
      const body = await bodyWith(await make(), algorithm, value);
      expect(body.stable).toBe(true);
      expect(body.checksum()).toBe(body.bytes === undefined ? value : expected);
      expect(await textOf(body)).toBe(text);
      expect(body.checksum()).toBe(expected);
      body.close();
    }
  }
});

test.for(sources)('rejects a %s with another checksum at its end', async ([, make]) => {
  for (const algorithm of algorithms) {
    const value = await checksumOf(algorithm, Buffer.from('another'));
    const body = await bodyWith(await make(), algorithm, value);
    expect(body.bytes).toBeUndefined();
    const failure = await failureOf(() => textOf(body));
    expect(failure.code).toBe('BadDigest');
    expect(failure.message).toContain(value);
    body.close();
  }
});

test('the checksum of a stream is unknown before its end', async () => {
  const body = await bodyWith(['a', 'b'], 'CRC32C');
  expect(body.checksum()).toBeUndefined();
  await textOf(body);
  expect(body.checksum()).toBe(await checksumOf('CRC32C', Buffer.from('ab')));
  body.close();
});

test('without a request there is no checksum', () => {
  const body = new CheckedBody(sourceOf('a'), {
    length: undefined,
    limits: [],
    contentMD5: undefined,
    progress: undefined,
    signal: undefined,
  });
  expect(body.checksum()).toBeUndefined();
});

const shaOf = (algorithm: string, data: string) => createHash(algorithm).update(data).digest('base64');

test.for(['SHA1', 'SHA256'] as const)('a %s of a body larger than one part is composite', async (algorithm) => {
  for (const data of [['abcd', 'efg', 'hij'], ['abcdefghij']]) {
    for (const value of [undefined, shaOf(algorithm, 'abcdefghij')]) {
      const body = await bodyWith(data, algorithm, value, 4);
      expect(body.checksum()).toBeUndefined();
      expect(await textOf(body)).toBe('abcdefghij');
      expect(body.checksum()).toBe(
        compositeChecksum(
          algorithm,
          ['abcd', 'efgh', 'ij'].map((part) => shaOf(algorithm, part)),
        ),
      );
      body.close();
    }
  }
});

test.for(['SHA1', 'SHA256'] as const)('a %s of a body of exactly one part is plain', async (algorithm) => {
  for (const data of [['ab', 'cd'], 'abcd']) {
    const body = await bodyWith(data, algorithm, undefined, 4);
    expect(await textOf(body)).toBe('abcd');
    expect(body.checksum()).toBe(shaOf(algorithm, 'abcd'));
    body.close();
  }
});

test('the expected SHA256 of a body in parts is that of the whole body', async () => {
  const value = compositeChecksum(
    'SHA256',
    ['abcd', 'ef'].map((part) => shaOf('SHA256', part)),
  ).replace(/-.*/, '');
  const body = await bodyWith(['abcdef'], 'SHA256', value, 4);
  expect((await failureOf(() => textOf(body))).code).toBe('BadDigest');
  body.close();
});

test.for(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('a %s of a body in parts is that of the body', async (algorithm) => {
  const body = await bodyWith(['abcdef'], algorithm, undefined, 4);
  await textOf(body);
  expect(body.checksum()).toBe(await checksumOf(algorithm, Buffer.from('abcdef')));
  body.close();
});
