import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { CompletedPart, Upload } from '../../src/api/uploads.js';
import type { CopyPartOptions, PutPartOptions } from '../../src/api/options.js';
import type { DriverPartsPage, ListPartsCall } from '../../src/driver/optional-drivers.js';
import { failureOf } from '../failure.js';
import { partOf, testStore } from './test-store.js';
import type { DriverOverrides, TestStore } from './test-store.js';

const md5OfNothing = '1B2M2Y8AsgTpgAmY7PhCfg==';
const part = (partNumber: number) => partOf(partNumber, Buffer.from('x'));

/** Creates a datastore and a handle of an upload. */
function testUpload(overrides?: DriverOverrides): TestStore & { readonly upload: Upload } {
  const store = testStore(overrides);
  return { ...store, upload: store.bucket.upload('k', 'u') };
}

test('putPart passes body and options to the driver', async () => {
  const { upload, calls } = testUpload();
  const { signal } = new AbortController();
  expect(await upload.putPart(3, '', { contentMD5: md5OfNothing, size: 0, signal })).toEqual(partOf(3, Buffer.alloc(0)));
  expect(await upload.putPart(10_000, Readable.from([Buffer.from('a'), Buffer.from('b')]))).toEqual(partOf(10_000, Buffer.from('ab')));
  expect(calls.map(({ args: [bucket, key, id, partNumber, , call] }) => [bucket, key, id, partNumber, call])).toEqual([
    ['photos', 'k', 'u', 3, { contentMD5: md5OfNothing, signal }],
    ['photos', 'k', 'u', 10_000, {}],
  ]);
});

test('putPart reports its progress', async () => {
  const { upload } = testUpload();
  const seen: unknown[] = [];
  await upload.putPart(1, 'data', { progress: (progress) => seen.push(progress) });
  expect(seen).toEqual([{ transferred: 4, total: 4 }]);
});

