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

/** Returns the parameters of the first driver call. */
const callOf = (calls: TestStore['calls']) => calls.map(({ args }) => args[2] as PutCall)[0] ?? assert.fail('the driver was not called');

/** Returns the parameters of the driver call for a put with the options. */
async function driverCallOf(options: PutOptions | undefined, length?: number, data = 'data'): Promise<PutCall> {
  const { bucket, calls } = testStore({ putObject: async () => ({ etag: 'e' }) });
  await bucket.put('k', data, length, options);
  return callOf(calls);
}

test('passes defaults to the driver', async () => {
  expect(await driverCallOf(undefined)).toEqual({
    attributes: { contentType: 'binary/octet-stream', metadata: {} },
    tags: {},
    partSize: 16 * MiB,
    concurrency: 3,
  });
});

test('passes normalised options to the driver', async () => {
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
  expect(await driverCallOf(options)).toEqual({
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

test.for([5 * MiB, 5120 * MiB])('accepts parts of %i bytes', async (partSize) => {
  expect((await driverCallOf({ partSize })).partSize).toBe(partSize);
});

test('raises the part size for a declared length, and checks the length', async () => {
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

test.for([-1, 1.5, Number.NaN, Infinity, '4', null, 2 ** 53, [4], true])('rejects the length %o', async (length) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.put('k', 'data', length as number))).code).toBe('InvalidArgument');
  expect((await failureOf(() => bucket.put('k', 'data', length as number, {}))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('rejects options in place of the length', async () => {
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
] as const)('rejects the MD5 %s before any I/O', async ([contentMD5, code]) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.put('k', 'data', { contentMD5 }))).code).toBe(code);
  expect(calls).toEqual([]);
});

test('rejects a declared length above 5 TiB', async () => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.put('k', 'data', 5 * MiB * MiB + 1))).code).toBe('EntityTooLarge');
  expect(calls).toEqual([]);
  expect((await failureOf(() => bucket.put('k', 'data', 5 * MiB * MiB))).code).toBe('IncompleteBody');
});

test('reports invalid arguments first, then errors of the driver, then an invalid body', async () => {
  const failWithNoSuchBucket = async () => {
    throw new StorageError({ code: 'NoSuchBucket', message: 'failed' });
  };
  const wrongDigest = { contentMD5: md5('another') };
  const bucketless = testStore({ putObject: failWithNoSuchBucket });
  const codeOfPut = async (bucket: typeof bucketless.bucket, options: object) =>
    (await failureOf(() => bucket.put('k', 'data', 99, options))).code;
  expect(await codeOfPut(bucketless.bucket, { ...wrongDigest, tags: { é: 'x' } })).toBe('InvalidTag');
  expect(await codeOfPut(bucketless.bucket, wrongDigest)).toBe('NoSuchBucket');
  expect(await codeOfPut(testStore().bucket, wrongDigest)).toBe('IncompleteBody');
  expect((await failureOf(() => testStore().bucket.put('k', 'data', wrongDigest))).code).toBe('BadDigest');
});

test.for([
  ['an invalid key', '/', {}],
  ['an invalid length', 'k', -1],
  ['an unknown option', 'k', { unknown: 1 }],
  ['invalid tags', 'k', { tags: { é: 'x' } }],
] as const)('closes the source on %s', async ([, key, third]) => {
  const { bucket, calls } = testStore();
  const source = new PassThrough();
  await failureOf(() => bucket.put(key, source, third as never));
  await settled();
  expect([source.destroyed, calls.length]).toEqual([true, 0]);
});

test('closes the source if the driver fails before it reads', async () => {
  const { bucket } = testStore({
    putObject: async () => {
      throw new StorageError({ code: 'NoSuchBucket', message: 'failed' });
    },
  });
  const source = new PassThrough();
  expect((await failureOf(() => bucket.put('k', source))).code).toBe('NoSuchBucket');
  await settled();
  expect(source.destroyed).toBe(true);
});

test('fails with IncompleteBody if the source fails before it is read', async () => {
  const source = new PassThrough();
  const { bucket, objects } = testStore();
  const put = failureOf(() => bucket.put('k', source));
  const cause = new Error('gone');
  source.destroy(cause);
  expect(await put).toMatchObject({ code: 'IncompleteBody', cause });
  expect(objects.size).toBe(0);
});

test('rejects with the reason of an abort while the source hangs, and closes it', async () => {
  const controller = new AbortController();
  const source = new PassThrough();
  const { bucket, objects } = testStore();
  const thrown = thrownBy(() => bucket.put('k', source, { signal: controller.signal }));
  source.write('data');
  await settled();
  controller.abort('stop');
  expect(await thrown).toBe('stop');
  expect([source.destroyed, objects.size]).toEqual([true, 0]);
});

