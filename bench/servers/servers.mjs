// The S3 servers of the section "Endpoint". Each `start` returns `{ address, startMs, stop }`, or undefined if the server is not installed.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMinio } from '@anybucket/minio-server';
import getPort from 'get-port';
import { selectDataFolder } from '../support/data-folder.mjs';
import { installMoto, installNodeWithSqlite, installPackage, installVersitygw } from '../support/install-servers.mjs';
import { startServer } from '../support/server-process.mjs';

const dataFolder = selectDataFolder(16 * 2 ** 30, 500_000);
const region = 'us-east-1';
const keys = { accessKey: 'benchmark', secretKey: randomBytes(15).toString('hex') };
const fileOf = (path) => fileURLToPath(new URL(path, import.meta.url));

const command = [process.execPath, fileOf('../../packages/anybucket/bin/anybucket.js'), 'serve'];
const anybucketEnv = { ANYBUCKET_ACCESS_KEY: keys.accessKey, ANYBUCKET_SECRET_KEY: keys.secretKey };

export const anybucketMemory = {
  name: 'anybucket memory',
  start: () => start((port) => [...command, 'memory:', '--port', port], { env: anybucketEnv }),
};

export const anybucketFs = {
  name: 'anybucket fs',
  start: () => start((port, folder) => [...command, folder, '--create', '--port', port], { env: anybucketEnv }),
};

export const minio = {
  name: 'MinIO',
  async start() {
    const startedAt = performance.now();
    const server = await startMinio({ env: { ...process.env, TMPDIR: dataFolder }, onProgress: (text) => console.error(text) });
    return { address: server.address, startMs: performance.now() - startedAt, stop: () => server.stop() };
  },
};

export const versitygw = {
  name: 'versitygw',
  async start() {
    const program = installVersitygw();
    if (program === undefined) return undefined;
    const env = { ROOT_ACCESS_KEY: keys.accessKey, ROOT_SECRET_KEY: keys.secretKey };
    return start((port, folder) => [program, '--port', `127.0.0.1:${port}`, '--quiet', '--keep-alive', 'posix', folder], { env });
  },
};

export const moto = {
  name: 'moto',
  async start() {
    const program = installMoto();
    return program === undefined ? undefined : start((port) => [program, '--host', '127.0.0.1', '--port', port]);
  },
};

export const s3rver = {
  name: 's3rver',
  async start() {
    const folder = installPackage('s3rver');
    if (folder === undefined) return undefined;
    const program = join(folder, 'bin', 's3rver.js');
    return start((port, data) => [process.execPath, program, '--silent', '--address', '127.0.0.1', '--port', port, '--directory', data], {
      credentials: { accessKey: 'S3RVER', secretKey: 'S3RVER' },
    });
  },
};

export const fauxqs = {
  name: 'fauxqs',
  async start() {
    const [folder, node] = [installPackage('fauxqs'), installNodeWithSqlite()];
    if (folder === undefined || node === undefined) return undefined;
    return start((port) => [node, fileOf('fauxqs-program.mjs'), folder, port]);
  },
};

/** Not an S3 server: the least that a server in Node takes. */
export const nodeHttp = {
  name: 'node:http only',
  start: () => start((port) => [process.execPath, fileOf('node-http-program.mjs'), port]),
};

/**
 * Starts a server on a free port, with a new data folder.
 * @param toCommand returns the program and its arguments
 */
async function start(toCommand, { credentials = keys, env = {} } = {}) {
  const parent = mkdtempSync(join(dataFolder, 'anybucket-bench-'));
  const removeFolder = () => rmSync(parent, { recursive: true, force: true });
  process.on('exit', removeFolder);
  const folder = join(parent, 'data');
  mkdirSync(folder);
  const port = await getPort({ host: '127.0.0.1' });
  const server = await startServer(toCommand(port, folder).map(String), { port, env });
  return {
    address: { port, region, ...credentials },
    startMs: server.startMs,
    async stop() {
      await server.stop();
      removeFolder();
    },
  };
}
