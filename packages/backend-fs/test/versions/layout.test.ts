import fs, { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileCalls } from '@anybucket/backend-fs';
import { expect, test } from 'vitest';
import { callsWith } from '../support/calls.js';
import { scratch, textOf } from '../support/scratch.js';

const files = scratch();
const internal = (root: string, name: string): string => join(root, '.anybucket', 'buckets', 'photos', name);
const formatOf = (root: string): { version: number } =>
  JSON.parse(readFileSync(join(root, '.anybucket', 'format.json'), 'utf8')) as { version: number };

test('the latest version is the file at the path of its key', async () => {
  const { store, bucket } = await files.bucket();
  await bucket.setVersioning('enabled');
  for (const body of ['one', 'two']) await bucket.put('cat', body);
  expect(readFileSync(store.pathOf('photos', 'cat'), 'utf8')).toBe('two');
});

test('deleting the latest version moves the one before it back to the path of the key', async () => {
  const { root, store, bucket } = await files.bucket();
  await bucket.setVersioning('enabled');
  await bucket.put('cat', 'one', { tags: { n: '1' } });
  const { versionId } = await bucket.put('cat', 'two');
  await bucket.delete('cat', { versionId });
  expect(readFileSync(store.pathOf('photos', 'cat'), 'utf8')).toBe('one');
  expect({ ...(await bucket.tags('cat')) }).toEqual({ n: '1' });
  expect([readdirSync(internal(root, 'versions')), readdirSync(internal(root, 'histories'))]).toEqual([[], []]);
});

test('the first versioned bucket changes the version of the layout', async () => {
  const { root, bucket } = await files.bucket();
  await bucket.put('cat', 'one');
  expect(formatOf(root).version).toBe(1);
  await bucket.setVersioning('suspended');
  const format = formatOf(root);
  expect(format).toEqual({ version: 2, foldsNames: false, windowsNames: false, longestPath: 1024 });
  const other = files.open(root);
  expect(await textOf(other.bucket('photos'), 'cat')).toBe('one');
  expect(formatOf(root)).toEqual(format);
});

test('removing a bucket removes its versioning state', async () => {
  const { store, bucket } = await files.bucket();
  await bucket.setVersioning('enabled');
  await bucket.put('cat', 'one');
  const { versionId } = await bucket.delete('cat');
  await expect(store.removeBucket('photos')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
  for (const { versionId: id } of await bucket.listVersions()) await bucket.delete('cat', { versionId: id });
  expect(versionId).toBeDefined();
  expect(await store.removeBucket('photos')).toBe(true);
  await store.createBucket('photos');
  expect(await bucket.versioning()).toBe('off');
});

test('another datastore notices at once that versioning was enabled or suspended', async () => {
  const { root, bucket } = await files.bucket();
  const other = files.open(root).bucket('photos');
  for (let round = 0; round < 20; round++) {
    await other.put('cat', `before ${round}`);
    await bucket.setVersioning('enabled');
    expect(await other.put('cat', 'a version')).toHaveProperty('versionId');
    await bucket.setVersioning('suspended');
    expect(await other.put('cat', 'the null version')).not.toHaveProperty('versionId');
  }
  expect(await bucket.listVersions()).toHaveLength(21);
});

test('reading and listing latest versions does not touch older ones', async () => {
  const touched: string[] = [];
  const spy =
    (name: 'openSync' | 'lstatSync' | 'readdirSync') =>
    (...args: unknown[]) => {
      const [path] = args;
      if (typeof path === 'string') touched.push(path);
      return (fs[name] as (...rest: unknown[]) => unknown)(...args);
    };
  const calls = callsWith({
    openSync: spy('openSync'),
    lstatSync: spy('lstatSync'),
    readdirSync: spy('readdirSync'),
  } as Partial<FileCalls>);
  const { root, bucket } = await files.bucket();
  await bucket.setVersioning('enabled');
  for (let n = 0; n < 30; n++) await bucket.put(`key-${n % 3}`, `${n}`);
  const reader = files.open(root, { calls }).bucket('photos');
  await reader.list({ metadata: true });
  await reader.stat('key-0');
  expect(await textOf(reader, 'key-1')).toBe('28');
  expect(touched.filter((path) => /histories|versions/.test(path))).toEqual([]);
});

test('a log with many removed entries is rewritten', async () => {
  const { root, bucket } = await files.bucket();
  await bucket.setVersioning('enabled');
  await bucket.put('cat', 'first');
  for (let n = 0; n < 100; n++) {
    const { versionId } = await bucket.put('cat', `${n}`);
    await bucket.put('cat', 'last');
    await bucket.delete('cat', { versionId });
    await bucket.delete('cat', { versionId: (await bucket.stat('cat')).versionId });
  }
  const [log = ''] = readdirSync(internal(root, 'histories'));
  expect(log === '' ? 0 : readFileSync(join(internal(root, 'histories'), log), 'utf8').split('\n').length).toBeLessThan(100);
  expect(await textOf(bucket, 'cat')).toBe('first');
});

test('versions can be read from a root that is opened for reading', async () => {
  const { root, store, bucket } = await files.bucket();
  await bucket.setVersioning('enabled');
  const { versionId } = await bucket.put('cat', 'one');
  await bucket.put('cat', 'two');
  await bucket.delete('dog');
  await bucket.put('dog', 'x');
  const { versionId: marker } = await bucket.delete('dog');
  await store.close();
  const reader = files.open(root, {}, { readOnly: true }).bucket('photos');
  expect(await (await reader.get('cat', { versionId })).text()).toBe('one');
  expect((await reader.listVersions()).map(({ key, isDeleteMarker }) => [key, isDeleteMarker])).toEqual([
    ['cat', false],
    ['cat', false],
    ['dog', true],
    ['dog', false],
  ]);
  await expect(reader.get('dog')).rejects.toMatchObject({ code: 'NoSuchKey', deleteMarker: marker });
  expect(await reader.versioning()).toBe('enabled');
  await expect(reader.setVersioning('suspended')).rejects.toMatchObject({ code: 'AccessDenied' });
});

test('a damaged versioning state stops writes, but not reads, until it is set again', async () => {
  const { root, bucket } = await files.bucket();
  await bucket.setVersioning('enabled');
  await bucket.put('cat', 'one');
  writeFileSync(internal(root, 'versioning.json'), '{"state":"maybe"}');
  const other = files.open(root).bucket('photos');
  await expect(other.put('cat', 'two')).rejects.toMatchObject({ code: 'ConfigError' });
  await expect(other.delete('cat')).rejects.toMatchObject({ code: 'ConfigError' });
  expect(await textOf(other, 'cat')).toBe('one');
  await other.setVersioning('enabled');
  await other.put('cat', 'two');
  expect(await other.listVersions()).toHaveLength(2);
});
