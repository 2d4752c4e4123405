// The trial itself, within the namespace: `node trial.mjs PROGRAM FOLDER`.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MinioDatastore } from '@anybucket/backend-minio';
import { isStorageError } from '@anybucket/core';
import { Nodes, credentials, host } from './nodes.mjs';

const operations = 10_000;
const workers = 32;
const idleTimeoutMs = 5000;

const nodes = new Nodes(process.argv[2], process.argv[3]);
const datastore = new MinioDatastore({ endPoint: host, port: 9001, ...credentials, idleTimeoutMs, connectTimeoutMs: 2000, retries: 1 });
const bucket = datastore.bucket('cluster');

function since(start) {
  return ((performance.now() - start) / 1000).toFixed(1);
}

/** What each key must hold: one of these, the first of which was acknowledged last. Null stands for no object. */
const allowed = new Map();
const failures = new Map();
const progress = { done: 0 };

function allow(key, value, acknowledged) {
  allowed.set(key, acknowledged ? [value] : [...(allowed.get(key) ?? [null]), value]);
}

async function read(key) {
  try {
    return await (await bucket.get(key)).text();
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return null;
    throw error;
  }
}

/** One operation on a key that only this worker touches. A write that failed may have happened or not; an acknowledged one must have. */
async function operate(worker, index) {
  const key = `w${worker}/k${index % 20}`;
  const choice = index % 10;
  const value = choice === 9 ? null : randomBytes(200 + (index % 7) * 1000).toString('hex');
  try {
    if (choice < 4) {
      const found = await read(key);
      assert.ok((allowed.get(key) ?? [null]).includes(found), `${key} holds what was never written, or lost what was`);
    } else {
      if (value === null) await bucket.delete(key);
      else await bucket.put(key, value);
      allow(key, value, true);
    }
  } catch (error) {
    if (!isStorageError(error)) throw error;
    failures.set(error.code, (failures.get(error.code) ?? 0) + 1);
    if (choice >= 4) allow(key, value, false);
  }
  progress.done++;
}

async function verify(when) {
  for (const [key, values] of allowed) assert.ok(values.includes(await read(key)), `${when}: ${key} lost an acknowledged write`);
  console.log(`${when}: ${allowed.size} keys hold what was acknowledged`);
}

try {
  nodes.start();
  await nodes.ready();
  await datastore.createBucket('cluster');
  console.log('four nodes serve');

  const began = performance.now();
  const load = Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let index = 0; index < Math.ceil(operations / workers); index++) await operate(worker, index);
    }),
  );
  do await sleep(20);
  while (progress.done < operations / 3);
  await nodes.kill(4);
  console.log(`one node killed after ${progress.done} operations`);
  await load;
  console.log(
    `${progress.done} operations in ${since(began)} s, failed: ${failures.size === 0 ? 'none' : JSON.stringify(Object.fromEntries(failures))}`,
  );
  await verify('with three nodes');

  await nodes.kill(3);
  const [key] = allowed.keys();
  const calls = { get: () => read(key), stat: () => bucket.stat(key), list: () => bucket.list(), put: () => bucket.put('new', 'x') };
  // At first what is left still answers; a while later it doesn't.
  for (const moment of ['at once', 'later']) {
    if (moment === 'later') await sleep(15_000);
    for (const [name, call] of Object.entries(calls)) {
      const start = performance.now();
      const outcome = await call().then(
        () => 'success',
        (/** @type {unknown} */ error) => error,
      );
      // Two nodes of four may still be enough to read, never to write.
      assert.ok(isStorageError(outcome) || (outcome === 'success' && name !== 'put'), `${name} without a quorum: ${String(outcome)}`);
      console.log(
        `two nodes killed, ${moment}: ${name} ends with ${outcome.code ?? outcome} ${outcome.status ?? ''} after ${since(start)} s`,
      );
    }
  }
  allow('new', 'x', false);

  nodes.start();
  await nodes.ready();
  await verify('with all nodes back');
  await bucket.put('after', 'all is well');
  assert.equal(await read('after'), 'all is well');
  console.log('passed');
} finally {
  await datastore.close();
  await nodes.stop();
}
