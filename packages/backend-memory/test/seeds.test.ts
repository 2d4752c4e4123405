import { expect, test } from 'vitest';
import { MemoryDatastore } from '../src/index.js';
import type { BucketSeeds, MemoryDatastoreOptions } from '../src/index.js';
import { storeWithBucket } from './support.js';

const one = '11111111-1111-4111-8111-111111111111';
const two = '22222222-2222-4222-8222-222222222222';

/** Returns the contents of a datastore that was created from the contents of another one. */
function roundTrip(store: MemoryDatastore): ReturnType<MemoryDatastore['toJSON']> {
  return new MemoryDatastore({ buckets: JSON.parse(JSON.stringify(store.toJSON({ times: true }))) as BucketSeeds }).toJSON({ times: true });
}

test('a seed may have attributes and a time', async () => {
  const object = {
    text: 'hello',
    contentType: 'text/plain',
    cacheControl: 'no-store',
    expires: '2030-01-02T03:04:05.000Z',
    metadata: { Name: 'value' },
    tags: { color: 'red' },
    lastModified: '2020-01-02T03:04:05.678Z',
  };
  const photos = new MemoryDatastore({ buckets: { photos: { 'a.txt': object } } }).bucket('photos');
  expect(await photos.stat('a.txt')).toEqual({
    key: 'a.txt',
    size: 5,
    etag: '5d41402abc4b2a76b9719d911017c592',
    contentType: 'text/plain',
    cacheControl: 'no-store',
    expires: new Date('2030-01-02T03:04:05Z'),
    metadata: { name: 'value' },
    tagCount: 1,
    lastModified: new Date('2020-01-02T03:04:05Z'),
  });
  expect(await photos.tags('a.txt')).toEqual({ color: 'red' });
});

test('a seed may have its body as text, bytes or base64', async () => {
  const bytes = Uint8Array.of(104, 105);
  const store = new MemoryDatastore({ buckets: { photos: { a: { text: 'hi' }, b: { bytes, tags: {} }, c: { base64: 'aGk=' } } } });
  bytes.fill(0);
  expect(store.toJSON()).toEqual({ photos: { a: 'hi', b: 'hi', c: 'hi' } });
});

test('toJSON includes attributes, and the time of objects that have some', async () => {
  const { store, photos } = storeWithBucket({ now: () => 1_000_000_000_000 });
  await photos.put('plain', 'x');
  await photos.put('typed', 'x', { contentType: 'text/plain' });
  await photos.put('all', Uint8Array.of(255), {
    cacheControl: 'no-store',
    expires: new Date(1e12),
    metadata: { a: 'b' },
    tags: { t: '1' },
  });
  const lastModified = '2001-09-09T01:46:40.000Z';
  const typed = { text: 'x', contentType: 'text/plain', lastModified };
  expect(store.toJSON()).toEqual({
    photos: {
      all: {
        base64: '/w==',
        contentType: 'binary/octet-stream',
        cacheControl: 'no-store',
        expires: lastModified,
        metadata: { a: 'b' },
        tags: { t: '1' },
        lastModified,
      },
      plain: 'x',
      typed,
    },
  });
  expect(store.toJSON({ times: true })['photos']).toMatchObject({ plain: { text: 'x', lastModified }, typed });
  expect(roundTrip(store)).toEqual(store.toJSON({ times: true }));
});

test('versions from newest to oldest are seeds', async () => {
  const versions = [
    { versionId: two, isDeleteMarker: true, lastModified: '2020-01-03T00:00:00.000Z' },
    { versionId: one, text: 'one', contentType: 'text/plain', lastModified: '2020-01-02T00:00:00.000Z' },
    { versionId: 'null', text: 'old', contentType: 'text/plain', lastModified: '2020-01-01T00:00:00.000Z' },
  ];
  const store = new MemoryDatastore({ buckets: { photos: { '': { versioning: 'enabled' }, a: versions, b: [{ text: 'x' }] } } });
  const photos = store.bucket('photos');
  expect(await photos.versioning()).toBe('enabled');
  expect(
    (await photos.listVersions({ prefix: 'a' })).map(({ versionId, isLatest, isDeleteMarker, size }) => [
      versionId,
      isLatest,
      isDeleteMarker,
      size,
    ]),
  ).toEqual([
    [two, true, true, 0],
    [one, false, false, 3],
    ['null', false, false, 3],
  ]);
  expect(await (await photos.get('a', { versionId: one })).text()).toBe('one');
  expect((await photos.stat('b')).versionId).toMatch(/^[0-9a-f-]{36}$/);
  expect(store.toJSON()['photos']).toMatchObject({ '': { versioning: 'enabled' }, a: versions });
  expect(roundTrip(store)).toEqual(store.toJSON({ times: true }));
});

