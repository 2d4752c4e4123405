// Four MinIO nodes on this host, one killed under load, then a second one: `npm run minio:cluster`.
// What must hold: no acknowledged write is lost; without a quorum every call ends with a typed error; all is well when the nodes are back.
// The nodes need an address that is not loopback, so all of it runs in a network namespace of its own: Linux, as root.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { findMinio } from '../../internal/minio-server/dist/find-minio.js';

const namespace = `anybucket-${process.pid}`;

/** Runs a program of the system; its output when it went well, otherwise undefined. */
function system(command, ...args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

/** Why it can't be run here; undefined when it can. */
function obstacle() {
  if (process.platform !== 'linux') return 'it needs network namespaces, which only Linux has';
  if (system('ip', '-V') === undefined) return 'it needs the program `ip` (package iproute2)';
  if (system('ip', 'netns', 'add', namespace) === undefined) return 'this user may not make a network namespace (run it as root)';
  return undefined;
}

const reason = obstacle();
if (reason !== undefined) {
  console.log(`The cluster was NOT tried: ${reason}.`);
  process.exit(process.env.ABTEST_REQUIRE_CLUSTER === '1' ? 1 : 0);
}

const folder = await mkdtemp(join(tmpdir(), 'anybucket-cluster-'));
try {
  // Where the server tool keeps the program that it built.
  const cacheFolder = envPaths('anybucket', { suffix: '' }).cache;
  const { signal } = new AbortController();
  const found = await findMinio({ env: process.env, cacheFolder, onProgress: (text) => console.error(text), signal });
  if (found.kind !== 'program') throw new Error(`the cluster needs MinIO as a program, but there is ${found.origin}`);
  system('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
  system('ip', '-n', namespace, 'addr', 'add', '10.77.0.1/32', 'dev', 'lo');
  const trial = fileURLToPath(new URL('trial.mjs', import.meta.url));
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, trial, found.command, folder], { stdio: 'inherit' });
  process.exitCode = await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
} finally {
  system('ip', 'netns', 'del', namespace);
  await rm(folder, { recursive: true, force: true });
}
