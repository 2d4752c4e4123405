import {
  appendFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Bucket } from '@anybucket/core';
import { expect, test } from 'vitest';
import { scratch, textOf } from '../support/scratch.js';
import type { TestDatastore } from '../support/scratch.js';

const files = scratch();
const internal = (root: string, name: string): string => join(root, '.anybucket', 'buckets', 'photos', name);

interface Versioned {
  readonly root: string;
  readonly store: TestDatastore;
  readonly bucket: Bucket;
  readonly ids: readonly string[];
  /** The path of the latest version. */
  readonly path: string;
}

/** Creates the versions `one`, `two` and `three` of `cat`. */
async function createVersions(): Promise<Versioned> {
  const { root, store, bucket } = await files.bucket();
  await bucket.setVersioning('enabled');
  const ids: string[] = [];
  for (const body of ['one', 'two', 'three']) ids.push((await bucket.put('cat', body, { metadata: { body } })).versionId ?? '');
  return { root, store, bucket, ids, path: store.pathOf('photos', 'cat') };
}

async function versionsOf(bucket: Bucket): Promise<(string | undefined)[]> {
  return (await bucket.listVersions()).map(({ versionId }) => versionId);
}

async function textOfVersion(bucket: Bucket, versionId: string | undefined): Promise<string> {
  return (await bucket.get('cat', { versionId })).text();
}

/** The only file in an internal directory. */
function onlyFileIn(directory: string): string {
  const [name = '', ...others] = readdirSync(directory);
  expect(others).toEqual([]);
  return join(directory, name);
}

test('a latest version that was edited is the version null', async () => {
  const { bucket, ids, path } = await createVersions();
  writeFileSync(path, 'edited');
  expect(await versionsOf(bucket)).toEqual(['null', ids[1], ids[0]]);
  expect(await textOfVersion(bucket, 'null')).toBe('edited');
  await expect(bucket.get('cat', { versionId: ids[2] })).rejects.toMatchObject({ code: 'NoSuchVersion' });
  const { versionId } = await bucket.put('cat', 'four');
  expect(await versionsOf(bucket)).toEqual([versionId, 'null', ids[1], ids[0]]);
  expect(await textOfVersion(bucket, 'null')).toBe('edited');
});

test('the content of an older version that was written by hand is another version', async () => {
  const { bucket, ids, path } = await createVersions();
  writeFileSync(path, 'one');
  expect(await versionsOf(bucket)).toEqual(['null', ids[1], ids[0]]);
  await bucket.put('cat', 'four');
  expect((await versionsOf(bucket)).slice(1)).toEqual(['null', ids[1], ids[0]]);
});

test('without the file of the latest version, no version is the latest', async () => {
  const { bucket, ids, path } = await createVersions();
  unlinkSync(path);
  await expect(bucket.get('cat')).rejects.toMatchObject({ code: 'NoSuchKey' });
  expect((await bucket.listVersions()).map(({ versionId, isLatest }) => [versionId, isLatest])).toEqual([
    [ids[1], false],
    [ids[0], false],
  ]);
  const { versionId: marker } = await bucket.delete('cat');
  expect(await versionsOf(bucket)).toEqual([marker, ids[1], ids[0]]);
  await bucket.delete('cat', { versionId: marker });
  expect(await textOf(bucket, 'cat')).toBe('two');
});

test('a put follows a latest version that was removed', async () => {
  const { bucket, ids, path } = await createVersions();
  unlinkSync(path);
  const { versionId } = await bucket.put('cat', 'four');
  expect(await versionsOf(bucket)).toEqual([versionId, ids[1], ids[0]]);
});

test.each(['edited', 'eno'])('an older version whose file was edited to `%s` does not exist', async (content) => {
  const { root, bucket, ids } = await createVersions();
  const [first = ''] = readdirSync(internal(root, 'versions')).sort();
  writeFileSync(join(internal(root, 'versions'), first), content);
  for (const operation of [() => bucket.get('cat', { versionId: ids[0] }), () => bucket.stat('cat', { versionId: ids[0] })])
    await expect(operation()).rejects.toMatchObject({ code: 'NoSuchVersion' });
  expect(await textOfVersion(bucket, ids[1])).toBe('two');
});

test('an older version whose file was removed does not exist, and is not restored', async () => {
  const { root, bucket, ids } = await createVersions();
  const [, second = ''] = readdirSync(internal(root, 'versions')).sort();
  unlinkSync(join(internal(root, 'versions'), second));
  await expect(bucket.get('cat', { versionId: ids[1] })).rejects.toMatchObject({ code: 'NoSuchVersion' });
  await bucket.delete('cat', { versionId: ids[2] });
  expect(await textOf(bucket, 'cat')).toBe('one');
  expect(await versionsOf(bucket)).toEqual([ids[0]]);
});

