import { expect, test } from 'vitest';
import { MemoryDatastore } from '../src/index.js';
import type { MemorySnapshot } from '../src/index.js';
import { storeWithBucket } from './support.js';

test('restore replaces all objects, and a snapshot can be restored repeatedly', async () => {
  const { store, photos } = storeWithBucket();
  await photos.put('a', '1', { metadata: { m: 'x' }, tags: { t: 'y' } });
  await photos.put('b', '2');
  const snapshot = store.snapshot();
  expect(snapshot.buckets).toEqual(['photos']);
  for (let round = 0; round < 3; round++) {
    await photos.put('a', 'changed');
    await photos.put('c', 'new');
    await photos.delete('b');
    await store.createBucket('other');
    expect(await photos.listFilename()).toEqual(['a', 'c']);
    store.restore(snapshot);
    expect(await store.list()).toEqual(['photos']);
    expect(await photos.listFilename()).toEqual(['a', 'b']);
    expect(await (await photos.get('a')).text()).toBe('1');
    expect(await photos.stat('a')).toMatchObject({ metadata: { m: 'x' }, tagCount: 1 });
  }
});

test('changes after a restore do not reach the snapshot', async () => {
  const { store, photos } = storeWithBucket();
  for (let index = 0; index < 200; index++) await photos.put(`k${index}`, 'old');
  const first = store.snapshot();
  for (let index = 0; index < 100; index++) await photos.put(`k${index}`, 'new');
  const second = store.snapshot();
  for (let index = 50; index < 150; index++) await photos.delete(`k${index}`);
  const bodies = (json: ReturnType<MemoryDatastore['toJSON']>) => Object.values(json['photos'] ?? {});
  store.restore(first);
  expect(bodies(store.toJSON())).toEqual(Array.from({ length: 200 }, () => 'old'));
  store.restore(second);
  expect(bodies(store.toJSON()).filter((body) => body === 'new')).toHaveLength(100);
  expect(bodies(store.toJSON())).toHaveLength(200);
  store.restore(first);
  expect(bodies(store.toJSON()).filter((body) => body === 'new')).toHaveLength(0);
});

test('a snapshot may be restored in another datastore', async () => {
  const { store, photos } = storeWithBucket();
  await photos.put('a', '1');
  const other = new MemoryDatastore();
  other.restore(store.snapshot());
  await other.bucket('photos').put('a', '2');
  expect([store.toJSON(), other.toJSON()]).toEqual([{ photos: { a: '1' } }, { photos: { a: '2' } }]);
});

test('versions and the versioning state are restored', async () => {
  const { store, photos } = storeWithBucket();
  await photos.setVersioning('enabled');
  const { versionId } = await photos.put('a', '1');
  const snapshot = store.snapshot();
  await photos.put('a', '2');
  await photos.delete('a', { versionId });
  await photos.setVersioning('suspended');
  store.restore(snapshot);
  expect(await photos.versioning()).toBe('enabled');
  expect((await photos.listVersions()).map((version) => version.versionId)).toEqual([versionId]);
});

test('open uploads are restored', async () => {
  const { store, photos } = storeWithBucket();
  const upload = await photos.createUpload('a');
  await upload.putPart(1, 'one');
  const snapshot = store.snapshot();
  await upload.putPart(1, 'changed');
  await upload.putPart(2, 'two');
  await upload.complete([await upload.putPart(3, 'x')]);
  const later = await photos.createUpload('a');
  store.restore(snapshot);
  expect((await photos.listUploads()).map(({ id }) => id)).toEqual([upload.id]);
  await expect(later.listParts()).rejects.toMatchObject({ code: 'NoSuchUpload' });
  await upload.complete();
  expect(await (await photos.get('a')).text()).toBe('one');
});

test('the volume follows a restore', async () => {
  const { store, photos } = storeWithBucket();
  const { volume } = store;
  await photos.put('a/b', '1');
  const snapshot = store.snapshot();
  await photos.put('c', '2');
  await photos.put('a/b', 'changed');
  await store.createBucket('other');
  expect(volume.readFileSync('/photos/a/b', 'utf8')).toBe('changed');
  store.restore(snapshot);
  expect(volume.toJSON()).toEqual({ '/photos/a/b': '1' });
  store.restore(new MemoryDatastore().snapshot());
  expect(volume.readdirSync('/')).toEqual([]);
});

test('an open body is not affected by a restore', async () => {
  const { store, photos } = storeWithBucket();
  const empty = store.snapshot();
  const body = Buffer.alloc(300_000, 'x');
  await photos.put('a', body);
  const object = await photos.get('a');
  store.restore(empty);
  expect(body.equals(Buffer.from(await object.bytes()))).toBe(true);
  expect(await photos.exists('a')).toBe(false);
});

test('snapshot and restore work after close', async () => {
  const { store, photos } = storeWithBucket();
  await photos.put('a', '1');
  await store.close();
  const snapshot = store.snapshot();
  store.restore(snapshot);
  expect(store.toJSON()).toEqual({ photos: { a: '1' } });
});

test.for([undefined, null, {}, { buckets: ['photos'] }])('restore rejects %j', (value) => {
  const { store } = storeWithBucket();
  expect(() => store.restore(value as MemorySnapshot)).toThrow(expect.objectContaining({ code: 'InvalidArgument', operation: 'restore' }));
  expect(store.toJSON()).toEqual({ photos: {} });
});

test('snapshot and restore do not copy the objects', async () => {
  const objects = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`folder/k${index}`, 'x']));
  const store = new MemoryDatastore({ buckets: { photos: objects } });
  const photos = store.bucket('photos');
  const times: number[] = [];
  for (let round = 0; round < 15; round++) {
    const start = performance.now();
    const snapshot = store.snapshot();
    store.restore(snapshot);
    times.push(performance.now() - start);
    await photos.put(`new${round}`, 'y');
  }
  // The fastest round, because other processes may interrupt the others. Copying 20,000 objects takes several milliseconds.
  expect(Math.min(...times)).toBeLessThan(1);
});
