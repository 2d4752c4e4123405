// Runs the contract on S3 servers of other makes: `npm run compat`, or `npm run compat -- garage seaweedfs`. Installs the servers into the user's
// cache folder first, which takes up to half an hour. Writes the results into results.json, from which `npm run docs:servers` generates
// docs/servers.md. Prints every failed case that no entry of differences.mjs explains, and exits with 1 if there is one.
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MinioDatastore } from '@anybucket/backend-minio';
import { contractCases } from '@anybucket/core/contract';
import { differences } from './differences.mjs';
import { servers } from './servers.mjs';

const concurrency = 4;
const caseTimeoutMs = 120_000;
const maxStartAttempts = 60;
const resultsFile = new URL('results.json', import.meta.url);

const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !servers.some((server) => server.name === name));
if (unknown.length > 0) {
  console.error(`unknown server ${unknown.join(', ')}; expected ${servers.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}

const notRun = [];
for (const { name, options = {}, start } of servers) {
  if (requested.length > 0 && !requested.includes(name)) continue;
  const server = await startOrReport(name, start);
  if (server === undefined) notRun.push(name);
  else await testServer(name, server, options).finally(() => server.stop());
}
if (notRun.length > 0) console.log(`\nNOT RUN: ${notRun.join(', ')}`);

async function startOrReport(name, start) {
  try {
    const server = await start();
    if (server === undefined) console.log(`\n${name}: NOT RUN: it cannot be installed`);
    return server;
  } catch (error) {
    console.log(`\n${name}: NOT RUN: ${error.message}`);
    return undefined;
  }
}

async function testServer(name, { address, version }, options) {
  console.log(`\n${name} ${version}`);
  // Cases run at the same time on one datastore: without spare connections, a reader that pauses may lose its own.
  const open = () => new MinioDatastore({ ...address, ...options, maxConnections: 256, idleTimeoutMs: 60_000 });
  const datastore = open();
  // The first response shows which server it is.
  await waitUntilReady(datastore);
  const context = { datastore, open };
  const failed = [];
  const skipped = {};
  let passed = 0;
  let done = 0;
  const remaining = contractCases.values();
  const workers = Array.from({ length: concurrency }, async () => {
    for (const contractCase of remaining) {
      const { error, unmet } = await runCase(contractCase, context);
      if (error !== undefined) failed.push(contractCase);
      else if (unmet === undefined) passed++;
      else skipped[unmet] = (skipped[unmet] ?? 0) + 1;
      if (++done % 250 === 0) console.error(`${name}: ${done} of ${contractCases.length} cases, ${failed.length} failed`);
    }
  });
  await Promise.all(workers);
  // Alone, on a server without other load.
  const failures = {};
  const unstable = [];
  for (const contractCase of failed) {
    const { error } = await runCase(contractCase, context);
    const { id } = contractCase;
    if (error === undefined) unstable.push(id);
    else {
      const difference = explain(name, id, error);
      (failures[difference?.reason ?? 'unexplained'] ??= []).push(id);
      if (difference === undefined) reportUnexplained(id, error);
    }
  }
  for (const id of unstable) if (explain(name, id, undefined) === undefined) console.log(`failed once, passed alone: ${id}`);
  const { capabilities } = datastore;
  await datastore.close();
  const failedCount = failed.length - unstable.length;
  console.log(
    `${name}: ${passed + unstable.length} passed, ${failedCount} failed, ${contractCases.length - passed - failed.length} skipped`,
  );
  await writeResult(name, { version, cases: contractCases.length, passed, unstable, failures, skipped, capabilities });
}

/** Some servers respond with errors while they start. */
async function waitUntilReady(datastore) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await datastore.list();
    } catch (error) {
      if (attempt === maxStartAttempts) throw error;
      await sleep(500);
    }
  }
}

/** Runs a case. A case that hangs fails: some servers keep connections open without a response. */
async function runCase(contractCase, context) {
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no result within ${caseTimeoutMs / 1000} seconds`)), caseTimeoutMs);
  });
  try {
    return { unmet: await Promise.race([contractCase.run(context), timeout]) };
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the known difference that explains a failed case, or undefined. */
function explain(server, id, error) {
  return (differences[server] ?? []).find(
    ({ serverCodes = [], cases = [] }) =>
      serverCodes.includes(error?.serverCode) || cases.some((one) => (one.endsWith('*') ? id.startsWith(one.slice(0, -1)) : id === one)),
  );
}

function reportUnexplained(id, error) {
  process.exitCode = 1;
  console.log(`unexplained: ${id}: ${error?.stack ?? error} ${error?.serverCode ?? ''}\n`);
}

async function writeResult(name, result) {
  const results = JSON.parse(await readFile(resultsFile, 'utf8'));
  const failures = Object.fromEntries(Object.entries(result.failures).map(([reason, ids]) => [reason, ids.sort()]));
  results[name] = { ...result, unstable: result.unstable.sort(), failures };
  await writeFile(resultsFile, `${JSON.stringify(results, undefined, 2)}\n`);
}
