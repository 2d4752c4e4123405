import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FakeMachine, eventually, isAlive, isPosix } from './fake-machine.js';

const program = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** A running `npm run minio` and its output so far. */
class Cli {
  readonly child: ChildProcessWithoutNullStreams;
  readonly closed: Promise<unknown[]>;
  output = '';

  constructor(env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [program], { env });
    this.closed = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  async waitForOutput(text: string): Promise<void> {
    await eventually(() => {
      if (!this.output.includes(text)) throw new Error(`expected "${text}" in the output: ${this.output}`);
    });
  }
}

describe.skipIf(!isPosix)('npm run minio', () => {
  test('prints how to connect, and Ctrl-C removes server and data', async () => {
    const machine = new FakeMachine().withProgram('minio');
    const cli = new Cli(machine.env());
    await cli.waitForOutput('Ctrl-C');
    const [{ pid, port } = { pid: 0, port: 0 }] = machine.starts();
    expect(cli.output).toContain(`http://127.0.0.1:${port}`);
    expect(cli.output).toMatch(new RegExp(`ANYBUCKET_DATA_STORE='minio://anybucket:\\w+@127.0.0.1:${port}'`));
    expect(isAlive(pid)).toBe(true);
    cli.child.kill('SIGINT');
    expect(await cli.closed).toEqual([0, null]);
    expect(isAlive(pid)).toBe(false);
    expect(machine.leftovers()).toEqual([]);
  });

  test('leaves no server and no data when it is killed', async () => {
    const machine = new FakeMachine().withProgram('minio');
    const cli = new Cli(machine.env());
    await cli.waitForOutput('Ctrl-C');
    const [{ pid } = { pid: 0 }] = machine.starts();
    expect(isAlive(pid)).toBe(true);
    cli.child.kill('SIGKILL');
    await eventually(() => {
      expect(isAlive(pid)).toBe(false);
      expect(machine.leftovers()).toEqual([]);
    });
  });

  test('Ctrl-C during a build leaves nothing in the cache', async () => {
    const machine = new FakeMachine().withProgram('go');
    const cli = new Cli(machine.env({ FAKE_GO_MS: '60000' }));
    await cli.waitForOutput('Building MinIO');
    cli.child.kill('SIGINT');
    expect(await cli.closed).toEqual([130, null]);
    expect(machine.cached()).toEqual(['anybucket']);
  });

  test('exits with code 1 when the server exits', async () => {
    const machine = new FakeMachine().withProgram('minio');
    const cli = new Cli(machine.env());
    await cli.waitForOutput('Ctrl-C');
    process.kill(machine.starts()[0]?.pid ?? 0, 'SIGKILL');
    expect(await cli.closed).toEqual([1, null]);
  });

  test('prints how to provide a server when none is found', async () => {
    const cli = new Cli(new FakeMachine().env());
    expect(await cli.closed).toEqual([1, null]);
    expect(cli.output).toContain('ABTEST_MINIO=');
    expect(cli.output).toContain('go install github.com/minio/minio@');
    expect(cli.output).not.toContain('    at ');
  });
});
