// Runs four MinIO nodes behind a TCP load balancer on this host: `npm run minio:cluster`. Kills one under load, then a second one, and restarts
// all four under load, one after the other. Checks that no acknowledged write is lost, that calls without a quorum fail with a StorageError in
// time, and that the rolling restart fails no call that may be repeated. Takes about five minutes.
// The nodes need an address other than loopback, so everything runs in a network namespace. Linux only, as root.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { findMinio } from '../../internal/minio-server/dist/find-minio.js';

const namespace = `anybucket-${process.pid}`;

/** Runs a command. Returns its output, or undefined when it fails. */
function runCommand(command, ...args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

/** Prepares the namespace. Returns the reason when this host cannot run the test. */
function createNamespace() {
  if (process.platform !== 'linux') return 'it needs the network namespaces of Linux';
  if (runCommand('ip', '-V') === undefined) return 'it needs the program `ip` (package iproute2)';
  if (runCommand('ip', 'netns', 'add', namespace) === undefined) return 'creating a network namespace failed (run it as root)';
  return undefined;
}

const reason = createNamespace();
if (reason !== undefined) {
  console.log(`SKIPPED the cluster test: ${reason}.`);
  process.exit(process.env.ABTEST_REQUIRE_CLUSTER === '1' ? 1 : 0);
}

const folder = await mkdtemp(join(tmpdir(), 'anybucket-cluster-'));
try {
  // The folder in which @anybucket/minio-server keeps the program it has built.
  const cacheFolder = envPaths('anybucket', { suffix: '' }).cache;
  const { signal } = new AbortController();
  const found = await findMinio({ env: process.env, cacheFolder, onProgress: (text) => console.error(text), signal });
  if (found.kind !== 'program') throw new Error(`the cluster needs a MinIO program, but the server found is ${found.origin}`);
  runCommand('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
  runCommand('ip', '-n', namespace, 'addr', 'add', '10.77.0.1/32', 'dev', 'lo');
  const test = fileURLToPath(new URL('test.mjs', import.meta.url));
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, test, found.command, folder], { stdio: 'inherit' });
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
} finally {
  runCommand('ip', 'netns', 'del', namespace);
  await rm(folder, { recursive: true, force: true });
}
