import assert from 'node:assert/strict';
import { isStorageError } from '../../api/errors.js';
import type { StorageErrorCode } from '../../api/errors.js';
import { expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';

/** The fields of errors. */
export const errorCases = [
  contractCase('errors/fields', async ({ bucket }) => {
    const error = await expectError(() => bucket.get('missing/key'), 'NoSuchKey', {
      operation: 'get',
      bucket: bucket.name,
      key: 'missing/key',
      status: 404,
    });
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'StorageError');
    assert.equal(error.retryable, false);
    assert.equal(isStorageError(error), true);
    assert.equal(isStorageError(error, 'NoSuchKey'), true);
    assert.equal(isStorageError(error, 'NoSuchBucket'), false);
    assert.ok(error.message.length > 0 && (error.stack ?? '').includes(error.message));
  }),

  contractCase('errors/absent-fields', async ({ datastore, unusedName }) => {
    const error = await expectError(() => datastore.getBucket(unusedName()), 'NoSuchBucket', { status: 404 });
    assert.equal('key' in error, false);
  }),

  contractCase('errors/long-input', async ({ datastore, bucket }) => {
    const long = 'x'.repeat(5000);
    const calls: readonly [StorageErrorCode, () => Promise<unknown>][] = [
      ['KeyTooLongError', () => bucket.put(long, 'body')],
      ['NoSuchKey', () => bucket.stat(`${'k'.repeat(200)}/${'k'.repeat(200)}`)],
      ['InvalidBucketName', () => datastore.createBucket(long)],
      ['InvalidArgument', () => bucket.put('k', 'body', { [long]: 1 })],
      ['InvalidArgument', () => bucket.put('k', 'body', { metadata: { [`${long} `]: 'v' } })],
      ['InvalidArgument', () => bucket.put('k', 'body', { contentType: `${long}\n` })],
      ['InvalidArgument', () => bucket.put('k', 'body', { partSize: BigInt(`1${'0'.repeat(5000)}`) as never })],
      ['InvalidArgument', () => bucket.fput('k', `/${long}`)],
      ['InvalidArgument', () => bucket.listPage({ token: long })],
    ];
    for (const [code, call] of calls) {
      const { message } = await expectError(call, code);
      assert.ok(message.length < 1000, message);
    }
  }),

  contractCase('errors/new-error-per-failure', async ({ bucket }) => {
    const [one, other] = [
      await expectError(() => bucket.stat('a'), 'NoSuchKey', { key: 'a' }),
      await expectError(() => bucket.stat('b'), 'NoSuchKey', { key: 'b' }),
    ];
    assert.notEqual(one, other);
  }),
];
