// The test, run within the namespace: `node test.mjs PROGRAM FOLDER`.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { MinioDatastore } from '@anybucket/backend-minio';
import { isStorageError } from '@anybucket/core';
import { Balancer } from './balancer.mjs';
import { Load } from './load.mjs';
import { Nodes, credentials, host, numbers, portOf } from './nodes.mjs';

const operations = 10_000;
const workerCount = 32;
/** Of the calls without a quorum. */
const idleTimeoutMs = 5000;
/** Two attempts, and the delay between them that a response may ask for. */
const maxCallMs = 2 * idleTimeoutMs + 10_000 + 1000;
/** Failures of these leave the outcome unknown, so they are not repeated. */
const unrepeatable = ['conditional put', 'put in parts'];

const nodes = new Nodes(process.argv[2], process.argv[3]);
const balancer = new Balancer(host, numbers.map(portOf));
let retried = 0;
const options = { endPoint: host, port: 9000, ...credentials };
/** A node that ends leaves its locks to the others for up to two minutes, and a write of the same key waits for them. */
const datastore = new MinioDatastore({ ...options, idleTimeoutMs: 150_000, onRetry: () => retried++ });
const bucket = datastore.bucket('cluster');
const load = new Load(bucket, workerCount);

const impatient = new MinioDatastore({ ...options, idleTimeoutMs, connectTimeoutMs: 2000, retries: 1 });
const callsWithoutQuorum = {
  get: async () => (await impatient.bucket('cluster').get('probe')).bytes(),
  stat: () => impatient.bucket('cluster').stat('probe'),
  list: () => impatient.bucket('cluster').list({ prefix: 'w0/' }),
  put: () => impatient.bucket('cluster').put('new', 'x'),
};

function secondsSince(start) {
  return ((performance.now() - start) / 1000).toFixed(1);
}

/** Runs the load while `disturb` runs. Returns its report. */
async function underLoad(phase, isDone, disturb) {
  retried = 0;
  const start = performance.now();
  const [report] = await Promise.all([load.run(isDone), disturb()]);
  console.log(`${phase}: ${report.describe()}; ${retried} attempts repeated, ${secondsSince(start)} s`);
  return report;
}

async function verify(phase) {
  console.log(`${phase}: ${await load.verify()} objects have their acknowledged values`);
}

/** Kills one of four nodes under load. */
async function killOne() {
  let isKilled = false;
  const progress = { operations: 0 };
  const isDone = (report) => {
    progress.operations = report.operations;
    return report.operations >= operations && isKilled;
  };
  await underLoad('one node killed', isDone, async () => {
    while (progress.operations < operations / 3) await sleep(20);
    await nodes.end(4, 'SIGKILL');
    isKilled = true;
    console.log(`one node killed after ${progress.operations} operations`);
  });
  await verify('with three nodes');
}

/** Kills another node: the rest has no write quorum. */
async function killTwo() {
  await bucket.put('probe', 'x');
  await nodes.end(3, 'SIGKILL');
  // The remaining nodes still respond at first.
  for (const moment of ['immediately', 'after 15 s']) {
    if (moment === 'after 15 s') await sleep(15_000);
    for (const [name, call] of Object.entries(callsWithoutQuorum)) {
      const start = performance.now();
      const outcome = await call().then(
        () => 'success',
        (/** @type {unknown} */ error) => error,
      );
      const elapsedMs = performance.now() - start;
      // Two of four nodes may be enough for reads, but not for writes. They must not take an object for missing.
      const isExpected = outcome === 'success' ? name !== 'put' : isStorageError(outcome) && outcome.code !== 'NoSuchKey';
      assert.ok(isExpected, `${name} without a quorum: ${String(outcome)}`);
      assert.ok(elapsedMs < maxCallMs, `${name} without a quorum took ${elapsedMs} ms`);
      const seconds = (elapsedMs / 1000).toFixed(1);
      console.log(`two nodes killed, ${moment}: ${name} returned ${outcome.code ?? outcome} ${outcome.status ?? ''} after ${seconds} s`);
    }
  }
}

/** Restarts all nodes, one after the other. */
async function rollingRestart() {
  let isRestarted = false;
  const report = await underLoad(
    'rolling restart',
    () => isRestarted,
    async () => {
      for (const number of numbers) {
        const start = performance.now();
        await nodes.end(number, 'SIGTERM');
        const ended = secondsSince(start);
        nodes.start();
        await nodes.waitUntilComplete();
        console.log(`node ${number} restarted: ended after ${ended} s, all nodes complete after ${secondsSince(start)} s`);
      }
      isRestarted = true;
    },
  );
  const unexpected = [...report.failures.keys()].filter((name) => !unrepeatable.some((kind) => name.startsWith(`${kind}:`)));
  assert.deepEqual(unexpected, [], 'the rolling restart failed calls that may be repeated');
  await verify('after the rolling restart');
}

try {
  nodes.start();
  await balancer.listen(9000);
  await nodes.waitUntilComplete();
  await datastore.createBucket('cluster');
  console.log('four nodes are ready behind a TCP load balancer');
  await killOne();
  await killTwo();
  nodes.start();
  await nodes.waitUntilComplete();
  await verify('with all nodes back');
  await rollingRestart();
  console.log('passed');
} finally {
  await datastore.close();
  await impatient.close();
  await nodes.stop();
  balancer.close();
}
