// The nodes of the cluster.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const host = '10.77.0.1';
export const credentials = { accessKey: 'cluster', secretKey: 'cluster-secret' };
export const numbers = [1, 2, 3, 4];
export const portOf = (number) => 9000 + number;

export class Nodes {
  /** @readonly */
  #command;
  /** @readonly */
  #folder;
  /** @readonly */
  #running = new Map();

  /** @param command the path of the server program. @param folder the folder of the data and logs. */
  constructor(command, folder) {
    this.#command = command;
    this.#folder = folder;
  }

  /** Starts the nodes that are not running. */
  start() {
    const drives = numbers.map((number) => `http://${host}:${portOf(number)}${join(this.#folder, `d${number}`)}`);
    const env = {
      PATH: process.env.PATH,
      HOME: this.#folder,
      MINIO_CI_CD: '1',
      MINIO_ROOT_USER: credentials.accessKey,
      MINIO_ROOT_PASSWORD: credentials.secretKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off',
    };
    for (const number of numbers) {
      if (this.#running.has(number)) continue;
      const child = spawn(this.#command, ['server', '--address', `${host}:${portOf(number)}`, ...drives], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const log = createWriteStream(join(this.#folder, `node${number}.log`), { flags: 'a' });
      child.stdout.pipe(log);
      child.stderr.pipe(log);
      this.#running.set(number, child);
    }
  }

  /** Ends a node: with SIGTERM cleanly, with SIGKILL as in a crash. */
  async end(number, signal) {
    const child = this.#running.get(number);
    this.#running.delete(number);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await exited;
  }

  /** Waits until each node sees all others, so that the cluster keeps its write quorum when any node ends. */
  async waitUntilComplete() {
    const deadline = performance.now() + 120_000;
    for (const number of numbers) {
      // Without one node, the others are exactly the quorum. `maintenance` includes that.
      const url = `http://${host}:${portOf(number)}/minio/health/cluster?maintenance=true`;
      while (!(await isOk(url))) {
        if (performance.now() > deadline) throw new Error(`node ${number} did not become ready within two minutes`);
        await sleep(250);
      }
    }
  }

  async stop() {
    for (const number of this.#running.keys()) await this.end(number, 'SIGKILL');
  }
}

async function isOk(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
