/** Damages a root round by round and uses its objects, until it is killed: `disk-child.js SEED`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { damage } from './damage.js';
import type { DiskMessage } from './disk.js';
import { randomNumbers } from './random.js';

const small: Readonly<Record<string, Buffer>> = {
  a: Buffer.from('first'),
  'b/c': Buffer.from('second'),
  // Its body is in the hidden folder.
  'b/': Buffer.from('third'),
};
/** Uploaded in one part, and completed after the damage. */
const uploaded = Buffer.from('uploaded');
/** In two parts, so only in some rounds: it takes time. */
const large = Buffer.alloc(6 * 2 ** 20, 'large');
const partSize = 5 * 2 ** 20;
const maxCallMs = 1000;
/** Tags of a body without a record are written when its time is 2 seconds old. */
const maxSetTagsMs = 3000;

const scratch = mkdtempSync(join(tmpdir(), 'anybucket-disk-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const root = join(scratch, 'root');

for (let seed = Number(process.argv[2]); ; seed++) await runRound(seed);

async function runRound(seed: number): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  const random = randomNumbers(seed);
  let uploadId = '';
  const bodies = random() < 0.2 ? { ...small, large } : small;
  {
    await using store = new FsDatastore({ root });
    await store.createBucket('photos');
    for (const [key, body] of Object.entries(bodies))
      await store.bucket('photos').put(key, body, { partSize, metadata: { a: 'b' }, tags: { c: 'd' } });
    const upload = await store.bucket('photos').createUpload('upload', { metadata: { a: 'b' }, checksum: { algorithm: 'CRC32' } });
    uploadId = upload.id;
    await upload.putPart(1, uploaded);
  }
  report({ kind: 'round', seed, damage: damage(root, random) });
  const store = new FsDatastore({ root });
  const bucket = store.bucket('photos');
  for (const [key, body] of Object.entries(bodies)) {
    await attempt(`get ${key}`, () => requireBody(bucket, key, body));
    await attempt(`stat ${key}`, () => bucket.stat(key));
    await attempt(`tags ${key}`, () => bucket.tags(key));
  }
  await attempt('list', () => bucket.list());
  await attempt('listFilename', () => bucket.listFilename());
  for (const [key, body] of Object.entries(bodies)) {
    await attempt(`copy ${key}`, () => bucket.fcopyTo('photos', `copy of ${key}`.replace(/\/$/, ''), key));
    await attempt(`setTags ${key}`, () => bucket.setTags(key, { e: 'f' }), maxSetTagsMs);
    await attempt(`get ${key} after the writes`, () => requireBody(bucket, key, body));
  }
  const upload = bucket.upload('upload', uploadId);
  await attempt('listUploads', () => bucket.listUploads());
  await attempt('listParts', () => upload.listParts());
  await attempt('complete', async () => {
    await upload.complete();
    await requireBody(bucket, 'upload', uploaded);
  });
  await attempt('putPart', () => upload.putPart(1, uploaded));
  await attempt('abort', () => upload.abort());
  await attempt('createUpload', () => bucket.createUpload('upload'));
  await attempt('put', async () => {
    await bucket.put('a', 'new');
    const text = await (await bucket.get('a')).text();
    if (text !== 'new') throw new Error(`a put of "new" is read as ${text.slice(0, 40)}`);
  });
  await attempt('delete', () => bucket.delete('a'));
  await attempt('close', () => store.close());
}

async function requireBody(bucket: Bucket, key: string, expected: Buffer): Promise<void> {
  const object = await bucket.get(key);
  const body = await object.bytes();
  if (!expected.equals(body) || object.info.size !== body.length) throw new Error(`${key} has other bytes`);
}

async function attempt(call: string, work: () => Promise<unknown>, maxMs = maxCallMs): Promise<void> {
  const start = performance.now();
  try {
    await work();
    report({ kind: 'call', call, outcome: 'succeeded' });
  } catch (error) {
    if (isStorageError(error) && error.code !== 'InternalError') report({ kind: 'call', call, outcome: 'refused' });
    else report({ kind: 'fault', text: `${call}: ${String(error)}` });
  }
  const took = performance.now() - start;
  if (took > maxMs) report({ kind: 'fault', text: `${call} took ${Math.round(took)} ms` });
}

function report(message: DiskMessage): void {
  process.send?.(message);
}
