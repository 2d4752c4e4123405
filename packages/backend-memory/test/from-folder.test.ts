import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MemoryDatastore } from '../src/index.js';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-memory-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, body] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), body);
  }
  return folder;
}

test('each folder is a bucket, and each file below it an object', async () => {
  const folder = await folderWith({ 'photos/a.txt': 'a', 'photos/2024/b.bin': 'b', 'notes/.hidden': 'c', '.git/x': '' });
  await mkdir(join(folder, 'empty'));
  await utimes(join(folder, 'photos/a.txt'), 1e9, 1e9);
  const store = await MemoryDatastore.fromFolder(folder, { name: 'fixture' });
  expect(store.name).toBe('fixture');
  expect(await store.list()).toEqual(['empty', 'notes', 'photos']);
  expect(await store.bucket('photos').listFilename()).toEqual(['2024/b.bin', 'a.txt']);
  expect(await store.bucket('photos').stat('a.txt')).toMatchObject({ contentType: 'text/plain', size: 1, lastModified: new Date(1e12) });
  expect(await (await store.bucket('notes').get('.hidden')).text()).toBe('c');
});

test('symbolic links are followed', async () => {
  const folder = await folderWith({ 'photos/a.txt': 'a' });
  await symlink(join(folder, 'photos/a.txt'), join(folder, 'photos/link'));
  const store = await MemoryDatastore.fromFolder(folder);
  expect(await (await store.bucket('photos').get('link')).text()).toBe('a');
});

test('later changes of the folder have no effect', async () => {
  const folder = await folderWith({ 'photos/a.txt': 'a' });
  const store = await MemoryDatastore.fromFolder(folder);
  await writeFile(join(folder, 'photos/a.txt'), 'changed');
  expect(await (await store.bucket('photos').get('a.txt')).text()).toBe('a');
});

test('rejects a path that is not a folder of folders', async () => {
  const folder = await folderWith({ 'photos/a.txt': 'a', file: 'x' });
  const invalid = { code: 'InvalidArgument', operation: 'fromFolder' };
  await expect(MemoryDatastore.fromFolder(join(folder, 'none'))).rejects.toMatchObject(invalid);
  await expect(MemoryDatastore.fromFolder(join(folder, 'file'))).rejects.toMatchObject(invalid);
  await expect(MemoryDatastore.fromFolder(folder)).rejects.toMatchObject(invalid);
});

test('rejects a folder whose name is not that of a bucket', async () => {
  const folder = await folderWith({ 'Photos/a.txt': 'a' });
  await expect(MemoryDatastore.fromFolder(folder)).rejects.toMatchObject({ code: 'InvalidBucketName' });
});
