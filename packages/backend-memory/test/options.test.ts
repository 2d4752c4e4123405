import { expect, onTestFinished, test, vi } from 'vitest';
import { MemoryDatastore, MemoryDriver, createDatastore, optionsSchema } from '../src/index.js';
import type { MemoryDatastoreOptions } from '../src/index.js';
import { storeWithBucket } from './support.js';

test('seeds may be text, bytes or base64', async () => {
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

test('toJSON returns the bodies in listing order, and the option `buckets` accepts them', async () => {
  const { store, photos } = storeWithBucket();
  await store.createBucket('archive');
  for (const key of ['\u{1F30D}', '\uE000', 'é', 'a', 'a/b', 'a/', '__proto__', 'BOM'])
    await photos.put(key, key === 'BOM' ? '\uFEFFx' : key);
  await photos.put('bytes', Uint8Array.of(0xc3));
  const json = store.toJSON();
  expect(Object.keys(json)).toEqual(['archive', 'photos']);
  expect(Object.keys(json['photos'] ?? {})).toEqual(await photos.listFilename());
  expect(json['photos']?.['bytes']).toEqual({ base64: 'ww==' });
  const copy = new MemoryDatastore({ buckets: JSON.parse(JSON.stringify(store)) as typeof json });
  expect(copy.toJSON()).toEqual(json);
  expect(await copy.bucket('photos').list()).toMatchObject((await photos.list()).map(({ key, etag, size }) => ({ key, etag, size })));
});

test('toJSON works after close', async () => {
  const { store, photos } = storeWithBucket();
  await photos.put('a', 'b');
  await store.close();
  expect(store.toJSON()).toEqual({ photos: { a: 'b' } });
});

test('lastModified is in whole seconds and never decreases', async () => {
  const times = [new Date(5_999), 7_000, 2_000, 9_500];
  const { photos } = storeWithBucket({ now: () => times.shift() ?? 0 });
  const modified: number[] = [];
  for (let write = 0; write < 4; write++) {
    await photos.put('a', String(write));
    modified.push((await photos.stat('a')).lastModified.getTime());
  }
  expect(modified).toEqual([5_000, 7_000, 7_000, 9_000]);
});

test('a copy gets the current time, and tags do not change the time', async () => {
  let now = 1_000;
  const { photos } = storeWithBucket({ now: () => now });
  await photos.put('a', '');
  now = 2_000;
  await photos.setTags('a', { t: '1' });
  expect((await photos.stat('a')).lastModified.getTime()).toBe(1_000);
  expect((await photos.fcopyTo('photos', 'b', 'a')).lastModified.getTime()).toBe(2_000);
});

test('the default clock follows fake timers', async () => {
  const { photos } = storeWithBucket();
  vi.useFakeTimers({ now: 5_000, toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  await photos.put('a', '');
  expect((await photos.stat('a')).lastModified.getTime()).toBe(5_000);
});

test('an invalid time fails the write and changes nothing', async () => {
  const { photos } = storeWithBucket({ now: () => Number.NaN });
  await expect(photos.put('a', '')).rejects.toMatchObject({ code: 'InvalidArgument', bucket: 'photos', key: 'a' });
  expect(await photos.list()).toEqual([]);
});

test.for<[what: string, options: unknown, code: string, names: string]>([
  ['an unknown option', { bucket: {} }, 'InvalidArgument', '`bucket`'],
  ['text for buckets', { buckets: 'photos' }, 'InvalidArgument', '`buckets`'],
  ['null for buckets', { buckets: null }, 'InvalidArgument', '`buckets`'],
  ['text for a bucket', { buckets: { photos: 'a' } }, 'InvalidArgument', 'photos'],
  ['null for a bucket', { buckets: { photos: null } }, 'InvalidArgument', 'photos'],
  ['a number for a body', { buckets: { photos: { a: 1 } } }, 'InvalidArgument', 'photos/a'],
  ['null for a body', { buckets: { photos: { a: null } } }, 'InvalidArgument', 'photos/a'],
  ['a number for base64', { buckets: { photos: { a: { base64: 1 } } } }, 'InvalidArgument', 'photos/a'],
  ['a bad bucket name', { buckets: { Photos: {} } }, 'InvalidBucketName', 'a bucket name'],
  ['a bad key', { buckets: { photos: { '../a': '' } } }, 'InvalidKey', '..'],
  ['a number for now', { now: 0 }, 'InvalidArgument', '`now`'],
  ['a number for name', { name: 1 }, 'InvalidArgument', '`name`'],
  ['a number for shared', { shared: 1 }, 'InvalidArgument', '`shared`'],
  ['shared with a clock', { shared: 'x', now: Date.now }, 'InvalidArgument', '`shared`'],
  ['shared with buckets', { shared: 'x', buckets: {} }, 'InvalidArgument', '`shared`'],
])('rejects %s', ([, options, code, names]) => {
  const make = () => new MemoryDatastore(options as MemoryDatastoreOptions);
  expect(make).toThrow(expect.objectContaining({ name: 'StorageError', code }));
  expect(make).toThrow(names);
});

test.for<[options: unknown, names: string]>([
  ['photos', 'object'],
  [[], 'object'],
  [null, 'object'],
  [{ shared: 'x' }, '`shared`'],
  [{ bucket: {} }, 'buckets, now and keys'],
  [{ now: 0 }, '`now`'],
])('the driver rejects the options %j', ([options, names]) => {
  expect(() => new MemoryDriver(options as object)).toThrow(
    expect.objectContaining({ code: 'InvalidArgument', operation: 'MemoryDriver' }),
  );
  expect(() => new MemoryDriver(options as object)).toThrow(names);
});

test.for(['photos', [], null])('rejects the options %j', (options) => {
  expect(() => new MemoryDatastore(options as object)).toThrow(
    expect.objectContaining({ code: 'InvalidArgument', operation: 'MemoryDatastore' }),
  );
});

test.for<[options: unknown, location: object]>([
  [{ now: 0 }, {}],
  [{ buckets: { photos: 1 } }, { bucket: 'photos' }],
  [{ buckets: { photos: { a: 1 } } }, { bucket: 'photos', key: 'a' }],
])('the error for %j names the operation, bucket and key', ([options, location]) => {
  const expected = expect.objectContaining({ operation: 'MemoryDatastore', ...location }) as Error;
  expect(() => new MemoryDatastore(options as MemoryDatastoreOptions)).toThrow(expected);
});

test('datastores with the same shared name share one store, also after close', async () => {
  const one = new MemoryDatastore({ shared: 'options-test', name: 'one' });
  await one.createBucket('photos');
  await one.close();
  const two = createDatastore({ shared: 'options-test' }, { name: 'two' });
  expect([one.name, two.name, await two.list('str')]).toEqual(['one', 'two', 'photos']);
  expect(await new MemoryDatastore({ shared: 'options-test-2' }).list()).toEqual([]);
  expect(await new MemoryDatastore().list()).toEqual([]);
});

test('shared stores are shared with other copies of the package', async () => {
  await new MemoryDatastore({ shared: 'copies-test' }).createBucket('photos');
  vi.resetModules();
  const copy = await import('../src/index.js');
  expect(copy.MemoryDatastore).not.toBe(MemoryDatastore);
  expect(await new copy.MemoryDatastore({ shared: 'copies-test' }).list()).toEqual(['photos']);
});

test('a driver has toJSON and volume, too', async () => {
  const driver = new MemoryDriver({ buckets: { photos: { a: 'b' } } });
  expect(driver.toJSON()).toEqual({ photos: { a: 'b' } });
  expect(driver.volume.toJSON()).toEqual({ '/photos/a': 'b' });
});

test('declares all capabilities except those that need a server or a disk', () => {
  const { capabilities } = new MemoryDatastore();
  const missing = Object.entries(capabilities).flatMap(([name, can]) => (can ? [] : [name]));
  expect(missing.sort()).toEqual(['anyKeys', 'native', 'persistent', 'presign']);
});

test('the schema contains every option except the name, which the configuration defines', () => {
  const types = Object.entries(optionsSchema.options).map(([name, { type }]) => [name, type]);
  expect(Object.fromEntries(types)).toEqual({ keys: 'string', shared: 'string', buckets: 'object', now: 'function' });
  expect(optionsSchema.url).toMatchObject({ path: 'shared' });
});
