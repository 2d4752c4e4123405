import { expect, test } from 'vitest';
import type { CreateUploadOptions, ListUploadsPageOptions } from '../../src/api/options.js';
import type { DriverUploadsPage } from '../../src/driver/optional-drivers.js';
import { failureOf } from '../failure.js';
import { testStore } from './test-store.js';

const upload = (key: string, id: string) => ({ key, id, initiated: new Date(0) });

const pages =
  (...all: DriverUploadsPage[]) =>
  async (): Promise<DriverUploadsPage> =>
    all.shift() ?? { uploads: [], truncated: false };

test('createUpload passes normalised attributes to the driver and returns a handle', async () => {
  const { bucket, calls } = testStore();
  const { signal } = new AbortController();
  const created = await bucket.createUpload('k', {
    contentType: ' a/b ',
    cacheControl: 'no-store',
    metadata: { Color: ' red ' },
    tags: { t: '1' },
    checksum: { algorithm: 'CRC32' },
    signal,
  });
  expect([created.key, created.id]).toEqual(['k', 'u']);
  expect(calls.map(({ args }) => args)).toEqual([
    [
      'photos',
      'k',
      {
        attributes: { contentType: 'a/b', cacheControl: 'no-store', metadata: { color: 'red' } },
        tags: { t: '1' },
        checksum: { algorithm: 'CRC32' },
        signal,
      },
    ],
  ]);
});

test('createUpload has the same defaults as put', async () => {
  const { bucket, calls } = testStore();
  await bucket.createUpload('k');
  expect(calls[0]?.args[2]).toEqual({ attributes: { contentType: 'binary/octet-stream', metadata: {} }, tags: {} });
});

test.for([
  ['../k', {}, 'InvalidKey'],
  ['folder/', {}, 'InvalidKey'],
  ['k', { contentType: 'é' }, 'InvalidArgument'],
  ['k', { checksum: { algorithm: 'MD5' } }, 'InvalidArgument'],
  ['k', { checksum: 'CRC32' }, 'InvalidArgument'],
  ['k', { ifMatch: '*' }, 'InvalidArgument'],
  ['k', { partSize: 5_242_880 }, 'InvalidArgument'],
] as const)('createUpload rejects %j with %j: %s', async ([key, options, code]) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.createUpload(key, options as CreateUploadOptions))).code).toBe(code);
  expect(calls).toEqual([]);
});

test('upload returns a handle without I/O', () => {
  const { bucket, calls } = testStore();
  expect(bucket.upload('k', 'id')).toMatchObject({ key: 'k', id: 'id' });
  expect(() => bucket.upload('../k', 'id')).toThrow(expect.objectContaining({ code: 'InvalidKey' }));
  expect(() => bucket.upload('k', '')).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  expect(calls).toEqual([]);
});

test('listUploads requests page after page', async () => {
  const [a1, a2, b] = [upload('a', '1'), upload('a', '2'), upload('b', '3')];
  const listUploads = pages({ uploads: [a1], truncated: true }, { uploads: [a2], truncated: true }, { uploads: [b], truncated: false });
  const { bucket, calls } = testStore({ listUploads });
  expect(await bucket.listUploads({ prefix: 'p' })).toEqual([a1, a2, b]);
  expect(calls.map(({ args }) => args)).toEqual([
    ['photos', { prefix: 'p', maxUploads: 1000 }],
    ['photos', { prefix: 'p', after: { key: 'a', id: '1' }, maxUploads: 1000 }],
    ['photos', { prefix: 'p', after: { key: 'a', id: '2' }, maxUploads: 1000 }],
  ]);
});

test('listUploadsPage returns the position of the next page', async () => {
  const listUploads = pages({ uploads: [upload('a', '1')], truncated: true }, { uploads: [], truncated: false });
  const { bucket, calls } = testStore({ listUploads });
  expect(await bucket.listUploadsPage({ pageSize: 1 })).toEqual({ uploads: [upload('a', '1')], next: { key: 'a', id: '1' } });
  expect(await bucket.listUploadsPage({ after: { key: 'a' }, pageSize: 2000 })).toEqual({ uploads: [] });
  expect(calls.map(({ args }) => args[1])).toEqual([
    { prefix: '', maxUploads: 1 },
    { prefix: '', after: { key: 'a' }, maxUploads: 1000 },
  ]);
});

test.for([{ pageSize: 0 }, { after: 'a' }, { after: {} }, { after: { key: 'a', id: '' } }, { prefix: '\ud800' }, { delimiter: '/' }])(
  'listUploadsPage rejects %j',
  async (options) => {
    const { bucket, calls } = testStore();
    expect((await failureOf(() => bucket.listUploadsPage(options as ListUploadsPageOptions))).code).toBe('InvalidArgument');
    expect(calls).toEqual([]);
  },
);

test.for([
  ['an empty truncated page', []],
  ['a truncated page that ends at the marker', [upload('a', '1')]],
  ['a truncated page that ends before the marker', [upload('A', '9')]],
] as const)('rejects a driver that returns %s', async ([, uploads]) => {
  const { bucket } = testStore({ listUploads: async () => ({ uploads: [...uploads], truncated: true }) });
  expect((await failureOf(() => bucket.listUploadsPage({ after: { key: 'a', id: '1' } }))).code).toBe('InternalError');
});
