import type { Volume } from 'memfs';
import { expect, test } from 'vitest';
import type { MemoryDatastore } from '../src/index.js';
import { inChunks, pattern, storeWithBucket } from './support.js';

test('each body is a file with the time of its object', async () => {
  const { store, photos } = storeWithBucket({ now: () => 1_000_000_000_999 });
  await photos.put('2024/cat.txt', 'meow');
  expect(store.volume.readFileSync('/photos/2024/cat.txt', 'utf8')).toBe('meow');
  const { size, mtimeMs, ctimeMs, birthtimeMs } = memfsVolume(store).statSync('/photos/2024/cat.txt');
  expect({ size, mtimeMs, ctimeMs, birthtimeMs }).toEqual({ size: 4, mtimeMs: 1e12, ctimeMs: 1e12, birthtimeMs: 1e12 });
});

test('the volume reflects later changes', async () => {
  const { store, photos } = storeWithBucket();
  const { volume } = store;
  await store.createBucket('empty');
  await photos.put('a', '1');
  expect(volume.toJSON()).toEqual({ '/photos/a': '1', '/empty': null });
  await photos.put('a', '2');
  expect(volume.toJSON()).toEqual({ '/photos/a': '2', '/empty': null });
  await store.removeBucket('empty');
  await photos.delete('a');
  expect(volume.toJSON()).toEqual({ '/photos': null });
  expect(store.volume).toBe(volume);
});

test('a bucket is a folder', () => {
  expect(storeWithBucket().store.volume.readdirSync('/')).toEqual(['photos']);
});

test('relative paths start at the root, independent of the working directory', async () => {
  const { store, photos } = storeWithBucket();
  await photos.put('a', 'x');
  expect(store.volume.readFileSync('photos/a', 'utf8')).toBe('x');
});

test('a delete removes the folders that become empty', async () => {
  const { store, photos } = storeWithBucket();
  await photos.put('a/b/c/d', '');
  await photos.put('a/x', '');
  await photos.delete('a/b/c/d');
  expect(store.volume.toJSON()).toEqual({ '/photos/a/x': '' });
});

const keys = ['a', 'a/', 'a/b', 'a/b/', 'a/b/c'];

test('conflicting keys coexist, in any order of puts and deletes', async () => {
  for (const order of permutations(keys)) {
    const { store, photos } = storeWithBucket();
    const files = () => Object.entries(store.volume.toJSON()).filter(([, body]) => body !== null);
    for (const key of order) await photos.put(key, `body of ${key}`);
    expect(await photos.listFilename()).toEqual(keys);
    expect(new Set(files().map(([, body]) => body))).toEqual(new Set(keys.map((key) => `body of ${key}`)));
    expect(files()).toHaveLength(keys.length);
    expect(files().every(([path]) => path.startsWith('/photos/') || path.startsWith('/.anybucket/photos/'))).toBe(true);
    for (const key of order.toReversed()) {
      await photos.put(key, 'new body');
      expect(await (await photos.get(key)).text()).toBe('new body');
      await photos.delete(key);
      const remaining = await photos.listFilename();
      for (const other of remaining) expect(await (await photos.get(other)).text()).toBe(`body of ${other}`);
      expect(files()).toHaveLength(remaining.length);
    }
    expect(store.volume.toJSON()).toEqual({ '/photos': null });
  }
});

test.for(['a\\b', 'con', '100%', 'ä b', '.anybucket', '__proto__', 'x?*:"<>|', ' '])('the key %j is a file with that name', async (key) => {
  const { store, photos } = storeWithBucket();
  await photos.put(key, 'x');
  expect(store.volume.toJSON()).toEqual({ [`/photos/${key}`]: 'x' });
});

test('a streamed body can be read like any other file', async () => {
  const { store, photos } = storeWithBucket();
  const body = pattern(600_000);
  await photos.put('big', inChunks(body.subarray(0, 100_000), body.subarray(100_000)));
  const volume = memfsVolume(store);
  expect(volume.statSync('/photos/big').size).toBe(body.length);
  expect(body.equals(volume.readFileSync('/photos/big') as Buffer)).toBe(true);
  const part = Buffer.alloc(10, 'x');
  const file = volume.openSync('/photos/big', 'r');
  expect(volume.readSync(file, part, 2, 5, 300_001)).toBe(5);
  expect(volume.readSync(file, Buffer.alloc(10), 0, 10, body.length - 3)).toBe(3);
  volume.closeSync(file);
  expect(part.equals(Buffer.concat([Buffer.from('xx'), body.subarray(300_001, 300_006), Buffer.from('xxx')]))).toBe(true);
});

test('files and folders are read-only', async () => {
  const { store, photos } = storeWithBucket();
  await photos.put('small', 'x');
  await photos.put('big', inChunks(pattern(600_000)));
  const volume = memfsVolume(store);
  for (const write of [
    () => volume.writeFileSync('/photos/small', 'y'),
    () => volume.appendFileSync('/photos/small', 'y'),
    () => volume.truncateSync('/photos/big', 3),
    () => volume.openSync('/photos/big', 'r+'),
    () => volume.writeFileSync('/photos/new', 'y'),
    () => volume.mkdirSync('/photos/folder'),
    () => volume.renameSync('/photos/small', '/photos/renamed'),
  ]) {
    expect(write).toThrow(expect.objectContaining({ code: 'EACCES' }));
  }
  expect(Object.keys(volume.toJSON()).sort()).toEqual(['/photos/big', '/photos/small']);
});

/** Returns the volume with the type of memfs, for the operations that `MemoryVolume` does not declare. */
function memfsVolume({ volume }: MemoryDatastore): Volume {
  return volume as unknown as Volume;
}

function permutations(items: string[]): string[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
