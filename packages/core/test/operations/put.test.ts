import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { PutOptions } from '../../src/api/options.js';
import type { PutBody, PutCall } from '../../src/driver/calls.js';
import { StorageError } from '../../src/api/errors.js';
import { failureOf, thrownBy } from '../failure.js';
import { settled } from '../body/streams.js';
import { testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

const MiB = 2 ** 20;
const md5 = (text: string) => createHash('md5').update(text).digest('base64');

/** The last argument of the one call. */
const callOf = (calls: TestStore['calls']) => calls.map(({ args }) => args[2] as PutCall)[0] ?? assert.fail('the driver was not called');

/** What the driver is handed for a put of some options. */
async function handed(options: PutOptions | undefined, length?: number, data = 'data'): Promise<PutCall> {
  const { bucket, calls } = testStore({ putObject: async () => ({ etag: 'e' }) });
  await bucket.put('k', data, length, options);
  return callOf(calls);
}

test('the driver gets everything filled in', async () => {
  expect(await handed(undefined)).toEqual({
    attributes: { contentType: 'binary/octet-stream', metadata: {} },
    tags: {},
    partSize: 16 * MiB,
    concurrency: 4,
  });
});

test('the driver gets everything normalised', async () => {
  const { signal } = new AbortController();
  const native = { headers: { a: 'b' } };
  const options = {
    contentType: ' text/plain ',
    cacheControl: 'no-cache',
    contentDisposition: 'inline',
    contentEncoding: 'gzip',
    contentLanguage: 'de',
    expires: new Date(1999),
    metadata: { Name: ' x ' },
    tags: { a: 'b' },
    ifNoneMatch: '"*"',
    contentMD5: md5('data'),
    partSize: 5 * MiB,
    concurrency: 64,
    native,
    signal,
  };
  expect(await handed(options)).toEqual({
    attributes: {
      contentType: 'text/plain',
      cacheControl: 'no-cache',
      contentDisposition: 'inline',
      contentEncoding: 'gzip',
      contentLanguage: 'de',
      expires: new Date(1000),
      metadata: { name: 'x' },
    },
    tags: { a: 'b' },
    conditions: { ifNoneMatch: '"*"' },
    contentMD5: md5('data'),
    partSize: 5 * MiB,
    concurrency: 64,
    native,
    signal,
  });
});

test.for([5 * MiB, 5120 * MiB])('takes parts of %i bytes', async (partSize) => {
  expect((await handed({ partSize })).partSize).toBe(partSize);
});

test('the part size grows for a declared length, whose body must follow', async () => {
  const { bucket, calls } = testStore();
  const failure = await failureOf(() => bucket.put('k', Readable.from(['data']), 10_000 * 16 * MiB + 1));
  expect([failure.code, callOf(calls).partSize]).toEqual(['IncompleteBody', 17 * MiB]);
});

test.for([
  ['put(key, data)', [], undefined, undefined],
  ['put(key, data, length)', [4], 4, undefined],
  ['put(key, data, options)', [{ contentType: 'a/b' }], 4, 'a/b'],
  ['put(key, data, length, options)', [4, { contentType: 'a/b' }], 4, 'a/b'],
  ['put(key, data, undefined, options)', [undefined, { contentType: 'a/b' }], 4, 'a/b'],
] as const)('%s', async ([, args, , contentType]) => {
  const { bucket, calls, objects } = testStore();
  await (bucket.put as (...all: unknown[]) => Promise<unknown>)('k', 'data', ...args);
  expect(String(objects.get('k'))).toBe('data');
  expect((calls[0]?.args[1] as PutBody | undefined)?.size).toBe(4);
  expect(callOf(calls).attributes.contentType).toBe(contentType ?? 'binary/octet-stream');
});

test.for([-1, 1.5, Number.NaN, Infinity, '4', null, 2 ** 53, [4], true])('refuses the length %o', async (length) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.put('k', 'data', length as number))).code).toBe('InvalidArgument');
  expect((await failureOf(() => bucket.put('k', 'data', length as number, {}))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('refuses options twice', async () => {
  const { bucket } = testStore();
  expect((await failureOf(() => bucket.put('k', 'data', {} as never, {}))).code).toBe('InvalidArgument');
});

test.for([
  ['', 'InvalidDigest'],
  ['junk', 'InvalidDigest'],
  [`${md5('data')} `, 'InvalidDigest'],
  [md5('data').slice(0, -2), 'InvalidDigest'],
  [Buffer.alloc(20).toString('base64'), 'InvalidDigest'],
  [createHash('md5').update('data').digest('hex'), 'InvalidDigest'],
] as const)('refuses the MD5 %s before any I/O', async ([contentMD5, code]) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.put('k', 'data', { contentMD5 }))).code).toBe(code);
  expect(calls).toEqual([]);
});

