// The process between us and the server: it starts the server and ends it when we are gone, however that comes to pass. We hold one end of
// a pipe, its standard input; the system closes that with us, also when we are killed and can do nothing any more. It also owns the data
// folder, so there is no moment in which a folder or a server has nobody to remove it. A line in that pipe asks for a restart.
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
let log = '';
let isRestart = false;
let server = start();

function start(): ChildProcess {
  const child = spawn(
    kept.command,
    kept.args.map((argument) => argument.replace('{folder}', folder)),
    // A process group of its own: `command` may be a script that has the server as its child.
    { stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', windowsHide: true },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-4096)));
  }
  child.once('error', (error) => (log += error.message));
  return child.once('close', gone);
}

function gone(): void {
  if (isRestart) {
    isRestart = false;
    server = start();
    process.stdout.write('restarted\n');
    return;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  // What the server said last goes to whoever is still there to read it.
  process.stderr.on('error', () => undefined).write(log);
  process.stdin.destroy();
}

process.stdin.once('end', end).once('error', end).on('data', restart);
// Nobody may be there to read it.
process.stdout.on('error', () => undefined);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

/** Kills the server as a power cut would; the next one gets its port and its folder. */
function restart(): void {
  isRestart = true;
  killGroup(server);
}

/** Ends the server at once; its data is going to be removed anyway. */
function end(): void {
  isRestart = false;
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
