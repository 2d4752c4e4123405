// The parent process of the server. It ends the server and removes its data folder when this package's process ends, even if that is killed:
// the operating system then closes the pipe that is the supervisor's standard input. The supervisor also creates the data folder, so that
// at no time a folder or a server exists without a process that removes it. A line on standard input restarts the server.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The server to start, as JSON in the first argument. */
export interface ServerCommand {
  readonly command: string;
  /** `{folder}` is replaced with the path of the temporary data folder. */
  readonly args: readonly string[];
  /** A command that ends the server, for one that outlives its process, such as a container. */
  readonly stopCommand?: readonly [command: string, ...args: string[]];
}

const { command, args, stopCommand } = JSON.parse(process.argv[2] ?? '') as ServerCommand;
const maxLogLength = 4096;
const folder = mkdtempSync(join(tmpdir(), 'anybucket-minio-'));
let log = '';
let isRestarting = false;
let server = start();

function start(): ChildProcess {
  const child = spawn(
    command,
    args.map((argument) => argument.replace('{folder}', folder)),
    // In a process group of its own, because the command may be a script that starts the server as a child.
    { stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', windowsHide: true },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-maxLogLength)));
  }
  child.once('error', (error) => (log += error.message));
  return child.once('close', onClose);
}

function onClose(): void {
  if (isRestarting) {
    isRestarting = false;
    server = start();
    process.stdout.write('restarted\n');
    return;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  // Nobody reads the log if the other process was killed.
  process.stderr.on('error', () => undefined).write(log);
  process.stdin.destroy();
}

process.stdin.once('end', stop).once('error', stop).on('data', restart);
process.stdout.on('error', () => undefined);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

/** Kills the server without a clean shutdown. The next one gets the same port and folder. */
function restart(): void {
  isRestarting = true;
  killGroup(server);
}

/** Kills the server. A clean shutdown is unnecessary, because its data is removed. */
function stop(): void {
  isRestarting = false;
  killGroup(server);
  if (stopCommand) spawnSync(stopCommand[0], stopCommand.slice(1), { stdio: 'ignore', windowsHide: true });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: it has exited.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
