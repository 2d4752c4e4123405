import { openSync, writeSync } from 'node:fs';
import { argv } from 'node:process';
import { Readable } from 'node:stream';
import { FsDatastore } from '@anybucket/backend-fs';
import type { Bucket } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';
import { apply, bodyOf, headersOf } from './model.js';
import type { Action, Made, Model } from './model.js';

/** A process that writes until it is killed: to keys of its own, telling its journal before and after, and to keys that it shares with others. */
const [, , root = '', journal = '', name = '', begun = '[]'] = argv;
const model: Model = new Map(JSON.parse(begun) as [string, Made][]);
const ownKeys = ['a', 'a/b', 'a/b/c', 'd/', 'e', 'f/g', 'f/h'].map((key) => `${name}/${key}`);
const sharedKeys = ['shared', 'shared/a', 'shared/b'];
const sizes = [0, 1, 100, 4096, 20_000, 300_000, 2_000_000];

const log = openSync(journal, 'a');
const store = new FsDatastore({ root });
const bucket = store.bucket('kills');
await bucket.list();
process.on('message', () => void write());
process.send?.('ready');

async function write(): Promise<void> {
  for (;;) {
    if (Math.random() < 0.3) {
      await writeShared();
      continue;
    }
    const action = nextAction();
    writeSync(log, `${JSON.stringify(action)}\n`);
    await perform(bucket, action);
    apply(model, action);
    writeSync(log, 'done\n');
  }
}

function nextAction(): Action {
  const key = pick(ownKeys);
  const there = [...model.keys()];
  const random = Math.random();
  if (there.length > 0 && random < 0.15)
    return { kind: 'copy', key, from: pick(there.filter((one) => one !== key).concat(there.length > 1 ? [] : ownKeys)) };
  if (model.has(key) && random < 0.3) return { kind: 'tag', key, tags: { at: String(Date.now()) } };
  if (random < 0.5) return { kind: 'delete', key };
  return { kind: 'put', key, made: newMade() };
}

async function perform(target: Bucket, action: Action): Promise<void> {
  if (action.kind === 'put') await put(target, action.key, action.made);
  if (action.kind === 'delete') await target.delete(action.key);
  if (action.kind === 'tag') await target.setTags(action.key, action.tags);
  // The source may be missing, or the key itself: both are refused, and change nothing.
  if (action.kind === 'copy') await target.fcopyTo(target.name, action.key, action.from).catch(ignore('NoSuchKey', 'InvalidRequest'));
}

async function writeShared(): Promise<void> {
  const key = pick(sharedKeys);
  if (Math.random() < 0.3) await bucket.delete(key);
  else await put(bucket, key, newMade());
}

async function put(target: Bucket, key: string, made: Made): Promise<void> {
  const body = bodyOf(made);
  await target.put(key, made.size > 100_000 ? Readable.from([body.subarray(0, 70_000), body.subarray(70_000)]) : body, headersOf(made));
}

function newMade(): Made {
  return { id: Math.floor(Math.random() * 2 ** 40), size: pick(sizes), tags: { first: 'yes' } };
}

function pick<T>(choices: readonly T[]): T {
  const choice = choices[Math.floor(Math.random() * choices.length)];
  if (choice === undefined) throw new Error('nothing to choose from');
  return choice;
}

function ignore(...codes: string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.some((code) => isStorageError(error, code))) throw error;
  };
}