test('an object has at most 5 TiB', async () => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.put('k', 'data', 5 * MiB * MiB + 1))).code).toBe('EntityTooLarge');
  expect(calls).toEqual([]);
  expect((await failureOf(() => bucket.put('k', 'data', 5 * MiB * MiB))).code).toBe('IncompleteBody');
});

test('arguments are refused first, then what the driver refuses, then the body', async () => {
  const noBucket = async () => {
    throw new StorageError({ code: 'NoSuchBucket', message: 'no' });
  };
  const wrong = { contentMD5: md5('another') };
  const without = testStore({ putObject: noBucket });
  const codeOfPut = async (bucket: typeof without.bucket, options: object) =>
    (await failureOf(() => bucket.put('k', 'data', 99, options))).code;
  expect(await codeOfPut(without.bucket, { ...wrong, tags: { é: 'x' } })).toBe('InvalidTag');
  expect(await codeOfPut(without.bucket, wrong)).toBe('NoSuchBucket');
  expect(await codeOfPut(testStore().bucket, wrong)).toBe('IncompleteBody');
  expect((await failureOf(() => testStore().bucket.put('k', 'data', wrong))).code).toBe('BadDigest');
});

test.for([
  ['a bad key', '/', {}],
  ['a bad length', 'k', -1],
  ['an unknown option', 'k', { unknown: 1 }],
  ['bad tags', 'k', { tags: { é: 'x' } }],
] as const)('%s closes the source', async ([, key, third]) => {
  const { bucket, calls } = testStore();
  const source = new PassThrough();
  await failureOf(() => bucket.put(key, source, third as never));
  await settled();
  expect([source.destroyed, calls.length]).toEqual([true, 0]);
});

test('a driver that fails before it reads closes the source', async () => {
  const { bucket } = testStore({
    putObject: async () => {
      throw new StorageError({ code: 'NoSuchBucket', message: 'no' });
    },
  });
  const source = new PassThrough();
  expect((await failureOf(() => bucket.put('k', source))).code).toBe('NoSuchBucket');
  await settled();
  expect(source.destroyed).toBe(true);
});

test('a source that fails before the driver reads it fails the put, not the process', async () => {
  const source = new PassThrough();
  const { bucket, objects } = testStore();
  const put = failureOf(() => bucket.put('k', source));
  const cause = new Error('gone');
  source.destroy(cause);
  expect(await put).toMatchObject({ code: 'IncompleteBody', cause });
  expect(objects.size).toBe(0);
});

test('an abort while the source hangs rejects with its reason, and closes it', async () => {
  const controller = new AbortController();
  const source = new PassThrough();
  const { bucket, objects } = testStore();
  const thrown = thrownBy(() => bucket.put('k', source, { signal: controller.signal }));
  source.write('data');
  await settled();
  controller.abort('enough');
  expect(await thrown).toBe('enough');
  expect([source.destroyed, objects.size]).toEqual([true, 0]);
});

test('tells the progress, whether the driver reads the body or takes it whole', async () => {
  const told: unknown[] = [];
  const progress = (one: unknown) => told.push(one);
  await testStore().bucket.put('k', ['da', 'ta'], { progress });
  await testStore({ putObject: async () => ({ etag: 'e' }) }).bucket.put('k', 'data', { progress });
  expect(told).toEqual([{ transferred: 2 }, { transferred: 4 }, { transferred: 4, total: 4 }]);
});

test('a driver that stores nothing tells no progress', async () => {
  const told: unknown[] = [];
  const { bucket } = testStore({
    putObject: async () => {
      throw new Error('no');
    },
  });
  await failureOf(() => bucket.put('k', 'data', { progress: (one) => told.push(one) }));
  expect(told).toEqual([]);
});
