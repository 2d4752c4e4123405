import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ServerCommand } from './supervisor.js';

/** A server that runs under a supervisor process. */
export interface SupervisedServer {
  /** Resolves with the last output of the server once it has exited and its folder is removed. Rejects when the supervisor did not start. */
  readonly exited: Promise<string>;
  /** Kills the server and starts it again with the same port and folder. Resolves once the old server has exited. */
  restart(): Promise<void>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

// The built file, also when tests run the sources: Node 20 cannot run TypeScript.
const supervisor = fileURLToPath(new URL('../dist/supervisor.js', import.meta.url));

/** Starts a server that ends with this process, even if this process is killed. */
export function supervise(server: ServerCommand, env: NodeJS.ProcessEnv): SupervisedServer {
  const child = spawn(process.execPath, [supervisor, JSON.stringify(server)], {
    // Options such as a debugger's port are for this process only.
    env: { ...env, NODE_OPTIONS: '' },
    // The working directory of this process may be removed while the server runs.
    cwd: tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C in the terminal must not reach the supervisor: it exits after the pipe is closed and everything is cleaned up.
    detached: true,
    windowsHide: true,
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  // Writing to an exited supervisor fails. `exited` reports that.
  child.stdin.on('error', () => undefined);
  const exited = new Promise<string>((resolve, reject) => {
    child.once('error', reject).once('close', () => resolve(log));
  });
  // The rejection is reported by `restart` and `stop`. It must not end the process when neither is called.
  exited.catch(() => undefined);
  return {
    exited,
    async restart() {
      const restarted = once(child.stdout, 'data');
      child.stdin.write('restart\n');
      await Promise.race([restarted, exited]);
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