test('toJSON includes versions, delete markers and the versioning state', async () => {
  const { store, photos } = storeWithBucket();
  await photos.put('a', 'old');
  await photos.put('folder/', 'x');
  await photos.setVersioning('enabled');
  const { versionId } = await photos.put('a', 'new', { tags: { t: '1' } });
  await photos.delete('a');
  await photos.setVersioning('suspended');
  const json = store.toJSON()['photos'];
  expect(json?.['']).toEqual({ versioning: 'suspended' });
  expect(json?.['a']).toMatchObject([
    { isDeleteMarker: true },
    { versionId, text: 'new', tags: { t: '1' } },
    { versionId: 'null', text: 'old' },
  ]);
  expect(json?.['folder/']).toBe('x');
  expect(roundTrip(store)).toEqual(store.toJSON({ times: true }));
});

test('the parts of an object, and so its ETag, are kept', async () => {
  const { store, photos } = storeWithBucket();
  const upload = await photos.createUpload('a');
  await upload.putPart(3, 'hello');
  const { etag } = await upload.complete();
  const copy = new MemoryDatastore({ buckets: store.toJSON() }).bucket('photos');
  expect((await copy.stat('a')).etag).toBe(etag);
  expect(await (await copy.get('a', { partNumber: 3 })).text()).toBe('hello');
});

test('a seed can be changed like any other object', async () => {
  const store = new MemoryDatastore({ buckets: { photos: { '': { versioning: 'suspended' }, a: [{ versionId: one, text: 'one' }] } } });
  const photos = store.bucket('photos');
  await photos.put('a', 'new');
  expect((await photos.listVersions()).map(({ versionId }) => versionId)).toEqual(['null', one]);
});

test.for<[what: string, seed: unknown, names: string]>([
  ['an unknown field', { text: '', type: 'a/b' }, '`type`'],
  ['two bodies', { text: '', base64: '' }, 'body'],
  ['no body', { contentType: 'a/b' }, 'body'],
  ['an invalid time', { text: '', lastModified: 'yesterday' }, '`lastModified`'],
  ['parts of another size', { text: 'x', parts: [{ partNumber: 1, size: 2 }] }, '`parts`'],
  ['versions in a bucket without versioning', [{ text: '' }], 'versioning'],
  ['a header of the wrong type', { text: '', contentType: 1 }, '`contentType`'],
])('rejects a seed with %s', ([, seed, names]) => {
  const make = () => new MemoryDatastore({ buckets: { photos: { a: seed } } } as MemoryDatastoreOptions);
  expect(make).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  expect(make).toThrow(names);
});

test.for<[what: string, versions: unknown]>([
  [
    'a version that occurs twice',
    [
      { text: '', versionId: one },
      { text: '', versionId: one },
    ],
  ],
  ['a malformed id', [{ text: '', versionId: 'x' }]],
  ['an id of the wrong type', [{ text: '', versionId: 1 }]],
  ['a version that is text', ['text']],
])('rejects versions with %s', ([, versions]) => {
  const make = () => new MemoryDatastore({ buckets: { photos: { '': { versioning: 'enabled' }, a: versions } } } as MemoryDatastoreOptions);
  expect(make).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});

test.for([{ versioning: 'on' }, { other: 1 }, 'enabled', null])('rejects the settings %j of a bucket', (settings) => {
  const make = () => new MemoryDatastore({ buckets: { photos: { '': settings } } } as unknown as MemoryDatastoreOptions);
  expect(make).toThrow(expect.objectContaining({ code: 'InvalidArgument', bucket: 'photos' }));
});
