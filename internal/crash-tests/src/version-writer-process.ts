// Writes versions until it is killed: to a bucket of its own, with a journal entry before and after each write, and to one shared with other writers.
import { openSync, writeSync } from 'node:fs';
import { argv } from 'node:process';
import { FsDatastore } from '@anybucket/backend-fs';
import type { Bucket } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';
import { applyVersionWrite, idOf } from './version-model.js';
import type { VersionModel, VersionWrite } from './version-model.js';
import { pick, putSpec, randomSpec } from './writer-model.js';

const [, , root = '', journalPath = '', ownBucket = '', initialModel = '{}'] = argv;
const model = JSON.parse(initialModel) as VersionModel;
const keys = ['a', 'a/b', 'a/b/c', 'd/', 'e'];

const journal = openSync(journalPath, 'a');
const datastore = new FsDatastore({ root });
const own = datastore.bucket(ownBucket);
const shared = datastore.bucket('shared');
await own.list();
process.on('message', () => void writeForever());
process.send?.('ready');

async function writeForever(): Promise<void> {
  for (;;) {
    if (Math.random() < 0.2) {
      await writeSharedKey();
      continue;
    }
    const write = randomWrite();
    writeSync(journal, `${JSON.stringify(write)}\n`);
    const createdId = await perform(own, write);
    applyVersionWrite(model, write, createdId);
    writeSync(journal, `done ${createdId ?? ''}\n`);
  }
}

function randomWrite(): VersionWrite {
  const random = Math.random();
  if (model.state === 'off' || random < 0.03) return { kind: 'state', state: Math.random() < 0.7 ? 'enabled' : 'suspended' };
  const key = pick(keys);
  const history = model.histories[key] ?? [];
  const entry = history[Math.floor(Math.random() * history.length)];
  if (random < 0.5 || entry === undefined) return { kind: 'put', key, spec: randomSpec() };
  const versionId = idOf(entry);
  if (random < 0.62) return { kind: 'delete', key };
  if (random < 0.88 || entry.spec === undefined) return { kind: 'deleteVersion', key, versionId };
  if (random < 0.94) return { kind: 'tag', key, versionId, tags: { at: String(Date.now()) } };
  return { kind: 'copy', key: pick(keys), sourceKey: key, versionId };
}

/** Performs a write. @returns The id of the version or delete marker that it created; undefined for the version `null`. */
async function perform(bucket: Bucket, write: VersionWrite): Promise<string | undefined> {
  if (write.kind === 'state') await bucket.setVersioning(write.state);
  if (write.kind === 'put') return (await putSpec(bucket, write.key, write.spec)).versionId;
  if (write.kind === 'delete') return (await bucket.delete(write.key)).versionId;
  if (write.kind === 'deleteVersion') await bucket.delete(write.key, { versionId: write.versionId });
  if (write.kind === 'tag') await bucket.setTags(write.key, write.tags, { versionId: write.versionId });
  if (write.kind === 'copy')
    return (await bucket.fcopyTo(bucket.name, write.key, write.sourceKey, { sourceVersionId: write.versionId })).versionId;
  return undefined;
}

async function writeSharedKey(): Promise<void> {
  const key = pick(['x', 'x/y']);
  const random = Math.random();
  if (random < 0.6) await putSpec(shared, key, randomSpec());
  else if (random < 0.7) await shared.delete(key);
  else await deleteRandomVersion(key);
}

async function deleteRandomVersion(key: string): Promise<void> {
  const versions = (await shared.listVersions({ prefix: key })).filter((version) => version.key === key);
  if (versions.length > 5) await shared.delete(key, { versionId: pick(versions).versionId });
  try {
    await shared.setTags(key, { at: String(Date.now()) }, { versionId: versions.at(-1)?.versionId });
  } catch (error) {
    if (!['NoSuchVersion', 'NoSuchKey', 'MethodNotAllowed'].some((code) => isStorageError(error, code))) throw error;
  }
}
