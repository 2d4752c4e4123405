// A transfer of 10,000 objects of 4 KiB from a folder to a MinIO server, compared with rclone and `mc mirror`, if they are on the PATH.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FsDatastore } from '@anybucket/backend-fs';
import { MinioDatastore } from '@anybucket/backend-minio';
import { transfer } from '@anybucket/core';
import { mcIsInstalled } from '../contenders/mc.mjs';
import { median } from '../support/measure-row.mjs';
import { serverAddress } from '../support/minio-server.mjs';
import { scratchFolder } from '../support/scratch-folder.mjs';

const objectCount = 10_000;
const rounds = 3;
const body = Buffer.alloc(4096, 'anybucket');
const rcloneIsInstalled = spawnSync('rclone', ['version']).status === 0;
const run = promisify(execFile);

const anybucket = {
  name: 'anybucket transfer',
  copy: async ({ source, target }) => {
    const { done } = await transfer(source, target);
    assert.equal(done, objectCount);
  },
};

const rclone = {
  name: 'rclone',
  copy: async ({ folder, target, address }) => {
    const { endPoint, port, accessKey, secretKey } = address;
    const env = {
      ...process.env,
      RCLONE_CONFIG: '/dev/null',
      RCLONE_CONFIG_BENCH_TYPE: 's3',
      RCLONE_CONFIG_BENCH_PROVIDER: 'Minio',
      RCLONE_CONFIG_BENCH_ENDPOINT: `http://${endPoint}:${port}`,
      RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: accessKey,
      RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: secretKey,
    };
    await run('rclone', ['copy', '--transfers', '8', folder, `bench:${target.name}`], { env });
  },
};

const mcMirror = {
  name: 'mc mirror',
  copy: async ({ folder, target, address }) => {
    const { endPoint, port, accessKey, secretKey } = address;
    const env = { ...process.env, MC_HOST_bench: `http://${accessKey}:${secretKey}@${endPoint}:${port}` };
    await run('mc', ['--quiet', 'mirror', folder, `bench/${target.name}`], { env, maxBuffer: 2 ** 26 });
  },
};

/** Returns the median time of each program in milliseconds, or undefined if it is not installed. */
export async function measureTransfers() {
  const root = scratchFolder();
  const from = new FsDatastore({ root });
  const address = await serverAddress();
  const to = new MinioDatastore(address);
  await from.createBucket('source');
  const source = from.bucket('source');
  for (let index = 0; index < objectCount; index++) await source.put(`folder-${index % 100}/object-${index}`, body);
  const programs = [
    { ...anybucket, isInstalled: true },
    { ...rclone, isInstalled: rcloneIsInstalled },
    { ...mcMirror, isInstalled: mcIsInstalled },
  ];
  const times = new Map(programs.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [index, { name, copy, isInstalled }] of programs.entries()) {
      if (!isInstalled) continue;
      const target = to.bucket(`target-${round}-${index}`);
      await to.createBucket(target.name);
      const start = performance.now();
      await copy({ source, folder: join(root, 'source'), target, address });
      times.get(name).push(performance.now() - start);
      assert.equal((await target.list({ metadata: false })).length, objectCount);
    }
  }
  await Promise.all([from.close(), to.close()]);
  return Array.from(times, ([name, each]) => ({ name, milliseconds: median(each) }));
}
