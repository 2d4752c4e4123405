import { expect, onTestFinished, test, vi } from 'vitest';
import { MemoryDatastore, MemoryDriver, createDatastore, optionsSchema } from '../src/index.js';
import type { MemoryDatastoreOptions } from '../src/index.js';
import { storeWithBucket } from './support.js';

test('seeds: text, bytes and base64, each an object like any other', async () => {
  const bytes = Buffer.from('xhello').subarray(1);
  const store = new MemoryDatastore({ buckets: { empty: {}, photos: { 'a.txt': 'hello', 'b/': bytes, c: { base64: '/wA=' } } } });
  bytes.fill('x');
  expect(await store.list()).toEqual(['empty', 'photos']);
  const photos = store.bucket('photos');
  expect(await (await photos.get('b/')).text()).toBe('hello');
  expect([...(await (await photos.get('c')).bytes())]).toEqual([255, 0]);
  expect(await photos.stat('a.txt')).toMatchObject({
    size: 5,
    etag: '5d41402abc4b2a76b9719d911017c592',
    contentType: 'binary/octet-stream',
  });
});

test('toJSON gives the bodies in the order of listings, and a new store takes them', async () => {
  const { store, photos } = storeWithBucket();
  await store.createBucket('archive');
  for (const key of ['\u{1F30D}', '\uE000', 'é', 'a', 'a/b', 'a/', '__proto__', 'BOM'])
    await photos.put(key, key === 'BOM' ? '\uFEFFx' : key);
  await photos.put('bytes', Uint8Array.of(0xc3));
  const json = store.toJSON();
  expect(Object.keys(json)).toEqual(['archive', 'photos']);
  expect(Object.keys(json['photos'] ?? {})).toEqual(await photos.listFilename());
  expect(json['photos']?.['bytes']).toEqual({ base64: 'ww==' });
  const again = new MemoryDatastore({ buckets: JSON.parse(JSON.stringify(store)) as typeof json });
  expect(again.toJSON()).toEqual(json);
  expect(await again.bucket('photos').list()).toMatchObject((await photos.list()).map(({ key, etag, size }) => ({ key, etag, size })));
});

test('toJSON works after close, when the code under test has ended', async () => {
  const { store, photos } = storeWithBucket();
  await photos.put('a', 'b');
  await store.close();
  expect(store.toJSON()).toEqual({ photos: { a: 'b' } });
});

test('the clock stamps objects in whole seconds, and an object never grows younger', async () => {
  const times = [new Date(5_999), 7_000, 2_000, 9_500];
  const { photos } = storeWithBucket({ now: () => times.shift() ?? 0 });
  const stamps: number[] = [];
  for (let write = 0; write < 4; write++) {
    await photos.put('a', String(write));
    stamps.push((await photos.stat('a')).lastModified.getTime());
  }
  expect(stamps).toEqual([5_000, 7_000, 7_000, 9_000]);
});

test('the clock stamps copies too; tags leave the time alone', async () => {
  let now = 1_000;
  const { photos } = storeWithBucket({ now: () => now });
  await photos.put('a', '');
  now = 2_000;
  await photos.setTags('a', { t: '1' });
  expect((await photos.stat('a')).lastModified.getTime()).toBe(1_000);
  expect((await photos.fcopyTo('photos', 'b', 'a')).lastModified.getTime()).toBe(2_000);
});

