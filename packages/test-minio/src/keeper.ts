// The process between us and the server: it starts the server and ends it when we are gone, however that comes to pass. We hold one end of
// a pipe, its standard input; the system closes that with us, also when we are killed and can do nothing any more. It also owns the data
// folder, so there is no moment in which a folder or a server has nobody to remove it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the keeper is to start, as JSON in its first argument. */
export interface KeptServer {
  readonly command: string;
  /** `{folder}` in an argument stands for the folder that is made for the server and removed with it. */
  readonly args: readonly string[];
  /** A command that ends a server which killing its process would not end, such as a container. */
  readonly end?: readonly [command: string, ...args: string[]];
}

const kept = JSON.parse(process.argv[2] ?? '') as KeptServer;
const folder = mkdtempSync(join(tmpdir(), 'anybucket-minio-'));
const server = spawn(
  kept.command,
  kept.args.map((argument) => argument.replace('{folder}', folder)),
  // A process group of its own: `command` may be a script that has the server as its child.
  { stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', windowsHide: true },
);

let log = '';
for (const stream of [server.stdout, server.stderr]) {
  stream.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-4096)));
}
server.once('error', (error) => (log += error.message));
server.once('close', () => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  // What the server said last goes to whoever is still there to read it.
  process.stderr.on('error', () => undefined).write(log);
  process.stdin.destroy();
});

process.stdin.once('end', end).once('error', end).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

/** Ends the server at once; its data is going to be removed anyway. */
function end(): void {
  killGroup(server);
  if (kept.end) spawnSync(kept.end[0], kept.end.slice(1), { stdio: 'ignore', windowsHide: true });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: it has ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
