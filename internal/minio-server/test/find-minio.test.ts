import { describe, expect, test } from 'vitest';
import { MinioNotFoundError, findMinio } from '../src/find-minio.js';
import type { FindOptions } from '../src/find-minio.js';
import { cachedProgram, installMinio } from '../src/install-minio.js';
import { FakeMachine, isPosix } from './fake-machine.js';

const secret = 'very-secret';

function optionsFor(machine: FakeMachine, env: NodeJS.ProcessEnv = {}, signal = new AbortController().signal): FindOptions {
  return { env: machine.env(env), cacheFolder: machine.cacheFolder, onProgress: () => undefined, signal };
}

describe.skipIf(!isPosix)('findMinio', () => {
  test('prefers ABTEST_MINIO to a program on the PATH', async () => {
    const machine = new FakeMachine().withProgram('minio');
    expect(await findMinio(optionsFor(machine, { ABTEST_MINIO: `http://me:${secret}@localhost:9000` }))).toMatchObject({
      kind: 'running',
      address: { endPoint: 'localhost', port: 9000, accessKey: 'me', secretKey: secret },
    });
  });

  test('prefers the PATH to the cache, the cache to a build, and a build to a container', async () => {
    const machine = new FakeMachine().withProgram('docker');
    expect(await findMinio(optionsFor(machine))).toMatchObject({ kind: 'image' });
    machine.withProgram('go');
    const program = cachedProgram(machine.cacheFolder);
    expect(await findMinio(optionsFor(machine))).toMatchObject({ command: program, origin: 'built with Go' });
    expect(await findMinio(optionsFor(machine))).toMatchObject({ command: program, origin: 'built by an earlier run' });
    machine.withProgram('minio');
    expect(await findMinio(optionsFor(machine))).toMatchObject({ command: 'minio' });
  });

  test('skips a program named minio that is not a server, and a broken program in the cache', async () => {
    const machine = new FakeMachine().withProgram('go').withScript('path/minio', '#!/bin/sh\necho something else\n');
    await installMinio(optionsFor(machine));
    machine.withScript(`cache/${machine.cached()[0]}`, '#!/bin/sh\nexit 1\n');
    expect(await findMinio(optionsFor(machine))).toMatchObject({ kind: 'program', origin: 'built with Go' });
  });

  test('lists the failed attempts when there is no source', async () => {
    const error = await findMinio(optionsFor(new FakeMachine())).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MinioNotFoundError);
    expect((error as MinioNotFoundError).attempts.map(({ reason }) => reason)).toEqual([
      'not found',
      'not found',
      'not found',
      'not found',
    ]);
  });

  test('includes the output of failed programs in the error', async () => {
    const machine = new FakeMachine()
      .withProgram('go')
      .withScript('path/docker', '#!/bin/sh\necho Cannot connect to the Docker daemon >&2; exit 1\n');
    const error = await findMinio(optionsFor(machine, { FAKE_GO: 'fails' })).catch((caught: unknown) => caught);
    expect((error as MinioNotFoundError).attempts.map(({ reason }) => reason)).toEqual([
      'not found',
      'not found',
      expect.stringContaining('requires go >= 1.24'),
      expect.stringContaining('Cannot connect'),
    ]);
  });

  test('stops when its signal aborts', async () => {
    const machine = new FakeMachine().withProgram('go').withProgram('docker');
    const interrupted = new AbortController();
    const found = findMinio(optionsFor(machine, { FAKE_GO_MS: '60000' }, interrupted.signal));
    setTimeout(() => interrupted.abort(new Error('interrupted')), 300);
    await expect(found).rejects.toThrow('interrupted');
    expect(machine.cached()).toEqual([]);
  });
});

describe('ABTEST_MINIO', () => {
  test.for([
    ['https://me:very-secret@s3.example', { endPoint: 's3.example', port: 443, tls: true, region: 'us-east-1' }],
    ['minio://me:very-secret@s3.example:9000?tls=true&region=eu', { port: 9000, tls: true, region: 'eu' }],
    ['http://me%40x:a%2Fb%25@127.0.0.1', { port: 80, tls: false, accessKey: 'me@x', secretKey: 'a/b%' }],
  ] as const)('accepts %s', async ([text, address]) => {
    expect(await findMinio(optionsFor(new FakeMachine(), { ABTEST_MINIO: text }))).toMatchObject({ address });
  });

  test.for([
    secret,
    `http://${secret}@host`,
    `ftp://me:${secret}@host`,
    `http://me:${secret}@`,
    `http://me:${secret}%zz@host`,
    `http://me:${secret}@host:port`,
  ])('rejects %s without the text in the error', async (text) => {
    const error = await findMinio(optionsFor(new FakeMachine(), { ABTEST_MINIO: text })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toContain('ABTEST_MINIO');
    expect((error as Error).stack).not.toContain(secret);
  });
});
