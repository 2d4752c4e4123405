import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { StorageError } from '../../src/api/errors.js';
import { errnoOf, toStorageError } from '../../src/operations/to-storage-error.js';
import { failureOf, thrownBy } from '../failure.js';
import { testStore } from './test-store.js';

const context = { operation: 'put', bucket: 'photos', key: 'k' };
const systemError = (code: string) => Object.assign(new Error(`${code}: failed`), { errno: -1, code });

test.for([
  [systemError('EACCES'), 'AccessDenied', 403],
  [systemError('EPERM'), 'AccessDenied', 403],
  [systemError('EROFS'), 'AccessDenied', 403],
  [systemError('ENOSPC'), 'StorageFull', 507],
  [systemError('EDQUOT'), 'StorageFull', 507],
  [systemError('EFBIG'), 'EntityTooLarge', 400],
  [systemError('EMFILE'), 'TooManyOpenFiles', undefined],
  [systemError('ENFILE'), 'TooManyOpenFiles', undefined],
  // Never reported as "not found".
  [systemError('ENOENT'), 'InternalError', 500],
  [systemError('ENOTDIR'), 'InternalError', 500],
  [systemError('ECONNRESET'), 'InternalError', 500],
  [systemError('constructor'), 'InternalError', 500],
  [Object.assign(new Error('failed'), { code: 'EACCES' }), 'InternalError', 500],
  [Object.assign(new Error('failed'), { code: 'NoSuchKey' }), 'InternalError', 500],
  [new TypeError('failed'), 'InternalError', 500],
  ['failed', 'InternalError', 500],
  [undefined, 'InternalError', 500],
  [{ code: 'EACCES', errno: -13 }, 'InternalError', 500],
] as const)('converts %o to %s', ([thrown, code, status]) => {
  const error = toStorageError(thrown, context);
  expect(error).toMatchObject({ ...context, code, retryable: code === 'TooManyOpenFiles' });
  expect([error.status, error.cause]).toEqual([status, thrown]);
});

test('cuts long paths in messages', () => {
  const path = `/${'x'.repeat(5000)}`;
  const { message } = toStorageError(Object.assign(systemError('ENAMETOOLONG'), { message: `too long, open '${path}'`, path }), context);
  expect(message).toContain(`open '${path.slice(0, 100)}... (5001 characters)'`);
  expect(message.length).toBeLessThan(300);
});

test('errnoOf returns the errno of a system error', async () => {
  expect(errnoOf(await thrownBy(() => open(`${tmpdir()}/no-such-folder/file`)))).toBe('ENOENT');
  expect(errnoOf(new Error('failed'))).toBeUndefined();
});

test('adds operation, bucket and key to a StorageError', () => {
  const cause = new Error('why');
  const original = new StorageError({ code: 'SlowDown', message: 'failed', status: 529, retryable: false, requestId: 'r', cause });
  expect(toStorageError(original, context)).toMatchObject({
    ...context,
    code: 'SlowDown',
    status: 529,
    retryable: false,
    requestId: 'r',
    cause,
  });
});

test('keeps the operation, bucket and key of a StorageError', () => {
  const source = new StorageError({ code: 'NoSuchKey', message: 'failed', bucket: 'source', key: 's' });
  expect(toStorageError(source, context)).toMatchObject({ operation: 'put', bucket: 'source', key: 's' });
  const converted = new StorageError({ code: 'NoSuchKey', message: 'failed', operation: 'stat' });
  expect(toStorageError(converted, context)).toBe(converted);
});

test('keeps the stack of the driver below the new message', () => {
  const original = new StorageError({ code: 'NoSuchKey', message: 'costs $& and $1' });
  const converted = toStorageError(original, context);
  expect(converted.stack).toContain(converted.message);
  expect(converted.stack?.split('\n').slice(1)).toEqual(original.stack?.split('\n').slice(1));
});

test('returns an error of another copy of this package unchanged', () => {
  const foreign = Object.assign(new Error('failed'), { code: 'NoSuchKey', [Symbol.for('anybucket.StorageError')]: true });
  expect(toStorageError(foreign, context)).toBe(foreign);
});

test.for([
  ['a StorageError', new StorageError({ code: 'NoSuchBucket', message: 'failed' }), 'NoSuchBucket'],
  ['an errno', systemError('EACCES'), 'AccessDenied'],
  ['any other error', new Error('failed'), 'InternalError'],
] as const)('%s of a driver gets the operation, bucket and key of the call', async ([, thrown, code]) => {
  const fail = async () => {
    throw thrown;
  };
  const { bucket, store } = testStore({ headObject: fail, listObjects: fail, bucketExists: fail, copyObject: fail });
  const contextOf = async (call: () => unknown) => {
    const { code: actualCode, operation, bucket: ofBucket, key } = await failureOf(call);
    return [actualCode, operation, ofBucket, key];
  };
  expect(await contextOf(() => bucket.stat('k'))).toEqual([code, 'stat', 'photos', 'k']);
  expect(await contextOf(() => bucket.stat(['k']))).toEqual([code, 'stat', 'photos', 'k']);
  expect(await contextOf(() => bucket.exists('k'))).toEqual([code, 'exists', 'photos', 'k']);
  expect(await contextOf(() => bucket.list())).toEqual([code, 'list', 'photos', undefined]);
  expect(await contextOf(() => bucket.listPage())).toEqual([code, 'listPage', 'photos', undefined]);
  expect(await contextOf(() => bucket.listFilename())).toEqual([code, 'listFilename', 'photos', undefined]);
  expect(await contextOf(() => bucket.iterate().next())).toEqual([code, 'iterate', 'photos', undefined]);
  expect(await contextOf(() => bucket.fcopyTo('other', 't', 's'))).toEqual([code, 'fcopyTo', 'other', 't']);
  expect(await contextOf(() => store.bucketExists('other'))).toEqual([code, 'bucketExists', 'other', undefined]);
  expect(await contextOf(() => store.getBucket('other'))).toEqual([code, 'getBucket', 'other', undefined]);
});

test('rejects with the reason of the signal if the driver fails after an abort', async () => {
  const controller = new AbortController();
  const { bucket } = testStore({
    headObject: async () => {
      controller.abort('stop');
      throw new Error('socket closed');
    },
  });
  expect(await thrownBy(() => bucket.stat('k', { signal: controller.signal }))).toBe('stop');
});

test('does not add the key of the call to an error about another bucket', () => {
  const elsewhere = toStorageError(new StorageError({ code: 'NoSuchBucket', bucket: 'other', message: 'failed' }), context);
  expect(elsewhere).toMatchObject({ operation: 'put', bucket: 'other' });
  expect(elsewhere.key).toBeUndefined();
  const here = toStorageError(new StorageError({ code: 'NoSuchBucket', bucket: 'photos', message: 'failed' }), context);
  expect(here).toMatchObject({ bucket: 'photos', key: 'k' });
});

test('cuts long messages and paths of other errors', async () => {
  const long = 'x'.repeat(10_000);
  const renamed = Object.assign(new Error(`EXDEV: rename '/${long}' -> '/${long}y'`), {
    errno: -18,
    code: 'EXDEV',
    path: `/${long}`,
    dest: `/${long}y`,
  });
  for (const error of [new Error(long), long, renamed]) expect(toStorageError(error, context).message.length).toBeLessThan(600);
  const { bucket } = testStore();
  const source = (async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from('a');
    throw new Error(long);
  })();
  expect((await failureOf(() => bucket.put('k', source))).message.length).toBeLessThan(700);
});
