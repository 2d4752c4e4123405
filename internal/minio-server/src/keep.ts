import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { KeptServer } from './keeper.js';

/** A server in the care of a keeper process. */
export interface Kept {
  /** Settles when server and folder are gone, with the last lines that the server printed; rejects when the keeper could not be started. */
  readonly gone: Promise<string>;
  /** Kills the server, and starts one of the same port with what is in the folder; settles when the old one is gone. */
  restart(): Promise<void>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
}

// The built file, also for tests, which run on the sources: no TypeScript runs in a process of its own on Node 20.
const keeper = fileURLToPath(new URL('../dist/keeper.js', import.meta.url));

/**
 * Starts a server that ends with us, even if we are killed.
 *
 * @param server - what to start
 * @param env - its environment
 */
export function keep(server: KeptServer, env: NodeJS.ProcessEnv): Kept {
  const child = spawn(process.execPath, [keeper, JSON.stringify(server)], {
    // Options for our own Node, such as a debugger's port, are not meant for this one.
    env: { ...env, NODE_OPTIONS: '' },
    // Our folder may be removed meanwhile.
    cwd: tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe'],
    // Out of reach of the terminal's Ctrl-C: it ends by the pipe alone, after it has cleaned up.
    detached: true,
    windowsHide: true,
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  // Written to when it is gone already: `gone` tells that.
  child.stdin.on('error', () => undefined);
  const gone = new Promise<string>((resolve, reject) => {
    child.once('error', reject).once('close', () => resolve(log));
  });
  // Whoever waits hears of it; a rejection that nobody waits for must not end the process.
  gone.catch(() => undefined);
  return {
    gone,
    async restart() {
      const restarted = once(child.stdout, 'data');
      child.stdin.write('restart\n');
      await Promise.race([restarted, gone]);
    },
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}
