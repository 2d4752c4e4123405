// Uses the class of each backend, without a configuration. Prints one line of JSON.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { MinioDatastore } from '@anybucket/backend-minio';
import { isStorageError } from '@anybucket/core';

const root = mkdtempSync(join(tmpdir(), 'anybucket-try-'));

async function memory() {
  const store = new MemoryDatastore({ buckets: { photos: { 'cat.txt': 'meow' } } });
  await store.bucket('photos').put('dog.txt', 'woof');
  return store.volume.readFileSync('/photos/dog.txt', 'utf8') === 'woof' ? 'ok' : 'another content';
}

async function fs() {
  const store = new FsDatastore({ root });
  await store.createBucket('photos');
  await store.bucket('photos').put('cat.html', 'meow', { tags: { kind: 'cat' } });
  const { kind } = await store.bucket('photos').tags('cat.html');
  const alone = existsSync(join(root, '.anybucket/sole-process'));
  await store.close();
  return kind === 'cat' ? (alone ? 'ok, sole process' : 'ok') : `tag ${kind}`;
}

async function minio() {
  const store = new MinioDatastore({ endPoint: '127.0.0.1', port: 9, accessKey: 'key', secretKey: 'secret', retries: 0 });
  const url = await store.bucket('photos').presign('cat.txt', { expiresIn: 600 });
  if (!url.includes('X-Amz-Signature=')) return `signed ${url}`;
  if (typeof (await store.client()).listBuckets !== 'function') return 'no client';
  try {
    await store.getBuckets();
    return 'a server answered';
  } catch (error) {
    return isStorageError(error) ? error.code : String(error?.stack ?? error);
  }
}

async function main() {
  const results = {};
  for (const [name, use] of Object.entries({ memory, fs, minio }))
    results[name] = await use().catch((error) => String(error?.stack ?? error));
  console.log(JSON.stringify(results));
  rmSync(root, { recursive: true, force: true });
}

void main();
