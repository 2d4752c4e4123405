import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { setup } from '../src/vitest.js';
import { Machine, isAlive, isPosix } from './support.js';

const provide = vi.fn<Parameters<typeof setup>[0]['provide']>();
const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);

/** Lets this process see the machine alone. */
function on(machine: Machine, more: NodeJS.ProcessEnv = {}): void {
  for (const [name, value] of Object.entries(machine.env({ CI: '', ABTEST_MINIO: '', ABTEST_REQUIRE_MINIO: '', ...more })))
    vi.stubEnv(name, value);
}

beforeEach(() => vi.clearAllMocks());
afterEach(() => void vi.unstubAllEnvs());

describe.skipIf(!isPosix)('the global setup', () => {
  test('gives all test files one server, and ends it', async () => {
    const machine = new Machine().has('minio');
    on(machine);
    const teardown = await setup({ provide });
    onTestFinished(teardown);
    const [{ pid, port } = { pid: 0, port: 0 }] = machine.started();
    expect(provide).toHaveBeenCalledExactlyOnceWith('minio', expect.objectContaining({ endPoint: '127.0.0.1', port }));
    await teardown();
    expect(isAlive(pid)).toBe(false);
    expect(written.mock.calls.join('')).toBe('');
  });

  test('without a server the run goes on, and a box says so at its beginning and its end', async () => {
    on(new Machine());
    const teardown = await setup({ provide });
    expect(provide).toHaveBeenCalledExactlyOnceWith('minio', undefined);
    expect(written.mock.calls.join('')).toMatch(/╔═ .*SKIPPED[^]*Docker[^]*╝/);
    written.mockClear();
    await teardown();
    expect(written.mock.calls.join('')).toContain('SKIPPED');
  });

  test.for([{ CI: 'true' }, { ABTEST_REQUIRE_MINIO: '1' }])('without a server it fails with %o', async (variable) => {
    on(new Machine(), variable);
    await expect(setup({ provide })).rejects.toThrow('No MinIO server was found');
    expect(provide).not.toHaveBeenCalled();
  });

  test('a server that is there and doesn’t start is a failure always', async () => {
    on(new Machine().has('minio'), { FAKE_MINIO: 'broken' });
    await expect(setup({ provide })).rejects.toThrow('the disk is full');
  });
});