test('reports the progress of streamed bodies and of bodies in memory', async () => {
  const events: unknown[] = [];
  const progress = (event: unknown) => events.push(event);
  await testStore().bucket.put('k', ['da', 'ta'], { progress });
  await testStore().bucket.put('k', 'data', { progress });
  await testStore().bucket.put('k', '', { progress });
  expect(events).toEqual([{ transferred: 2 }, { transferred: 4 }, { transferred: 4, total: 4 }, { transferred: 0, total: 0 }]);
});

test.for([
  ['in memory', 'data'],
  ['that is empty', ''],
  ['in chunks', ['da', 'ta']],
] as const)('an exception of the progress listener fails the put of a body %s before it is stored', async ([, data]) => {
  const { bucket, objects } = testStore();
  const progress = () => {
    throw new Error('stop');
  };
  await expect(bucket.put('k', data, { progress })).rejects.toMatchObject({ code: 'InternalError', cause: { message: 'stop' } });
  expect(objects.size).toBe(0);
});

test('stores the bytes that were passed, whatever becomes of the buffer', async () => {
  for (const size of [4, 2 ** 20 + 1]) {
    const { bucket, objects } = testStore();
    const bytes = Buffer.alloc(size, 'a');
    const put = bucket.put('k', bytes, { contentMD5: md5(bytes.toString()) });
    bytes.fill('b');
    await put;
    expect(objects.get('k')?.equals(Buffer.alloc(size, 'a'))).toBe(true);
  }
});

test('one stream passed to two puts is stored by the first', async () => {
  const { bucket, objects } = testStore();
  const stream = Readable.from(['da', 'ta']);
  const [first, second] = await Promise.allSettled([bucket.put('a', stream), bucket.put('b', stream)]);
  expect(first.status).toBe('fulfilled');
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'BodyUsed', key: 'b' } });
  expect([...objects].map(([key, body]) => [key, String(body)])).toEqual([['a', 'data']]);
});

test('reports no progress if the driver fails before it reads', async () => {
  const events: unknown[] = [];
  const { bucket } = testStore({
    putObject: async () => {
      throw new Error('failed');
    },
  });
  await failureOf(() => bucket.put('k', 'data', { progress: (event) => events.push(event) }));
  expect(events).toEqual([]);
});

test('passes a checksum and the type of the key to the driver', async () => {
  const { bucket, calls } = testStore();
  await bucket.put('a.css', 'data', { contentType: 'auto', checksum: { algorithm: 'CRC32', value: 'rfPzYw==' }, size: 4, maxSize: 4 });
  expect(callOf(calls)).toMatchObject({ attributes: { contentType: 'text/css' }, checksum: { algorithm: 'CRC32', value: 'rfPzYw==' } });
  expect((calls[0]?.args[1] as PutBody | undefined)?.checksum?.()).toBe('rfPzYw==');
});

test.for([
  ['data', undefined, { maxSize: 3 }, 'EntityTooLarge'],
  ['data', 4, { maxSize: 3 }, 'EntityTooLarge'],
  [['data'], undefined, { maxSize: 3, size: 4 }, 'EntityTooLarge'],
  ['data', 4, { size: 5 }, 'InvalidArgument'],
  ['data', undefined, { size: -1 }, 'InvalidArgument'],
  ['data', undefined, { maxSize: 1.5 }, 'InvalidArgument'],
  ['data', undefined, { checksum: { algorithm: 'MD5' } }, 'InvalidArgument'],
  ['data', undefined, { checksum: { algorithm: 'CRC32', value: 'x' } }, 'InvalidRequest'],
] as const)('rejects %j with the length %s and %j before any I/O: %s', async ([data, length, options, code]) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.put('k', data, length, options as PutOptions))).code).toBe(code);
  expect(calls).toEqual([]);
});

test.for([
  [['da', 'ta'], { maxSize: 3 }, 'EntityTooLarge'],
  [['da', 'ta'], { size: 3 }, 'IncompleteBody'],
  ['data', { size: 5 }, 'IncompleteBody'],
  [['da', 'ta'], { checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } }, 'BadDigest'],
  ['data', { checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } }, 'BadDigest'],
] as const)('fails for %j with %j when the body was read: %s', async ([data, options, code]) => {
  const { bucket, objects } = testStore();
  expect((await failureOf(() => bucket.put('k', data, options))).code).toBe(code);
  expect(objects.size).toBe(0);
});