test.for([0, -1, 10_001, 1.5, '1', undefined])('rejects the part number %o and closes the data', async (partNumber) => {
  const { upload, calls } = testUpload();
  const data = Readable.from(['x']);
  expect((await failureOf(() => upload.putPart(partNumber as number, data))).code).toBe('InvalidArgument');
  expect(data.destroyed).toBe(true);
  expect((await failureOf(() => upload.copyPart(partNumber as number, 's'))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test.for([
  [{ contentMD5: 'x' }, 'InvalidDigest'],
  [{ contentMD5: 1 }, 'InvalidArgument'],
  [{ size: -1 }, 'InvalidArgument'],
  [{ size: 5 * 2 ** 30 + 1 }, 'EntityTooLarge'],
  [{ checksum: { algorithm: 'MD5' } }, 'InvalidArgument'],
  [{ progress: true }, 'InvalidArgument'],
  [{ partSize: 1 }, 'InvalidArgument'],
] as const)('putPart rejects %j with %s before it calls the driver', async ([options, code]) => {
  const { upload, calls } = testUpload();
  expect((await failureOf(() => upload.putPart(1, 'data', options as PutPartOptions))).code).toBe(code);
  expect(calls).toEqual([]);
});

test.for([
  [{ size: 3 }, 'IncompleteBody'],
  [{ size: 5 }, 'IncompleteBody'],
  [{ contentMD5: md5OfNothing }, 'BadDigest'],
] as const)('putPart with %j fails with %s when the body was read', async ([options, code]) => {
  const { upload } = testUpload();
  const failure = await failureOf(() => upload.putPart(1, 'data', options));
  expect([failure.code, failure.operation, failure.bucket, failure.key]).toEqual([code, 'putPart', 'photos', 'k']);
});

test('copyPart passes source, range and conditions to the driver', async () => {
  const { upload, calls } = testUpload();
  const { signal } = new AbortController();
  await upload.copyPart(1, 's');
  await upload.copyPart(2, 's', { bucket: 'other', range: { start: 1, end: 2 }, sourceVersionId: 'v', sourceIfMatch: '"e"', signal });
  expect(calls.map(({ args }) => args.slice(3))).toEqual([
    [1, { bucket: 'photos', key: 's' }, {}],
    [2, { bucket: 'other', key: 's', versionId: 'v', conditions: { ifMatch: 'e' } }, { range: { start: 1, end: 2 }, signal }],
  ]);
});

test.for([
  ['../s', {}, 'InvalidKey'],
  ['s', { bucket: 'No' }, 'InvalidBucketName'],
  ['s', { range: { start: 2, end: 1 } }, 'InvalidRange'],
  ['s', { range: {} }, 'InvalidArgument'],
  ['s', { sourceVersionId: '' }, 'InvalidArgument'],
  ['s', { sourceIfMatch: 'a', sourceIfNoneMatch: 'b' }, 'InvalidArgument'],
  ['s', { ifMatch: 'a' }, 'InvalidArgument'],
] as const)('copyPart of %j rejects %j with %s', async ([source, options, code]) => {
  const { upload, calls } = testUpload();
  expect((await failureOf(() => upload.copyPart(1, source, options as CopyPartOptions))).code).toBe(code);
  expect(calls).toEqual([]);
});

/** Returns a driver method that pages through parts, one per page. */
const onePartPerPage =
  (...numbers: number[]) =>
  async (_bucket: string, _key: string, _id: string, { after }: ListPartsCall): Promise<DriverPartsPage> => {
    const rest = numbers.filter((number) => number > after);
    return { parts: rest.slice(0, 1).map(part), truncated: rest.length > 1 };
  };

test('listParts requests page after page', async () => {
  const { upload, calls } = testUpload({ listParts: onePartPerPage(1, 3, 7) });
  expect(await upload.listParts()).toEqual([part(1), part(3), part(7)]);
  expect(calls.map(({ args }) => args.slice(2))).toEqual([
    ['u', { after: 0, maxParts: 1000 }],
    ['u', { after: 1, maxParts: 1000 }],
    ['u', { after: 3, maxParts: 1000 }],
  ]);
});

test('listPartsPage returns the position of the next page', async () => {
  const { upload, calls } = testUpload({ listParts: onePartPerPage(1, 3) });
  expect(await upload.listPartsPage({ pageSize: 1 })).toEqual({ parts: [part(1)], next: 1 });
  expect(await upload.listPartsPage({ after: 1, pageSize: 5000 })).toEqual({ parts: [part(3)] });
  expect(calls.map(({ args }) => args[3])).toEqual([
    { after: 0, maxParts: 1 },
    { after: 1, maxParts: 1000 },
  ]);
  for (const options of [{ pageSize: 0 }, { after: -1 }, { after: '1' }, { limit: 1 }])
    expect((await failureOf(() => upload.listPartsPage(options as object))).code).toBe('InvalidArgument');
});

test('rejects a driver whose pages of parts do not advance', async () => {
  const { upload } = testUpload({ listParts: async () => ({ parts: [part(1)], truncated: true }) });
  expect((await failureOf(() => upload.listParts())).code).toBe('InternalError');
});

test('complete joins all parts by default', async () => {
  const { upload, calls } = testUpload({ listParts: onePartPerPage(1, 3) });
  const { signal } = new AbortController();
  expect(await upload.complete(undefined, { ifNoneMatch: '*', signal })).toEqual({ etag: 'e-1' });
  expect(calls.at(-1)?.args).toEqual(['photos', 'k', 'u', [part(1), part(3)], { conditions: { ifNoneMatch: '*' }, signal }]);
});

test('complete joins the given parts, with unquoted ETags', async () => {
  const { upload, calls } = testUpload();
  await upload.complete([
    { partNumber: 2, etag: '"a"' },
    { partNumber: 5, etag: 'b' },
  ]);
  expect(calls.map(({ args }) => args.slice(3))).toEqual([
    [
      [
        { partNumber: 2, etag: 'a' },
        { partNumber: 5, etag: 'b' },
      ],
      {},
    ],
  ]);
});

test.for([
  [[], 'InvalidRequest'],
  ['parts', 'InvalidArgument'],
  [[1], 'InvalidArgument'],
  [[{ partNumber: 0, etag: 'a' }], 'InvalidArgument'],
  [[{ partNumber: 10_001, etag: 'a' }], 'InvalidArgument'],
  [[{ partNumber: 1, etag: '' }], 'InvalidArgument'],
  [[{ partNumber: 1 }], 'InvalidArgument'],
  [
    [
      { partNumber: 2, etag: 'a' },
      { partNumber: 1, etag: 'b' },
    ],
    'InvalidPartOrder',
  ],
  [
    [
      { partNumber: 1, etag: 'a' },
      { partNumber: 1, etag: 'a' },
    ],
    'InvalidPartOrder',
  ],
] as const)('complete rejects the parts %j with %s', async ([parts, code]) => {
  const { upload, calls } = testUpload();
  expect((await failureOf(() => upload.complete(parts as unknown as CompletedPart[]))).code).toBe(code);
  expect(calls).toEqual([]);
});

test('complete rejects an upload without parts, and two conditions', async () => {
  const { upload } = testUpload();
  expect((await failureOf(() => upload.complete())).code).toBe('InvalidRequest');
  expect((await failureOf(() => upload.complete(undefined, { ifMatch: 'a', ifNoneMatch: 'b' }))).code).toBe('InvalidArgument');
});

test('abort passes the signal to the driver', async () => {
  const { upload, calls } = testUpload();
  const { signal } = new AbortController();
  await upload.abort({ signal });
  expect(calls.map(({ name, args }) => [name, ...args])).toEqual([['abortUpload', 'photos', 'k', 'u', { signal }]]);
});
