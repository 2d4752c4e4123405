// Opens one datastore of each backend by its name in the configuration, which is in the environment. Prints one line of JSON.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, isStorageError } from '@anybucket/core';

const root = mkdtempSync(join(tmpdir(), 'anybucket-try-'));
const urls = {
  memory: 'memory:',
  fs: `fs:${root}`,
  // Nothing listens there.
  minio: 'minio://key:secret@127.0.0.1:9',
};

async function roundTrip(store) {
  await store.createBucket('photos');
  const photos = store.bucket('photos');
  await photos.put('2026/cat.txt', 'meow', { metadata: { mood: 'hungry' } });
  const text = await (await photos.get('2026/cat.txt')).text();
  if (text !== 'meow' || (await photos.listFilename()).join() !== '2026/cat.txt') return `read ${text}`;
  return existsSync(join(root, '.anybucket/sole-process')) ? 'ok, sole process' : 'ok';
}

/** Returns 'ok', or what went wrong. */
async function attempt(name) {
  try {
    const store = await connect(name, { env: { [`ANYBUCKET_${name.toUpperCase()}`]: urls[name] } });
    const outcome = await roundTrip(store);
    await store.close();
    return outcome;
  } catch (error) {
    if (!isStorageError(error)) return String(error?.stack ?? error);
    return error.code === 'ConnectionFailed' ? error.code : `${error.code}: ${error.message}: ${error.cause?.stack ?? error.cause}`;
  }
}

async function main() {
  const results = {};
  for (const name of process.argv.slice(2)) results[name] = await attempt(name);
  console.log(JSON.stringify(results));
  rmSync(root, { recursive: true, force: true });
}

void main();
