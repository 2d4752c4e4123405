// The nodes of the cluster.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const host = '10.77.0.1';
export const credentials = { accessKey: 'cluster', secretKey: 'cluster-secret' };
const numbers = [1, 2, 3, 4];
const portOf = (number) => 9000 + number;

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

  /** Kills a node without a clean shutdown. */
  async kill(number) {
    const child = this.#running.get(number);
    this.#running.delete(number);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  /** Waits until the cluster has a write quorum. */
  async waitUntilReady() {
    for (let tries = 0; tries < 240; tries++) {
      const healthy = await fetch(`http://${host}:${portOf(1)}/minio/health/cluster`, { signal: AbortSignal.timeout(2000) }).then(
        (response) => response.ok,
        () => false,
      );
      if (healthy) return;
      await sleep(500);
    }
    throw new Error('the cluster did not become ready within two minutes');
  }

  async stop() {
    for (const number of this.#running.keys()) await this.kill(number);
  }
}
