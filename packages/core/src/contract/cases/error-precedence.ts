import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import type { PutOptions } from '../../api/options.js';
import type { StorageErrorCode } from '../../api/errors.js';
import { inChunks, pattern, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import type { Requirement } from '../contract-context.js';
import { md5Base64 } from '../reference.js';

interface Row {
  /** A call with two mistakes. */
  readonly call: (bucket: Bucket, missing: Bucket) => unknown;
  readonly code: StorageErrorCode;
  readonly requires?: readonly Requirement[];
}

const wrongMD5: PutOptions = { contentMD5: md5Base64('another') };
const large: PutOptions = { metadata: { a: 'v'.repeat(3000) } };

/** The order of checks: arguments and limits, the bucket, the condition, the body. */
const rows: Readonly<Record<string, Row>> = {
  'error-precedence/argument-before-bucket': { call: (_, missing) => missing.put('a\ud800', 'body'), code: 'InvalidKey' },
  'error-precedence/digest-format-before-bucket': {
    call: (_, missing) => missing.put('k', 'body', { contentMD5: 'abc' }),
    code: 'InvalidDigest',
  },
  'error-precedence/header-format-before-limit': {
    call: (bucket) => bucket.put('k', 'body', { cacheControl: 'c'.repeat(5000), expires: new Date('junk') }),
    code: 'InvalidArgument',
  },
  'error-precedence/limit-before-bucket': { call: (_, missing) => missing.put('k', 'body', large), code: 'MetadataTooLarge' },
  'error-precedence/limit-before-condition': {
    call: (bucket) => bucket.put('k', 'body', { ...large, ifNoneMatch: '*' }),
    code: 'MetadataTooLarge',
    requires: ['conditionalPut'],
  },
  'error-precedence/limit-before-body': { call: (bucket) => bucket.put('k', 'body', 5, large), code: 'MetadataTooLarge' },
  'error-precedence/put-tag-format-before-bucket': {
    call: (_, missing) => missing.put('k', 'body', { tags: { é: 'x' } }),
    code: 'InvalidTag',
    requires: ['tags'],
  },
  'error-precedence/bucket-before-condition': {
    call: (_, missing) => missing.put('k', 'body', { ifMatch: 'x' }),
    code: 'NoSuchBucket',
    requires: ['conditionalPut'],
  },
  'error-precedence/bucket-before-length': { call: (_, missing) => missing.put('k', 'body', 5), code: 'NoSuchBucket' },
  'error-precedence/bucket-before-length-of-stream': {
    call: (_, missing) => missing.put('k', inChunks(pattern(100_000), 1000), 5),
    code: 'NoSuchBucket',
  },
  'error-precedence/bucket-before-md5': { call: (_, missing) => missing.put('k', 'body', wrongMD5), code: 'NoSuchBucket' },
  'error-precedence/bucket-before-md5-of-empty-body': { call: (_, missing) => missing.put('k', '', wrongMD5), code: 'NoSuchBucket' },
  'error-precedence/condition-before-length': {
    call: (bucket) => bucket.put('k', 'body', 5, { ifNoneMatch: '*' }),
    code: 'PreconditionFailed',
    requires: ['conditionalPut'],
  },
  'error-precedence/condition-before-length-of-stream': {
    call: (bucket) => bucket.put('k', inChunks(pattern(100_000), 1000), 5, { ifMatch: 'x' }),
    code: 'PreconditionFailed',
    requires: ['conditionalPut'],
  },
  'error-precedence/condition-before-md5': {
    call: (bucket) => bucket.put('k', 'body', { ...wrongMD5, ifNoneMatch: '*' }),
    code: 'PreconditionFailed',
    requires: ['conditionalPut'],
  },
  'error-precedence/missing-key-before-md5': {
    call: (bucket) => bucket.put('none', 'body', { ...wrongMD5, ifMatch: '*' }),
    code: 'NoSuchKey',
    requires: ['conditionalPut'],
  },
  'error-precedence/length-before-md5': { call: (bucket) => bucket.put('k', 'body', 5, wrongMD5), code: 'IncompleteBody' },
  'error-precedence/range-format-before-bucket': {
    call: (_, missing) => missing.get('k', { range: { start: 2, end: 1 } }),
    code: 'InvalidRange',
  },
  'error-precedence/get-bucket-before-key': { call: (_, missing) => missing.get('k', { range: { start: 99 } }), code: 'NoSuchBucket' },
  'error-precedence/get-key-before-range': { call: (bucket) => bucket.get('none', { range: { start: 99 } }), code: 'NoSuchKey' },
  'error-precedence/get-condition-before-range': {
    call: (bucket) => bucket.get('k', { ifMatch: 'x', range: { start: 99 } }),
    code: 'PreconditionFailed',
  },
  'error-precedence/copy-limit-before-source': {
    call: (bucket) => bucket.fcopyTo(bucket.name, 'k', 'none', large),
    code: 'MetadataTooLarge',
  },
  'error-precedence/copy-source-before-condition': {
    call: (bucket) => bucket.fcopyTo(bucket.name, 'k', 'none', { sourceIfMatch: 'x' }),
    code: 'NoSuchKey',
  },
  'error-precedence/self-copy-before-key': { call: (bucket) => bucket.fcopyTo(bucket.name, 'none', 'none'), code: 'InvalidRequest' },
  'error-precedence/tag-format-before-bucket': {
    call: (_, missing) => missing.setTags('k', { é: 'x' }),
    code: 'InvalidTag',
    requires: ['tags'],
  },
  'error-precedence/tags-bucket-before-key': {
    call: (_, missing) => missing.setTags('k', { a: 'b' }),
    code: 'NoSuchBucket',
    requires: ['tags'],
  },
  'error-precedence/delete-key-before-bucket': { call: (_, missing) => missing.delete(['k', 'a\ud800']), code: 'InvalidKey' },
};

/** The error of a call with two mistakes. */
export const errorPrecedenceCases = [
  ...entriesOf(rows).map(([id, { call, code, requires = [] }]) =>
    contractCase(
      id,
      async ({ datastore, bucket, unusedName }) => {
        const missing = datastore.bucket(unusedName());
        await bucket.put('k', 'old');
        await expectError(() => call(bucket, missing), code);
        assert.deepEqual(await bucket.listFilename(), ['k']);
        assert.equal(await readText(bucket, 'k'), 'old');
        assert.equal(await datastore.bucketExists(missing.name), false);
      },
      { requires },
    ),
  ),

  contractCase('error-precedence/copy-between-missing-buckets', async ({ datastore, bucket, unusedName }) => {
    const [source, target] = [unusedName(), unusedName()];
    await bucket.put('k', 'body');
    // The source bucket is checked before the source key, and the target bucket last.
    await expectError(() => datastore.bucket(source).fcopyTo(target, 'k', 'k'), 'NoSuchBucket', { bucket: source });
    await expectError(() => bucket.fcopyTo(target, 'k', 'none'), 'NoSuchKey', { bucket: bucket.name, key: 'none' });
    await expectError(() => bucket.fcopyTo(target, 'k', 'k', { sourceIfMatch: 'x' }), 'PreconditionFailed');
    await expectError(() => bucket.fcopyTo(target, 'k', 'k'), 'NoSuchBucket', { bucket: target });
  }),
];
