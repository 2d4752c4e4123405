import { expect, test } from 'vitest';
import { checkBucketName, isBucketName } from '../../src/rules/bucket-names.js';
import { codeOf } from '../failure.js';

test.for([
  'abc',
  '123',
  '0a9',
  'a'.repeat(63),
  'a-b',
  'a--b',
  'a.b.c',
  'xn--abc',
  'abc-s3alias',
  'abc--ol-s3',
  'sthree-abc',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.a',
  '0x1.2.3.4',
  'a1.2.3.4',
  'minio-x',
  'minio.x',
  'xminio',
  'health',
  'crossdomain-xml',
])('accepts %s', (name) => {
  expect(codeOf(() => checkBucketName(name))).toBeUndefined();
  expect(isBucketName(name)).toBe(true);
});

test.for([
  ['', 'InvalidBucketName'],
  ['ab', 'InvalidBucketName'],
  ['a'.repeat(64), 'InvalidBucketName'],
  ['1.2.3.4', 'InvalidBucketName'],
  ['01.02.03.04', 'InvalidBucketName'],
  ['999.999.999.999', 'InvalidBucketName'],
  ['a..b', 'InvalidBucketName'],
  ['a.-b', 'InvalidBucketName'],
  ['a-.b', 'InvalidBucketName'],
  ['-ab', 'InvalidBucketName'],
  ['ab-', 'InvalidBucketName'],
  ['.ab', 'InvalidBucketName'],
  ['ab.', 'InvalidBucketName'],
  ['.', 'InvalidBucketName'],
  ['..', 'InvalidBucketName'],
  ['.minio', 'InvalidBucketName'],
  ['Abc', 'InvalidBucketName'],
  ['abC', 'InvalidBucketName'],
  ['a_b', 'InvalidBucketName'],
  ['a:b', 'InvalidBucketName'],
  ['a/b', 'InvalidBucketName'],
  ['a b', 'InvalidBucketName'],
  ['abc\n', 'InvalidBucketName'],
  ['\nabc', 'InvalidBucketName'],
  ['aéb', 'InvalidBucketName'],
  ['a\u0661b', 'InvalidBucketName'],
  ['minio', 'AllAccessDisabled'],
  ['.minio.sys', 'AllAccessDisabled'],
  ['crossdomain.xml', 'AllAccessDisabled'],
] as const)('rejects %j with %s', ([name, code]) => {
  expect(codeOf(() => checkBucketName(name))).toBe(code);
  expect(isBucketName(name)).toBe(false);
});

test.for([undefined, null, 1, {}, ['abc'], new String('abc')])('rejects %o, which is not a string', (name) => {
  expect(codeOf(() => checkBucketName(name))).toBe('InvalidArgument');
});

test.for(['minio', 'A'])('the error for %s has the bucket name', (name) => {
  expect(() => checkBucketName(name)).toThrow(expect.objectContaining({ bucket: name }));
});

test('quotes at most 100 characters of a bucket name in the message', () => {
  expect(() => checkBucketName('a'.repeat(5000))).toThrow(
    expect.objectContaining({
      bucket: 'a'.repeat(5000),
      message: expect.stringMatching(/^"a{100}"\.\.\. \(5000 characters\): a bucket name must be 3 to 63/) as string,
    }),
  );
});
