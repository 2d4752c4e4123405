// The contract against an S3 server of another make: `npm run versitygw`. It needs the program `versitygw` on the PATH:
// `go install github.com/versity/versitygw/cmd/versitygw@latest`. What fails is listed by case; the README of the MinIO backend explains it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MinioDatastore } from '@anybucket/backend-minio';
import { contractCases } from '@anybucket/core/contract';
import getPort from 'get-port';

const atOnce = 4;
const keys = { accessKey: 'versitygw', secretKey: 'versitygw-secret' };

if (spawnSync('versitygw', ['--version']).status !== 0) {
  console.log('NOT tried: there is no `versitygw` on the PATH (go install github.com/versity/versitygw/cmd/versitygw@latest).');
  process.exit(0);
}

const folder = await mkdtemp(join(tmpdir(), 'anybucket-versitygw-'));
const folders = [join(folder, 'data'), join(folder, 'versions')];
for (const one of folders) await mkdir(one);
const port = await getPort({ host: '127.0.0.1' });
const server = spawn('versitygw', ['--port', `127.0.0.1:${port}`, 'posix', '--versioning-dir', folders[1], folders[0]], {
  env: { ...process.env, ROOT_ACCESS_KEY: keys.accessKey, ROOT_SECRET_KEY: keys.secretKey },
  stdio: 'ignore',
});

const open = () => new MinioDatastore({ endPoint: '127.0.0.1', port, ...keys, idleTimeoutMs: 60_000 });

/** Waits until the server answers. */
async function ready(datastore) {
  for (let tries = 0; ; tries++) {
    try {
      return await datastore.list();
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(100);
    }
  }
}

try {
  const datastore = open();
  await ready(datastore);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const work = contractCases.values();
  const workers = Array.from({ length: atOnce }, async () => {
    for (const one of work) {
      try {
        counts[(await one.run({ datastore, open })) === undefined ? 'passed' : 'skipped']++;
      } catch (error) {
        counts.failed++;
        console.log(`${one.id}: ${String(error?.message ?? error).split('\n')[0]}`);
      }
    }
  });
  await Promise.all(workers);
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  await datastore.close();
} finally {
  server.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}
