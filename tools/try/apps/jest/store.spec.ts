import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { MinioDatastore } from '@anybucket/backend-minio';
import { connect, isStorageError } from '@anybucket/core';
import { contract } from '@anybucket/core/contract';

const folder = mkdtempSync(join(tmpdir(), 'anybucket-try-'));
afterAll(() => rmSync(folder, { recursive: true }));

contract('memory', () => new MemoryDatastore(), { describe, test });

test('the class stores an object', async () => {
  const store = new MemoryDatastore({ buckets: { photos: { 'cat.txt': 'meow' } } });
  await store.bucket('photos').put('dog.txt', 'woof');
  expect(await (await store.bucket('photos').get('dog.txt')).text()).toBe('woof');
  expect(store.volume.readFileSync('/photos/cat.txt', 'utf8')).toBe('meow');
});

test('connect opens the memory backend', async () => {
  const store = await connect('photos_store', { env: { ANYBUCKET_PHOTOS_STORE: 'memory:' } });
  await store.createBucket('photos');
  await store.bucket('photos').put('cat.txt', 'meow');
  expect(await store.bucket('photos').listFilename()).toEqual(['cat.txt']);
});

test('connect reads a configuration file', async () => {
  writeFileSync(join(folder, 'anybucket.config.json'), JSON.stringify({ datastores: { files: 'fs:./files' } }));
  await using store = await connect('files', { cwd: folder, env: {} });
  await store.createBucket('photos');
  await store.bucket('photos').put('cat.txt', 'meow');
  expect(await (await store.bucket('photos').get('cat.txt')).text()).toBe('meow');
});

test('errors of the system are recognised', async () => {
  writeFileSync(join(folder, 'a-file'), '');
  const blocked = new FsDatastore({ root: join(folder, 'a-file') });
  await expect(blocked.getBuckets()).rejects.toMatchObject({ code: 'ConfigError' });
  const silent = new MinioDatastore({ endPoint: '127.0.0.1', port: 9, accessKey: 'key', secretKey: 'secret', retries: 0 });
  const error: unknown = await silent.getBuckets().catch((reason: unknown) => reason);
  expect(isStorageError(error, 'ConnectionFailed')).toBe(true);
});
