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
])('takes %s', (name) => {
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
] as const)('refuses %j with %s', ([name, code]) => {
  expect(codeOf(() => checkBucketName(name))).toBe(code);
  expect(isBucketName(name)).toBe(false);
});

test.for([undefined, null, 1, {}, ['abc'], new String('abc')])('refuses %o, which is no string', (name) => {
  expect(codeOf(() => checkBucketName(name))).toBe('InvalidArgument');
});

test.for(['minio', 'A'])('the refusal of %s names the bucket', (name) => {
  expect(() => checkBucketName(name)).toThrow(expect.objectContaining({ bucket: name }));
});
