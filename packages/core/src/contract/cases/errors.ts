import assert from 'node:assert/strict';
import { isStorageError } from '../../api/errors.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

/** What every failure looks like. */
export const errorCases = [
  contractCase('errors/form', async ({ bucket }) => {
    const error = await fails(() => bucket.get('missing/key'), 'NoSuchKey', {
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

  contractCase('errors/absent-fields', async ({ datastore, freeName }) => {
    const error = await fails(() => datastore.getBucket(freeName()), 'NoSuchBucket', { status: 404 });
    assert.equal('key' in error, false);
  }),

  contractCase('errors/each-its-own', async ({ bucket }) => {
    const [one, other] = [
      await fails(() => bucket.stat('a'), 'NoSuchKey', { key: 'a' }),
      await fails(() => bucket.stat('b'), 'NoSuchKey', { key: 'b' }),
    ];
    assert.notEqual(one, other);
  }),
];
