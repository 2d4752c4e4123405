// The nodes of the cluster: started, killed, started again.
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

  /** @param command the server's program; @param folder where the data lies */
  constructor(command, folder) {
    this.#command = command;
    this.#folder = folder;
  }

  /** Starts the nodes that don't run. */
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

  /** Kills a node as a power cut would. */
  async kill(number) {
    const child = this.#running.get(number);
    this.#running.delete(number);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** Waits until the cluster can read and write. */
  async ready() {
    for (let tries = 0; tries < 240; tries++) {
      const healthy = await fetch(`http://${host}:${portOf(1)}/minio/health/cluster`, { signal: AbortSignal.timeout(2000) }).then(
        (answer) => answer.ok,
        () => false,
      );
      if (healthy) return;
      await sleep(500);
    }
    throw new Error('the cluster does not get ready');
  }

  async stop() {
    for (const number of this.#running.keys()) await this.kill(number);
  }
}