test('without a clock of its own a store goes by Date, faked or not', async () => {
  const { photos } = storeWithBucket();
  vi.useFakeTimers({ now: 5_000, toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  await photos.put('a', '');
  expect((await photos.stat('a')).lastModified.getTime()).toBe(5_000);
});

test('a clock that tells no time fails the write, which then changes nothing', async () => {
  const { photos } = storeWithBucket({ now: () => Number.NaN });
  await expect(photos.put('a', '')).rejects.toMatchObject({ code: 'InvalidArgument', bucket: 'photos', key: 'a' });
  expect(await photos.list()).toEqual([]);
});

test.for<[what: string, options: unknown, code: string, names: string]>([
  ['an unknown option', { bucket: {} }, 'InvalidArgument', '`bucket`'],
  ['buckets that are none', { buckets: 'photos' }, 'InvalidArgument', '`buckets`'],
  ['null for buckets', { buckets: null }, 'InvalidArgument', '`buckets`'],
  ['a bucket that is none', { buckets: { photos: 'a' } }, 'InvalidArgument', 'photos'],
  ['null for a bucket', { buckets: { photos: null } }, 'InvalidArgument', 'photos'],
  ['a body that is none', { buckets: { photos: { a: 1 } } }, 'InvalidArgument', 'photos/a'],
  ['null for a body', { buckets: { photos: { a: null } } }, 'InvalidArgument', 'photos/a'],
  ['a body without bytes', { buckets: { photos: { a: { base64: 1 } } } }, 'InvalidArgument', 'photos/a'],
  ['a bad bucket name', { buckets: { Photos: {} } }, 'InvalidBucketName', 'a bucket name'],
  ['a bad key', { buckets: { photos: { '../a': '' } } }, 'InvalidKey', '..'],
  ['a clock that is none', { now: 0 }, 'InvalidArgument', '`now`'],
  ['a name that is none', { name: 1 }, 'InvalidArgument', '`name`'],
  ['a shared name that is none', { shared: 1 }, 'InvalidArgument', '`shared`'],
  ['shared with a clock', { shared: 'x', now: Date.now }, 'InvalidArgument', '`shared`'],
  ['shared with buckets', { shared: 'x', buckets: {} }, 'InvalidArgument', '`shared`'],
])('refuses %s', ([, options, code, names]) => {
  const make = () => new MemoryDatastore(options as MemoryDatastoreOptions);
  expect(make).toThrow(expect.objectContaining({ name: 'StorageError', code }));
  expect(make).toThrow(names);
});

test.for<[options: unknown, place: object]>([
  [{ now: 0 }, {}],
  [{ buckets: { photos: 1 } }, { bucket: 'photos' }],
  [{ buckets: { photos: { a: 1 } } }, { bucket: 'photos', key: 'a' }],
])('a refusal of %j says what was called, and the place', ([options, place]) => {
  const refusal = expect.objectContaining({ operation: 'MemoryDatastore', ...place }) as Error;
  expect(() => new MemoryDatastore(options as MemoryDatastoreOptions)).toThrow(refusal);
});

test('shared stores of one name are one store, also after a close; all others are their own', async () => {
  const one = new MemoryDatastore({ shared: 'options-test', name: 'one' });
  await one.createBucket('photos');
  await one.close();
  const two = createDatastore({ shared: 'options-test' }, { name: 'two' });
  expect([one.name, two.name, await two.list('str')]).toEqual(['one', 'two', 'photos']);
  expect(await new MemoryDatastore({ shared: 'options-test-2' }).list()).toEqual([]);
  expect(await new MemoryDatastore().list()).toEqual([]);
});

test('a driver behind a wrapper can be looked into as well', async () => {
  const driver = new MemoryDriver({ buckets: { photos: { a: 'b' } } });
  expect(driver.toJSON()).toEqual({ photos: { a: 'b' } });
  expect(driver.volume.toJSON()).toEqual({ '/photos/a': 'b' });
});

test('declares everything but what needs a server or a disk', () => {
  const { capabilities } = new MemoryDatastore();
  const missing = Object.entries(capabilities).flatMap(([name, can]) => (can ? [] : [name]));
  expect(missing.sort()).toEqual(['native', 'persistent', 'presign', 'versioning']);
});

test('a configuration may set every option but the name, which it gives itself', () => {
  const types = Object.entries(optionsSchema.options).map(([name, { type }]) => [name, type]);
  expect(Object.fromEntries(types)).toEqual({ shared: 'string', buckets: 'object', now: 'function' });
  expect(optionsSchema.url).toMatchObject({ path: 'shared' });
});
