import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { setup } from '../src/vitest.js';
import { FakeMachine, isAlive, isPosix } from './fake-machine.js';

const provide = vi.fn<Parameters<typeof setup>[0]['provide']>();
const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);

/** Replaces the environment variables of this process with those of the machine. */
function stubEnvOf(machine: FakeMachine, env: NodeJS.ProcessEnv = {}): void {
  for (const [name, value] of Object.entries(machine.env({ CI: '', ABTEST_MINIO: '', ABTEST_REQUIRE_MINIO: '', ...env })))
    vi.stubEnv(name, value);
}

beforeEach(() => vi.clearAllMocks());
afterEach(() => void vi.unstubAllEnvs());

describe.skipIf(!isPosix)('the global setup', () => {
  test('provides one server, which the teardown stops', async () => {
    const machine = new FakeMachine().withProgram('minio');
    stubEnvOf(machine);
    const teardown = await setup({ provide });
    onTestFinished(teardown);
    const [{ pid, port } = { pid: 0, port: 0 }] = machine.starts();
    expect(provide).toHaveBeenCalledExactlyOnceWith('minio', expect.objectContaining({ endPoint: '127.0.0.1', port }));
    await teardown();
    expect(isAlive(pid)).toBe(false);
    expect(written.mock.calls.join('')).toBe('');
  });

  test('prints a warning in setup and teardown when there is no server', async () => {
    stubEnvOf(new FakeMachine());
    const teardown = await setup({ provide });
    expect(provide).toHaveBeenCalledExactlyOnceWith('minio', undefined);
    expect(written.mock.calls.join('')).toMatch(/╔═ .*SKIPPED[^]*Docker[^]*╝/);
    written.mockClear();
    await teardown();
    expect(written.mock.calls.join('')).toContain('SKIPPED');
  });

  test.for([{ CI: 'true' }, { ABTEST_REQUIRE_MINIO: '1' }])(
    'throws when there is no server and a server is required by %o',
    async (variable) => {
      stubEnvOf(new FakeMachine(), variable);
      await expect(setup({ provide })).rejects.toThrow('No MinIO server was found');
      expect(provide).not.toHaveBeenCalled();
    },
  );

  test('throws when a server is found but does not start', async () => {
    stubEnvOf(new FakeMachine().withProgram('minio'), { FAKE_MINIO: 'broken' });
    await expect(setup({ provide })).rejects.toThrow('the disk is full');
  });
});
