// Runs the contract on another S3 server, the Versity gateway: `npm run versitygw`. It needs the program `versitygw` on the PATH
// (`go install github.com/versity/versitygw/cmd/versitygw@latest`). Counts the failed cases by known difference, which the README of the MinIO
// backend explains, prints the others, and exits with 1 if there are any.
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MinioDatastore } from '@anybucket/backend-minio';
import { contractCases } from '@anybucket/core/contract';
import getPort from 'get-port';
import { knownDifferences } from './known-differences.mjs';

const concurrency = 4;
const credentials = { accessKey: 'versitygw', secretKey: 'versitygw-secret' };

if (spawnSync('versitygw', ['--version']).status !== 0) {
  console.log('SKIPPED: `versitygw` is not on the PATH (go install github.com/versity/versitygw/cmd/versitygw@latest).');
  process.exit(0);
}

const folder = await mkdtemp(join(tmpdir(), 'anybucket-versitygw-'));
const [dataFolder, versionsFolder] = [join(folder, 'data'), join(folder, 'versions')];
for (const path of [dataFolder, versionsFolder]) await mkdir(path);
const port = await getPort({ host: '127.0.0.1' });
const server = spawn('versitygw', ['--port', `127.0.0.1:${port}`, 'posix', '--versioning-dir', versionsFolder, dataFolder], {
  env: { ...process.env, ROOT_ACCESS_KEY: credentials.accessKey, ROOT_SECRET_KEY: credentials.secretKey },
  stdio: 'ignore',
});

const open = () => new MinioDatastore({ endPoint: '127.0.0.1', port, ...credentials, idleTimeoutMs: 60_000 });

/** Waits until the server responds. */
async function waitUntilReady(datastore) {
  for (let tries = 0; ; tries++) {
    try {
      return await datastore.list();
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(100);
    }
  }
}

/** Returns the known difference that explains a failed case, or undefined. */
function explain({ id }, error) {
  return knownDifferences.find(({ serverCodes = [], cases }) => serverCodes.includes(error?.serverCode) || cases.includes(id));
}

try {
  const datastore = open();
  await waitUntilReady(datastore);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failuresByDifference = new Map(knownDifferences.map(({ name }) => [name, 0]));
  const remainingCases = contractCases.values();
  const workers = Array.from({ length: concurrency }, async () => {
    for (const contractCase of remainingCases) {
      try {
        counts[(await contractCase.run({ datastore, open })) === undefined ? 'passed' : 'skipped']++;
      } catch (error) {
        counts.failed++;
        const difference = explain(contractCase, error);
        if (difference !== undefined) {
          failuresByDifference.set(difference.name, failuresByDifference.get(difference.name) + 1);
          continue;
        }
        process.exitCode = 1;
        console.log(`unexplained: ${contractCase.id}: ${error?.stack ?? error}\n`);
      }
    }
  });
  await Promise.all(workers);
  for (const [name, count] of failuresByDifference) console.log(`${String(count).padStart(4)} failed: ${name}`);
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  await datastore.close();
} finally {
  server.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}