test('a copy of the root without modification times has the same versions', async () => {
  const { root, store, bucket, ids } = await createVersions();
  const { versionId: marker } = await bucket.put('dog', 'x').then(() => bucket.delete('dog'));
  await store.close();
  const copy = join(files.directory(), 'copy');
  cpSync(root, copy, { recursive: true });
  const copied = files.open(copy).bucket('photos');
  expect((await copied.listVersions()).slice(0, 4).map(({ versionId }) => versionId)).toEqual([...ids.toReversed(), marker]);
  for (const [index, body] of ['one', 'two', 'three'].entries()) {
    expect(await textOfVersion(copied, ids[index])).toBe(body);
    expect({ ...(await copied.stat('cat', { versionId: ids[index] })).metadata }).toEqual({ body });
  }
});

test('writing to a copy of the root with hard links does not change the original', async () => {
  const { root, store, bucket, ids } = await createVersions();
  const copy = join(files.directory(), 'copy');
  linkTree(root, copy);
  rmSync(join(copy, '.anybucket', 'tmp'), { recursive: true });
  const copied = files.open(copy).bucket('photos');
  await copied.put('cat', 'four');
  await copied.delete('cat', { versionId: ids[0] });
  await copied.setTags('cat', { n: '2' }, { versionId: ids[1] });
  expect(await versionsOf(bucket)).toEqual(ids.toReversed());
  expect({ ...(await bucket.tags('cat', { versionId: ids[1] })) }).toEqual({});
  expect(await textOfVersion(bucket, ids[0])).toBe('one');
  await store.close();
});

test('damaged lines and those of other programs are ignored', async () => {
  const { root, bucket, ids } = await createVersions();
  const log = onlyFileIn(internal(root, 'histories'));
  appendFileSync(
    log,
    '\n{"seq":2,"version":\nnot JSON\n{"seq":0,"body":"1-1"}\n{"seq":99999999999999999,"marker":true}\n{"removed":"all"}\n{"seq":1',
  );
  expect(await versionsOf(bucket)).toEqual(ids.toReversed());
  const { versionId } = await bucket.put('cat', 'four');
  expect(await versionsOf(bucket)).toEqual([versionId, ...ids.toReversed()]);
  for (const [index, body] of ['one', 'two', 'three'].entries()) expect(await textOfVersion(bucket, ids[index])).toBe(body);
});

test('a log of another key is replaced', async () => {
  const { root, bucket } = await createVersions();
  writeFileSync(onlyFileIn(internal(root, 'histories')), '{"anybucket":1,"key":"dog"}\n{"seq":1,"marker":true,"modified":1}');
  const { versionId } = await bucket.put('cat', 'four');
  expect(await versionsOf(bucket)).toHaveLength(2);
  expect((await versionsOf(bucket))[0]).toBe(versionId);
});

test.each(['histories', 'versions'])('a symbolic link in the place of `%s` is not followed', async (name) => {
  const { root, ids } = await createVersions();
  const outside = join(files.directory(), 'outside');
  renameSync(internal(root, name), outside);
  const before = readdirSync(outside);
  symlinkSync(outside, internal(root, name));
  // The first datastore has the directory open.
  const other = files.open(root).bucket('photos');
  await expect(other.get('cat', { versionId: ids[0] })).rejects.toMatchObject({ code: 'NoSuchVersion' });
  await expect(other.put('cat', 'four')).rejects.toMatchObject({ code: 'AccessDenied' });
  expect(await textOf(other, 'cat')).toBe('three');
  expect(readdirSync(outside)).toEqual(before);
});

test.each(['log', 'body'])('a symbolic link in the place of a %s is not followed', async (kind) => {
  const { root, bucket, ids } = await createVersions();
  const secret = join(files.directory(), 'secret');
  const text = kind === 'log' ? readFileSync(onlyFileIn(internal(root, 'histories')), 'utf8') : 'secret';
  writeFileSync(secret, text);
  const path =
    kind === 'log'
      ? onlyFileIn(internal(root, 'histories'))
      : join(internal(root, 'versions'), readdirSync(internal(root, 'versions')).sort()[0] ?? '');
  unlinkSync(path);
  symlinkSync(secret, path);
  await expect(bucket.get('cat', { versionId: ids[0] })).rejects.toMatchObject({ code: 'NoSuchVersion' });
  await bucket.delete('cat', { versionId: ids[0] });
  await bucket.delete('cat').catch(() => {});
  expect(readFileSync(secret, 'utf8')).toBe(text);
});

/** Copies a tree with hard links, as `cp -al` does. */
function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else linkSync(source, target);
  }
}
