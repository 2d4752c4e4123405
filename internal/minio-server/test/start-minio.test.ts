import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMinio } from '../src/start-minio.js';
import type { MinioServer } from '../src/start-minio.js';
import { FakeMachine, eventually, isAlive, isPosix } from './fake-machine.js';
import type { ServerStart } from './fake-machine.js';

async function start(machine: FakeMachine, env: NodeJS.ProcessEnv = {}, signal?: AbortSignal): Promise<MinioServer> {
  const server = await startMinio({ env: machine.env(env), cacheFolder: machine.cacheFolder, ...(signal && { signal }) });
  onTestFinished(() => server.stop());
  return server;
}

/** Returns the only start of a server on a machine. */
function onlyStart(machine: FakeMachine): ServerStart {
  const [first, ...others] = machine.starts();
  if (!first || others.length > 0) throw new Error(`${others.length + 1} servers were started.`);
  return first;
}

describe.skipIf(!isPosix)('startMinio', () => {
  test('starts a server with a new folder, which stop removes', async () => {
    const machine = new FakeMachine().withProgram('minio');
    const server = await start(machine);
    const { pid, folder, port } = onlyStart(machine);
    expect(server).toMatchObject({ isManaged: true, address: { endPoint: '127.0.0.1', port, tls: false } });
    expect(isAlive(pid)).toBe(true);
    expect(existsSync(join(folder, 'object'))).toBe(true);
    await server.stop();
    expect(isAlive(pid)).toBe(false);
    expect(machine.leftovers()).toEqual([]);
    await server.stop();
  });

  test('gives concurrent servers different ports, folders and credentials', async () => {
    const machine = new FakeMachine().withProgram('minio');
    const [one, two] = await Promise.all([start(machine), start(machine)]);
    expect(one.address.port).not.toBe(two.address.port);
    expect(one.address.secretKey).not.toBe(two.address.secretKey);
    expect(new Set(machine.starts().map(({ folder }) => folder)).size).toBe(2);
  });

  test('does not pass the MINIO_* variables of the environment to the server', async () => {
    const machine = new FakeMachine().withProgram('minio');
    await start(machine, { MINIO_VOLUMES: '/data', MINIO_ACCESS_KEY: 'mine' });
    expect([...onlyStart(machine).variables].sort()).toEqual(['MINIO_BROWSER', 'MINIO_ROOT_PASSWORD', 'MINIO_ROOT_USER', 'MINIO_UPDATE']);
  });

  test('retries with another port when the port is taken', async () => {
    const machine = new FakeMachine().withProgram('minio');
    await start(machine, { FAKE_MINIO: 'port taken' });
    expect(isAlive(onlyStart(machine).pid)).toBe(true);
  });

  test('throws an error with the output of a server that does not start', async () => {
    const machine = new FakeMachine().withProgram('minio');
    await expect(start(machine, { FAKE_MINIO: 'broken' })).rejects.toThrow('the disk is full');
    expect(machine.leftovers()).toEqual([]);
  });

  test('resolves `exited` and removes the folder when the server exits', async () => {
    const machine = new FakeMachine().withProgram('minio');
    const server = await start(machine);
    process.kill(onlyStart(machine).pid, 'SIGKILL');
    await server.exited;
    expect(machine.leftovers()).toEqual([]);
  });

  test('restart keeps the port and the data, and stop works afterwards', async () => {
    const machine = new FakeMachine().withProgram('minio');
    const server = await start(machine);
    writeFileSync(join(onlyStart(machine).folder, 'kept'), '');
    await server.restart?.();
    const [first, second, ...others] = machine.starts();
    expect(others).toEqual([]);
    expect(second).toMatchObject({ folder: first?.folder, port: server.address.port });
    expect(existsSync(join(first?.folder ?? '', 'kept'))).toBe(true);
    expect([first, second].map((one) => isAlive(one?.pid ?? 0))).toEqual([false, true]);
    await server.stop();
    expect(isAlive(second?.pid ?? 0)).toBe(false);
    expect(machine.leftovers()).toEqual([]);
  });

  test('leaves nothing when its signal aborts during the start', async () => {
    // Prints a version, but does not serve.
    const machine = new FakeMachine().withScript(
      'path/minio',
      '#!/bin/sh\n[ "$1" = --version ] && echo minio version FAKE || exec /bin/sleep 60\n',
    );
    const interrupted = new AbortController();
    const server = start(machine, {}, interrupted.signal);
    await eventually(() => expect(machine.leftovers()).toHaveLength(1));
    interrupted.abort(new Error('interrupted'));
    await expect(server).rejects.toThrow('interrupted');
    expect(machine.leftovers()).toEqual([]);
  });

  test('stops a server that is the child of a script', async () => {
    const machine = new FakeMachine().withProgram('go');
    machine.withScript('path/minio', '#!/bin/sh\n"$FAKE_PROGRAM" "$@"\n');
    const server = await start(machine);
    expect(server.origin).toContain('PATH');
    const { pid } = onlyStart(machine);
    await server.stop();
    await eventually(() => expect(isAlive(pid)).toBe(false));
  });

  test('removes the container, which outlives the Docker client', async () => {
    const machine = new FakeMachine().withProgram('docker');
    const server = await start(machine);
    const { pid } = onlyStart(machine);
    expect(server.origin).toContain('container');
    expect(isAlive(pid)).toBe(true);
    await server.stop();
    await eventually(() => expect(isAlive(pid)).toBe(false));
  });

  test('uses a running server and does not stop it', async () => {
    const machine = new FakeMachine().withProgram('minio');
    const { address } = await start(machine);
    const other = await start(machine, { ABTEST_MINIO: `http://key:very-secret@127.0.0.1:${address.port}` });
    expect(other.restart).toBeUndefined();
    expect(other).toMatchObject({ isManaged: false, address: { port: address.port, secretKey: 'very-secret' } });
    await other.stop();
    expect(isAlive(onlyStart(machine).pid)).toBe(true);
  });
});

test('throws an error without the secret when the server named by ABTEST_MINIO does not respond', async () => {
  const error = await startMinio({ env: { ABTEST_MINIO: 'http://key:very-secret@127.0.0.1:1' } }).catch((caught: unknown) => caught);
  expect((error as Error).message).toContain('http://127.0.0.1:1 ');
  expect((error as Error).message).toContain('ECONNREFUSED');
  expect((error as Error).message).not.toContain('very-secret');
});
