// Starts S3 servers as processes, and reads what the operating system counts of them. Linux only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const startTimeoutMs = 30_000;

/**
 * Starts a program and waits until it responds to a request over HTTP.
 * @param command the program and its arguments
 * @param options `port`, the port that it listens on; `env`, variables in addition to those of this process
 * @returns `{ port, startMs, stop }`, where `startMs` is the time to the first response
 */
export async function startServer([program, ...args], { port, env = {} }) {
  const start = performance.now();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-2000)));
  const exited = once(child, 'exit');
  // A server must not outlive the benchmark.
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  while (!(await responds(port))) {
    if (child.exitCode !== null || performance.now() - start > startTimeoutMs) throw new Error(`${program} did not start: ${errors}`);
  }
  return {
    port,
    startMs: performance.now() - start,
    async stop() {
      process.off('exit', kill);
      kill();
      await exited;
    },
  };
}

async function responds(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
    await once(socket, 'data');
    return true;
  } catch {
    await sleep(1);
    return false;
  } finally {
    socket.destroy();
  }
}

/** Returns the id of the process that listens on a port. */
export function processOf(port) {
  const address = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  const listening = sockets.map((line) => line.trim().split(/\s+/)).find(([, local, , state]) => state === '0A' && local.endsWith(address));
  const link = `socket:[${listening?.[9]}]`;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === link)) return Number(pid);
    } catch {
      // The process has ended, or one of its files is closed.
    }
  }
  throw new Error(`no process listens on port ${port}`);
}

/** Returns the CPU time of all threads of a process in microseconds. */
export function cpuTime(pid) {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // The thread has ended.
    }
  }
  return nanoseconds / 1000;
}

/** Returns the resident memory of a process in bytes. */
export function residentMemoryOf(pid) {
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}
