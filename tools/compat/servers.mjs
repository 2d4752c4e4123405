// The S3 servers that `npm run compat` tests. Each `start` returns `{ address, version, stop }`, or undefined if the server
// cannot be installed.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMinio } from '@anybucket/minio-server';
import getPort from 'get-port';
import { installGarage, installMoto, installSeaweedfs, installVersitygw, serverVersions } from '../../bench/support/install-servers.mjs';
import { startServer } from '../../bench/support/server-process.mjs';

const host = '127.0.0.1';
const keys = { accessKey: 'anybucket', secretKey: randomBytes(15).toString('hex') };

async function startMinioServer() {
  const server = await startMinio({ onProgress: (text) => console.error(text) });
  return { address: server.address, version: 'of 2026-02-12', stop: () => server.stop() };
}

async function startVersitygw() {
  const program = installVersitygw();
  if (program === undefined) return undefined;
  const env = { ROOT_ACCESS_KEY: keys.accessKey, ROOT_SECRET_KEY: keys.secretKey };
  return start({ version: serverVersions.versitygw, env }, async (port, folder) => {
    const [data, versions] = [join(folder, 'data'), join(folder, 'versions')];
    for (const path of [data, versions]) await mkdir(path);
    return [program, '--port', `${host}:${port}`, '--quiet', '--keep-alive', 'posix', '--versioning-dir', versions, data];
  });
}

async function startSeaweedfs() {
  const program = installSeaweedfs();
  if (program === undefined) return undefined;
  // By default, every bucket reserves seven volumes.
  const env = { WEED_MASTER_VOLUME_GROWTH_COPY_1: '1' };
  return start({ version: serverVersions.seaweedfs, env }, async (port, folder) => {
    const config = join(folder, 's3.json');
    const identity = { name: 'compat', credentials: [keys], actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'] };
    await writeFile(config, JSON.stringify({ identities: [identity] }));
    const [master, volume, filer] = await Promise.all([freePort(), freePort(), freePort()]);
    return [
      program,
      'server',
      `-dir=${folder}`,
      `-ip=${host}`,
      `-ip.bind=${host}`,
      '-s3',
      `-s3.port=${port}`,
      `-s3.config=${config}`,
      '-s3.iam=false',
      `-master.port=${master}`,
      '-master.volumeSizeLimitMB=128',
      `-volume.port=${volume}`,
      '-volume.max=4096',
      `-filer.port=${filer}`,
    ];
  });
}

async function startGarage() {
  const program = installGarage();
  if (program === undefined) return undefined;
  const garageKeys = { accessKey: `GK${randomBytes(12).toString('hex')}`, secretKey: randomBytes(32).toString('hex') };
  const env = { GARAGE_DEFAULT_ACCESS_KEY: garageKeys.accessKey, GARAGE_DEFAULT_SECRET_KEY: garageKeys.secretKey, RUST_LOG: 'error' };
  let config;
  const toCommand = async (port, folder) => {
    const rpcPort = await freePort();
    config = join(folder, 'garage.toml');
    const lines = [
      `metadata_dir = "${join(folder, 'meta')}"`,
      `data_dir = "${join(folder, 'data')}"`,
      'db_engine = "sqlite"',
      'replication_factor = 1',
      `rpc_bind_addr = "${host}:${rpcPort}"`,
      `rpc_public_addr = "${host}:${rpcPort}"`,
      `rpc_secret = "${randomBytes(32).toString('hex')}"`,
      '[s3_api]',
      's3_region = "us-east-1"',
      `api_bind_addr = "${host}:${port}"`,
    ];
    await writeFile(config, lines.join('\n'));
    return [program, '-c', config, 'server', '--single-node', '--default-access-key'];
  };
  const server = await start({ version: serverVersions.garage, credentials: garageKeys, env }, toCommand);
  execFileSync(program, ['-c', config, 'key', 'allow', '--create-bucket', garageKeys.accessKey], { stdio: 'ignore' });
  return server;
}

async function startMoto() {
  const program = installMoto();
  if (program === undefined) return undefined;
  return start({ version: serverVersions.moto }, async (port) => [program, '--host', host, '--port', port]);
}

/** `options`: options of the datastore, for what its responses do not show. */
export const servers = [
  { name: 'minio', title: '[MinIO](https://github.com/minio/minio)', start: startMinioServer },
  { name: 'versitygw', title: '[versitygw](https://github.com/versity/versitygw) (POSIX)', start: startVersitygw },
  { name: 'seaweedfs', title: '[SeaweedFS](https://github.com/seaweedfs/seaweedfs)', start: startSeaweedfs },
  { name: 'garage', title: '[Garage](https://garagehq.deuxfleurs.fr)', options: { server: 'garage' }, start: startGarage },
  { name: 'moto', title: '[moto](https://github.com/getmoto/moto), a stand-in for AWS', options: { server: 'aws' }, start: startMoto },
];

/**
 * Starts a server with a new folder, and waits until it lists its buckets.
 * @param toCommand returns the program and its arguments
 */
async function start({ version, credentials = keys, env = {} }, toCommand) {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-compat-'));
  const port = await freePort();
  try {
    const server = await startServer((await toCommand(port, folder)).map(String), { port, env });
    const stop = async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    };
    return { address: { endPoint: host, port, region: 'us-east-1', ...credentials }, version, stop };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** SeaweedFS also uses the port that is larger by 10,000. */
function freePort() {
  return getPort({ host, port: Array.from({ length: 50 }, () => 20_000 + Math.floor(Math.random() * 20_000)) });
}
