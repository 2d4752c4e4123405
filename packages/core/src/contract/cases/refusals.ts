import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import type { PutOptions } from '../../api/options.js';
import type { StorageErrorCode } from '../../api/errors.js';
import { inChunks, pattern, textOf } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';
import type { Need } from '../contract-case.js';
import { md5Base64 } from '../reference.js';

interface Row {
  /** Two things are wrong with it; the code says which is looked at first. */
  readonly call: (bucket: Bucket, missing: Bucket) => unknown;
  readonly code: StorageErrorCode;
  readonly needs?: readonly Need[];
}

const wrongMD5: PutOptions = { contentMD5: md5Base64('another') };
const large: PutOptions = { metadata: { a: 'v'.repeat(3000) } };

/** Arguments and limits, then the bucket, then the condition, then the body. */
const rows: Readonly<Record<string, Row>> = {
  'argument-before-bucket': { call: (_, missing) => missing.put('a//b', 'body'), code: 'InvalidKey' },
  'digest-form-before-bucket': { call: (_, missing) => missing.put('k', 'body', { contentMD5: 'abc' }), code: 'InvalidDigest' },
  'header-form-before-limit': {
    call: (bucket) => bucket.put('k', 'body', { cacheControl: 'c'.repeat(5000), expires: new Date('junk') }),
    code: 'InvalidArgument',
  },
  'limit-before-bucket': { call: (_, missing) => missing.put('k', 'body', large), code: 'MetadataTooLarge' },
  'limit-before-condition': {
    call: (bucket) => bucket.put('k', 'body', { ...large, ifNoneMatch: '*' }),
    code: 'MetadataTooLarge',
    needs: ['conditionalPut'],
  },
  'limit-before-body': { call: (bucket) => bucket.put('k', 'body', 5, large), code: 'MetadataTooLarge' },
  'tag-before-bucket': { call: (_, missing) => missing.put('k', 'body', { tags: { é: 'x' } }), code: 'InvalidTag', needs: ['tags'] },
  'bucket-before-condition': {
    call: (_, missing) => missing.put('k', 'body', { ifMatch: 'x' }),
    code: 'NoSuchBucket',
    needs: ['conditionalPut'],
  },
  'bucket-before-length': { call: (_, missing) => missing.put('k', 'body', 5), code: 'NoSuchBucket' },
  'bucket-before-length-of-stream': { call: (_, missing) => missing.put('k', inChunks(pattern(100_000), 1000), 5), code: 'NoSuchBucket' },
  'bucket-before-md5': { call: (_, missing) => missing.put('k', 'body', wrongMD5), code: 'NoSuchBucket' },
  'bucket-before-md5-of-nothing': { call: (_, missing) => missing.put('k', '', wrongMD5), code: 'NoSuchBucket' },
  'condition-before-length': {
    call: (bucket) => bucket.put('k', 'body', 5, { ifNoneMatch: '*' }),
    code: 'PreconditionFailed',
    needs: ['conditionalPut'],
  },
  'condition-before-length-of-stream': {
    call: (bucket) => bucket.put('k', inChunks(pattern(100_000), 1000), 5, { ifMatch: 'x' }),
    code: 'PreconditionFailed',
    needs: ['conditionalPut'],
  },
  'condition-before-md5': {
    call: (bucket) => bucket.put('k', 'body', { ...wrongMD5, ifNoneMatch: '*' }),
    code: 'PreconditionFailed',
    needs: ['conditionalPut'],
  },
  'missing-key-before-md5': {
    call: (bucket) => bucket.put('none', 'body', { ...wrongMD5, ifMatch: '*' }),
    code: 'NoSuchKey',
    needs: ['conditionalPut'],
  },
  'length-before-md5': { call: (bucket) => bucket.put('k', 'body', 5, wrongMD5), code: 'IncompleteBody' },
  'get-range-form-before-bucket': { call: (_, missing) => missing.get('k', { range: { start: 2, end: 1 } }), code: 'InvalidRange' },
  'get-bucket-before-key': { call: (_, missing) => missing.get('k', { range: { start: 99 } }), code: 'NoSuchBucket' },
  'get-key-before-range': { call: (bucket) => bucket.get('none', { range: { start: 99 } }), code: 'NoSuchKey' },
  'get-condition-before-range': { call: (bucket) => bucket.get('k', { ifMatch: 'x', range: { start: 99 } }), code: 'PreconditionFailed' },
  'copy-limit-before-source': { call: (bucket) => bucket.fcopyTo(bucket.name, 'k', 'none', large), code: 'MetadataTooLarge' },
  'copy-source-before-condition': { call: (bucket) => bucket.fcopyTo(bucket.name, 'k', 'none', { sourceIfMatch: 'x' }), code: 'NoSuchKey' },
  'copy-itself-before-key': { call: (bucket) => bucket.fcopyTo(bucket.name, 'none', 'none'), code: 'InvalidRequest' },
  'tags-limit-before-bucket': { call: (_, missing) => missing.setTags('k', { é: 'x' }), code: 'InvalidTag', needs: ['tags'] },
  'tags-bucket-before-key': { call: (_, missing) => missing.setTags('k', { a: 'b' }), code: 'NoSuchBucket', needs: ['tags'] },
  'delete-key-before-bucket': { call: (_, missing) => missing.delete(['k', '..']), code: 'InvalidKey' },
};

/** Which of two mistakes is reported. */
export const refusalCases = [
  ...Object.entries(rows).map(([id, { call, code, needs = [] }]) =>
    contractCase(
      `refusals/${id}`,
      async ({ datastore, bucket, freeName }) => {
        const missing = datastore.bucket(freeName());
        await bucket.put('k', 'old');
        await fails(() => call(bucket, missing), code);
        assert.deepEqual(await bucket.listFilename(), ['k']);
        assert.equal(await textOf(bucket, 'k'), 'old');
        assert.equal(await datastore.bucketExists(missing.name), false);
      },
      { needs },
    ),
  ),

  contractCase('refusals/copy-between-missing-buckets', async ({ datastore, bucket, freeName }) => {
    const [source, target] = [freeName(), freeName()];
    await bucket.put('k', 'body');
    // The source is looked at first, its bucket before its key; the target bucket comes last.
    await fails(() => datastore.bucket(source).fcopyTo(target, 'k', 'k'), 'NoSuchBucket', { bucket: source });
    await fails(() => bucket.fcopyTo(target, 'k', 'none'), 'NoSuchKey', { bucket: bucket.name, key: 'none' });
    await fails(() => bucket.fcopyTo(target, 'k', 'k', { sourceIfMatch: 'x' }), 'PreconditionFailed');
    await fails(() => bucket.fcopyTo(target, 'k', 'k'), 'NoSuchBucket', { bucket: target });
  }),
];
