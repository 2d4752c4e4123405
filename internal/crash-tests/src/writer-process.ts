// Writes until it is killed: to keys of its own, with a journal entry before and after each write, and to keys shared with other writers.
import { openSync, writeSync } from 'node:fs';
import { argv } from 'node:process';
import { FsDatastore } from '@anybucket/backend-fs';
import type { Bucket } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';
import { applyWrite, minPartBytes, pick, putParts, putSpec, randomSpec } from './writer-model.js';
import type { ObjectSpec, Write, WriterModel } from './writer-model.js';

const [, , root = '', journalPath = '', prefix = '', initialModel = '[]'] = argv;
const model: WriterModel = new Map(JSON.parse(initialModel) as [string, ObjectSpec][]);
const ownKeys = ['a', 'a/b', 'a/b/c', 'd/', 'e', 'f/g', 'f/h'].map((key) => `${prefix}/${key}`);
const sharedKeys = ['shared', 'shared/a', 'shared/b'];

const journal = openSync(journalPath, 'a');
const datastore = new FsDatastore({ root });
const bucket = datastore.bucket('kills');
await bucket.list();
process.on('message', () => void writeForever());
process.send?.('ready');

async function writeForever(): Promise<void> {
  for (;;) {
    if (Math.random() < 0.3) {
      await writeSharedKey();
      continue;
    }
    const write = randomWrite();
    writeSync(journal, `${JSON.stringify(write)}\n`);
    await perform(bucket, write);
    applyWrite(model, write);
    writeSync(journal, 'done\n');
  }
}

function randomWrite(): Write {
  const key = pick(ownKeys);
  const existing = [...model.keys()];
  const random = Math.random();
  if (existing.length > 0 && random < 0.15)
    return { kind: 'copy', key, sourceKey: pick(existing.filter((one) => one !== key).concat(existing.length > 1 ? [] : ownKeys)) };
  if (model.has(key) && random < 0.3) return { kind: 'tag', key, tags: { at: String(Date.now()) } };
  if (random < 0.5) return { kind: 'delete', key };
  const spec = randomSpec();
  if (random < 0.8 || key.endsWith('/')) return { kind: 'put', key, spec };
  // Two parts.
  if (random < 0.82) return { kind: 'upload', key, spec: { ...spec, size: minPartBytes + 1000 } };
  return { kind: random < 0.95 ? 'upload' : 'abort', key, spec };
}

async function perform(target: Bucket, write: Write): Promise<void> {
  if (write.kind === 'put') await putSpec(target, write.key, write.spec);
  if (write.kind === 'upload') await (await putParts(target, write.key, write.spec)).complete();
  if (write.kind === 'abort') await (await putParts(target, write.key, write.spec)).abort();
  if (write.kind === 'delete') await target.delete(write.key);
  if (write.kind === 'tag') await target.setTags(write.key, write.tags);
  // The source may be missing, or the key itself. Both fail and change nothing.
  if (write.kind === 'copy') await target.fcopyTo(target.name, write.key, write.sourceKey).catch(ignore('NoSuchKey', 'InvalidRequest'));
}

async function writeSharedKey(): Promise<void> {
  const key = pick(sharedKeys);
  if (Math.random() < 0.3) await bucket.delete(key);
  else await putSpec(bucket, key, randomSpec());
}

function ignore(...codes: string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.some((code) => isStorageError(error, code))) throw error;
  };
}
