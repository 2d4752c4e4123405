import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { StorageError } from '../../src/api/errors.js';
import { errnoOf, toStorageError } from '../../src/operations/to-storage-error.js';
import { failureOf, thrownBy } from '../failure.js';
import { testStore } from './test-store.js';

const context = { operation: 'put', bucket: 'photos', key: 'k' };
const system = (code: string) => Object.assign(new Error(`${code}: no`), { errno: -1, code });

test.for([
  [system('EACCES'), 'AccessDenied', 403],
  [system('EPERM'), 'AccessDenied', 403],
  [system('EROFS'), 'AccessDenied', 403],
  [system('ENOSPC'), 'StorageFull', 507],
  [system('EDQUOT'), 'StorageFull', 507],
  [system('EFBIG'), 'EntityTooLarge', 400],
  // None of these is ever taken for "not found".
  [system('ENOENT'), 'InternalError', 500],
  [system('ENOTDIR'), 'InternalError', 500],
  [system('ECONNRESET'), 'InternalError', 500],
  [system('constructor'), 'InternalError', 500],
  [Object.assign(new Error('no'), { code: 'EACCES' }), 'InternalError', 500],
  [Object.assign(new Error('no'), { code: 'NoSuchKey' }), 'InternalError', 500],
  [new TypeError('no'), 'InternalError', 500],
  ['no', 'InternalError', 500],
  [undefined, 'InternalError', 500],
  [{ code: 'EACCES', errno: -13 }, 'InternalError', 500],
] as const)('%o becomes %s', ([thrown, code, status]) => {
  const error = toStorageError(thrown, context);
  expect(error).toMatchObject({ ...context, code, status, retryable: false });
  expect(error.cause).toBe(thrown);
});

test("a system's error has its name", async () => {
  expect(errnoOf(await thrownBy(() => open(`${tmpdir()}/no-such-folder/file`)))).toBe('ENOENT');
  expect(errnoOf(new Error('no'))).toBeUndefined();
});

test('a StorageError is completed by what the call was about', () => {
  const cause = new Error('why');
  const bare = new StorageError({ code: 'SlowDown', message: 'no', status: 529, retryable: false, requestId: 'r', cause });
  expect(toStorageError(bare, context)).toMatchObject({
    ...context,
    code: 'SlowDown',
    status: 529,
    retryable: false,
    requestId: 'r',
    cause,
  });
});

test('what a StorageError names itself stays', () => {
  const source = new StorageError({ code: 'NoSuchKey', message: 'no', bucket: 'source', key: 's' });
  expect(toStorageError(source, context)).toMatchObject({ operation: 'put', bucket: 'source', key: 's' });
  const whole = new StorageError({ code: 'NoSuchKey', message: 'no', operation: 'stat' });
  expect(toStorageError(whole, context)).toBe(whole);
});

test("the stack is the driver's, the message the call's", () => {
  const bare = new StorageError({ code: 'NoSuchKey', message: 'costs $& and $1' });
  const whole = toStorageError(bare, context);
  expect(whole.stack).toContain(whole.message);
  expect(whole.stack?.split('\n').slice(1)).toEqual(bare.stack?.split('\n').slice(1));
});

test('an error of another copy of this package is left as it is', () => {
  const foreign = Object.assign(new Error('no'), { code: 'NoSuchKey', [Symbol.for('anybucket.StorageError')]: true });
  expect(toStorageError(foreign, context)).toBe(foreign);
});

test.for([
  ['a StorageError', new StorageError({ code: 'NoSuchBucket', message: 'no' }), 'NoSuchBucket'],
  ['an errno', system('EACCES'), 'AccessDenied'],
  ['anything', new Error('no'), 'InternalError'],
] as const)('%s of a driver says what was asked, of what', async ([, thrown, code]) => {
  const fail = async () => {
    throw thrown;
  };
  const { bucket, store } = testStore({ headObject: fail, listObjects: fail, bucketExists: fail, copyObject: fail });
  const named = async (work: () => unknown) => {
    const { code: got, operation, bucket: ofBucket, key } = await failureOf(work);
    return [got, operation, ofBucket, key];
  };
  expect(await named(() => bucket.stat('k'))).toEqual([code, 'stat', 'photos', 'k']);
  expect(await named(() => bucket.stat(['k']))).toEqual([code, 'stat', 'photos', 'k']);
  expect(await named(() => bucket.exists('k'))).toEqual([code, 'exists', 'photos', 'k']);
  expect(await named(() => bucket.list())).toEqual([code, 'list', 'photos', undefined]);
  expect(await named(() => bucket.listPage())).toEqual([code, 'listPage', 'photos', undefined]);
  expect(await named(() => bucket.listFilename())).toEqual([code, 'listFilename', 'photos', undefined]);
  expect(await named(() => bucket.iterate().next())).toEqual([code, 'iterate', 'photos', undefined]);
  expect(await named(() => bucket.fcopyTo('other', 't', 's'))).toEqual([code, 'fcopyTo', 'other', 't']);
  expect(await named(() => store.bucketExists('other'))).toEqual([code, 'bucketExists', 'other', undefined]);
  expect(await named(() => store.getBucket('other'))).toEqual([code, 'getBucket', 'other', undefined]);
});

test('a call that fails because its signal aborts rejects with the reason of the signal', async () => {
  const controller = new AbortController();
  const { bucket } = testStore({
    headObject: async () => {
      controller.abort('enough');
      throw new Error('socket closed');
    },
  });
  expect(await thrownBy(() => bucket.stat('k', { signal: controller.signal }))).toBe('enough');
});

test('a failure about another bucket than the call does not get the key of the call', () => {
  const elsewhere = toStorageError(new StorageError({ code: 'NoSuchBucket', bucket: 'other', message: 'no' }), context);
  expect(elsewhere).toMatchObject({ operation: 'put', bucket: 'other' });
  expect(elsewhere.key).toBeUndefined();
  const here = toStorageError(new StorageError({ code: 'NoSuchBucket', bucket: 'photos', message: 'no' }), context);
  expect(here).toMatchObject({ bucket: 'photos', key: 'k' });
});
