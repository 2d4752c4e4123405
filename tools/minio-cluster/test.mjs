// The test, run within the namespace: `node test.mjs PROGRAM FOLDER`.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MinioDatastore } from '@anybucket/backend-minio';
import { isStorageError } from '@anybucket/core';
import { Nodes, credentials, host } from './nodes.mjs';

const operations = 10_000;
const workerCount = 32;
const idleTimeoutMs = 5000;

const nodes = new Nodes(process.argv[2], process.argv[3]);
const datastore = new MinioDatastore({ endPoint: host, port: 9001, ...credentials, idleTimeoutMs, connectTimeoutMs: 2000, retries: 1 });
const bucket = datastore.bucket('cluster');

function secondsSince(start) {
  return ((performance.now() - start) / 1000).toFixed(1);
}

/** The values that each key may have: the one acknowledged last, and those of later failed writes. Null means no object. */
const allowedValues = new Map();
/** The number of failed operations by error code. */
const failures = new Map();
const progress = { done: 0 };

function allow(key, value, acknowledged) {
  allowedValues.set(key, acknowledged ? [value] : [...(allowedValues.get(key) ?? [null]), value]);
}

async function read(key) {
  try {
    return await (await bucket.get(key)).text();
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return null;
    throw error;
  }
}

/** Runs one operation on a key that only this worker uses. A failed write may or may not have been executed. */
async function operate(worker, index) {
  const key = `w${worker}/k${index % 20}`;
  const choice = index % 10;
  const value = choice === 9 ? null : randomBytes(200 + (index % 7) * 1000).toString('hex');
  try {
    if (choice < 4) {
      const actual = await read(key);
      assert.ok(
        (allowedValues.get(key) ?? [null]).includes(actual),
        `${key} lost an acknowledged write, or has a value that was never written`,
      );
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

async function verify(phase) {
  for (const [key, values] of allowedValues) assert.ok(values.includes(await read(key)), `${phase}: ${key} lost an acknowledged write`);
  console.log(`${phase}: ${allowedValues.size} keys have their acknowledged values`);
}

try {
  nodes.start();
  await nodes.waitUntilReady();
  await datastore.createBucket('cluster');
  console.log('four nodes are ready');

  const start = performance.now();
  const load = Promise.all(
    Array.from({ length: workerCount }, async (_, worker) => {
      for (let index = 0; index < Math.ceil(operations / workerCount); index++) await operate(worker, index);
    }),
  );
  do await sleep(20);
  while (progress.done < operations / 3);
  await nodes.kill(4);
  console.log(`one node killed after ${progress.done} operations`);
  await load;
  console.log(
    `${progress.done} operations in ${secondsSince(start)} s, failed: ${failures.size === 0 ? 'none' : JSON.stringify(Object.fromEntries(failures))}`,
  );
  await verify('with three nodes');

  await nodes.kill(3);
  const [key] = allowedValues.keys();
  const calls = { get: () => read(key), stat: () => bucket.stat(key), list: () => bucket.list(), put: () => bucket.put('new', 'x') };
  // The remaining nodes still respond at first.
  for (const moment of ['immediately', 'after 15 s']) {
    if (moment === 'after 15 s') await sleep(15_000);
    for (const [name, call] of Object.entries(calls)) {
      const callStart = performance.now();
      const outcome = await call().then(
        () => 'success',
        (/** @type {unknown} */ error) => error,
      );
      // Two of four nodes may be enough for reads, but not for writes.
      assert.ok(isStorageError(outcome) || (outcome === 'success' && name !== 'put'), `${name} without a quorum: ${String(outcome)}`);
      console.log(
        `two nodes killed, ${moment}: ${name} returned ${outcome.code ?? outcome} ${outcome.status ?? ''} after ${secondsSince(callStart)} s`,
      );
    }
  }
  allow('new', 'x', false);

  nodes.start();
  await nodes.waitUntilReady();
  await verify('with all nodes back');
  await bucket.put('after', 'body');
  assert.equal(await read('after'), 'body');
  console.log('passed');
} finally {
  await datastore.close();
  await nodes.stop();
}
