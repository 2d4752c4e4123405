import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Machine, eventually, isAlive, isPosix } from './support.js';

const program = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** A running `npm run minio`, and what it has printed so far. */
class Cli {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<unknown[]>;
  output = '';

  constructor(env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [program], { env });
    this.ended = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  async shows(text: string): Promise<void> {
    await eventually(() => {
      if (!this.output.includes(text)) throw new Error(`No "${text}" in: ${this.output}`);
    });
  }
}

describe.skipIf(!isPosix)('npm run minio', () => {
  test('says how to connect, and Ctrl-C leaves nothing', async () => {
    const machine = new Machine().has('minio');
    const cli = new Cli(machine.env());
    await cli.shows('Ctrl-C');
    const [{ pid, port } = { pid: 0, port: 0 }] = machine.started();
    expect(cli.output).toContain(`http://127.0.0.1:${port}`);
    expect(cli.output).toMatch(new RegExp(`ANYBUCKET_DATA_STORE='minio://anybucket:\\w+@127.0.0.1:${port}'`));
    expect(isAlive(pid)).toBe(true);
    cli.child.kill('SIGINT');
    expect(await cli.ended).toEqual([0, null]);
    expect(isAlive(pid)).toBe(false);
    expect(machine.leftovers()).toEqual([]);
  });

  test('killed, it leaves no server and no data', async () => {
    const machine = new Machine().has('minio');
    const cli = new Cli(machine.env());
    await cli.shows('Ctrl-C');
    const [{ pid } = { pid: 0 }] = machine.started();
    expect(isAlive(pid)).toBe(true);
    cli.child.kill('SIGKILL');
    await eventually(() => {
      expect(isAlive(pid)).toBe(false);
      expect(machine.leftovers()).toEqual([]);
    });
  });

  test('Ctrl-C during a build ends it and leaves nothing in the cache', async () => {
    const machine = new Machine().has('go');
    const cli = new Cli(machine.env({ FAKE_GO_MS: '60000' }));
    await cli.shows('Building MinIO');
    cli.child.kill('SIGINT');
    expect(await cli.ended).toEqual([130, null]);
    expect(machine.cached()).toEqual(['anybucket']);
  });

  test('ends with an error when the server does', async () => {
    const machine = new Machine().has('minio');
    const cli = new Cli(machine.env());
    await cli.shows('Ctrl-C');
    process.kill(machine.started()[0]?.pid ?? 0, 'SIGKILL');
    expect(await cli.ended).toEqual([1, null]);
  });

  test('without a server it says how to get one', async () => {
    const cli = new Cli(new Machine().env());
    expect(await cli.ended).toEqual([1, null]);
    expect(cli.output).toContain('ABTEST_MINIO=');
    expect(cli.output).toContain('go install github.com/minio/minio@');
    expect(cli.output).not.toContain('    at ');
  });
});
