import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type MinioServer, startMinio } from '../src/server.js';
import { Machine, type Started, eventually, isAlive, isPosix } from './support.js';

async function start(machine: Machine, more: NodeJS.ProcessEnv = {}, signal?: AbortSignal): Promise<MinioServer> {
  const server = await startMinio({ env: machine.env(more), cacheFolder: machine.cacheFolder, ...(signal && { signal }) });
  onTestFinished(() => server.stop());
  return server;
}

/** The only server that was started on a machine. */
function only(machine: Machine): Started {
  const [first, ...others] = machine.started();
  if (!first || others.length > 0) throw new Error(`${others.length + 1} servers were started.`);
  return first;
}

describe.skipIf(!isPosix)('a server for tests', () => {
  test('runs with a fresh folder, and nothing of it is left after stop', async () => {
    const machine = new Machine().has('minio');
    const server = await start(machine);
    const { pid, folder, port } = only(machine);
    expect(server).toMatchObject({ isOurs: true, address: { endPoint: '127.0.0.1', port, tls: false } });
    expect(isAlive(pid)).toBe(true);
    expect(existsSync(join(folder, 'object'))).toBe(true);
    await server.stop();
    expect(isAlive(pid)).toBe(false);
    expect(machine.leftovers()).toEqual([]);
    await server.stop();
  });

  test('two at once have ports, folders and secrets of their own', async () => {
    const machine = new Machine().has('minio');
    const [one, two] = await Promise.all([start(machine), start(machine)]);
    expect(one.address.port).not.toBe(two.address.port);
    expect(one.address.secretKey).not.toBe(two.address.secretKey);
    expect(new Set(machine.started().map(({ folder }) => folder)).size).toBe(2);
  });

  test('the user’s own settings for MinIO don’t reach it', async () => {
    const machine = new Machine().has('minio');
    await start(machine, { MINIO_VOLUMES: '/data', MINIO_ACCESS_KEY: 'mine' });
    expect([...only(machine).variables].sort()).toEqual(['MINIO_BROWSER', 'MINIO_ROOT_PASSWORD', 'MINIO_ROOT_USER', 'MINIO_UPDATE']);
  });

  test('takes another port when somebody was faster', async () => {
    const machine = new Machine().has('minio');
    await start(machine, { FAKE_MINIO: 'port taken' });
    expect(isAlive(only(machine).pid)).toBe(true);
  });

  test('one that doesn’t start is an error with its last words', async () => {
    const machine = new Machine().has('minio');
    await expect(start(machine, { FAKE_MINIO: 'broken' })).rejects.toThrow('the disk is full');
    expect(machine.leftovers()).toEqual([]);
  });

  test('one that ends by itself is noticed, and its folder removed', async () => {
    const machine = new Machine().has('minio');
    const server = await start(machine);
    process.kill(only(machine).pid, 'SIGKILL');
    await server.gone;
    expect(machine.leftovers()).toEqual([]);
  });

  test('is killed and started again in the same place, and then ends as before', async () => {
    const machine = new Machine().has('minio');
    const server = await start(machine);
    writeFileSync(join(only(machine).folder, 'kept'), '');
    await server.restart?.();
    const [first, second, ...others] = machine.started();
    expect(others).toEqual([]);
    expect(second).toMatchObject({ folder: first?.folder, port: server.address.port });
    expect(existsSync(join(first?.folder ?? '', 'kept'))).toBe(true);
    expect([first, second].map((one) => isAlive(one?.pid ?? 0))).toEqual([false, true]);
    await server.stop();
    expect(isAlive(second?.pid ?? 0)).toBe(false);
    expect(machine.leftovers()).toEqual([]);
  });

  test('a start that is interrupted leaves nothing', async () => {
    // Prints its version, but never serves.
    const machine = new Machine().writes(
      'path/minio',
      '#!/bin/sh\n[ "$1" = --version ] && echo minio version FAKE || exec /bin/sleep 60\n',
    );
    const interrupted = new AbortController();
    const server = start(machine, {}, interrupted.signal);
    await eventually(() => expect(machine.leftovers()).toHaveLength(1));
    interrupted.abort(new Error('enough'));
    await expect(server).rejects.toThrow('enough');
    expect(machine.leftovers()).toEqual([]);
  });

  test('a script that has the server as its child ends with it', async () => {
    const machine = new Machine().has('go');
    machine.writes('path/minio', '#!/bin/sh\n"$FAKE_PROGRAM" "$@"\n');
    const server = await start(machine);
    expect(server.origin).toContain('PATH');
    const { pid } = only(machine);
    await server.stop();
    await eventually(() => expect(isAlive(pid)).toBe(false));
  });

  test('a container is removed, which ending its client would not do', async () => {
    const machine = new Machine().has('docker');
    const server = await start(machine);
    const { pid } = only(machine);
    expect(server.origin).toContain('container');
    expect(isAlive(pid)).toBe(true);
    await server.stop();
    await eventually(() => expect(isAlive(pid)).toBe(false));
  });

  test('one that runs already is used and left running', async () => {
    const machine = new Machine().has('minio');
    const { address } = await start(machine);
    const other = await start(machine, { ABTEST_MINIO: `http://key:very-secret@127.0.0.1:${address.port}` });
    expect(other.restart).toBeUndefined();
    expect(other).toMatchObject({ isOurs: false, address: { port: address.port, secretKey: 'very-secret' } });
    await other.stop();
    expect(isAlive(only(machine).pid)).toBe(true);
  });
});

test('a server named by ABTEST_MINIO that doesn’t answer is an error, without its secret', async () => {
  const error = await startMinio({ env: { ABTEST_MINIO: 'http://key:very-secret@127.0.0.1:1' } }).catch((caught: unknown) => caught);
  expect((error as Error).message).toContain('http://127.0.0.1:1 ');
  expect((error as Error).message).toContain('ECONNREFUSED');
  expect((error as Error).message).not.toContain('very-secret');
});
