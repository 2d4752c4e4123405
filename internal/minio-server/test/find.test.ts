import { describe, expect, test } from 'vitest';
import { type FindOptions, findMinio } from '../src/find.js';
import { cachedBinary, installMinio } from '../src/install.js';
import { MinioNotFoundError } from '../src/not-found.js';
import { Machine, isPosix } from './support.js';

const secret = 'very-secret';

function search(machine: Machine, more: NodeJS.ProcessEnv = {}, signal = new AbortController().signal): FindOptions {
  return { env: machine.env(more), cacheFolder: machine.cacheFolder, progress: () => undefined, signal };
}

describe.skipIf(!isPosix)('where a server is looked for', () => {
  test('ABTEST_MINIO is taken before a program on the PATH', async () => {
    const machine = new Machine().has('minio');
    expect(await findMinio(search(machine, { ABTEST_MINIO: `http://me:${secret}@localhost:9000` }))).toMatchObject({
      kind: 'running',
      address: { endPoint: 'localhost', port: 9000, accessKey: 'me', secretKey: secret },
    });
  });

  test('the PATH before the cache, the cache before a build, a build before a container', async () => {
    const machine = new Machine().has('docker');
    expect(await findMinio(search(machine))).toMatchObject({ kind: 'image' });
    machine.has('go');
    const program = cachedBinary(machine.cacheFolder);
    expect(await findMinio(search(machine))).toMatchObject({ command: program, origin: 'built with Go' });
    expect(await findMinio(search(machine))).toMatchObject({ command: program, origin: 'built by an earlier run' });
    machine.has('minio');
    expect(await findMinio(search(machine))).toMatchObject({ command: 'minio' });
  });

  test('a program of that name that is no server, and a cached one that is broken, are passed over', async () => {
    const machine = new Machine().has('go').writes('path/minio', '#!/bin/sh\necho something else\n');
    await installMinio(search(machine));
    machine.writes(`cache/${machine.cached()[0]}`, '#!/bin/sh\nexit 1\n');
    expect(await findMinio(search(machine))).toMatchObject({ kind: 'program', origin: 'built with Go' });
  });

  test('with nothing at all, the error says what was tried and why it failed', async () => {
    const error = await findMinio(search(new Machine())).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(MinioNotFoundError);
    expect((error as MinioNotFoundError).attempts.map(({ why }) => why)).toEqual(['not there', 'not there', 'not there', 'not there']);
  });

  test('the reasons are those that the programs gave', async () => {
    const machine = new Machine().has('go').writes('path/docker', '#!/bin/sh\necho Cannot connect to the Docker daemon >&2; exit 1\n');
    const error = await findMinio(search(machine, { FAKE_GO: 'fails' })).catch((caught: unknown) => caught);
    expect((error as MinioNotFoundError).attempts.map(({ why }) => why)).toEqual([
      'not there',
      'not there',
      expect.stringContaining('requires go >= 1.24'),
      expect.stringContaining('Cannot connect'),
    ]);
  });

  test('an interrupted search tries nothing more', async () => {
    const machine = new Machine().has('go').has('docker');
    const interrupted = new AbortController();
    const found = findMinio(search(machine, { FAKE_GO_MS: '60000' }, interrupted.signal));
    setTimeout(() => interrupted.abort(new Error('enough')), 300);
    await expect(found).rejects.toThrow('enough');
    expect(machine.cached()).toEqual([]);
  });
});

describe('an address in ABTEST_MINIO', () => {
  test.for([
    ['https://me:very-secret@s3.example', { endPoint: 's3.example', port: 443, tls: true, region: 'us-east-1' }],
    ['minio://me:very-secret@s3.example:9000?tls=true&region=eu', { port: 9000, tls: true, region: 'eu' }],
    ['http://me%40x:a%2Fb%25@127.0.0.1', { port: 80, tls: false, accessKey: 'me@x', secretKey: 'a/b%' }],
  ] as const)('%s', async ([text, address]) => {
    expect(await findMinio(search(new Machine(), { ABTEST_MINIO: text }))).toMatchObject({ address });
  });

  test.for([
    secret,
    `http://${secret}@host`,
    `ftp://me:${secret}@host`,
    `http://me:${secret}@`,
    `http://me:${secret}%zz@host`,
    `http://me:${secret}@host:port`,
  ])('is refused, and not shown, in another form: %s', async (text) => {
    const error = await findMinio(search(new Machine(), { ABTEST_MINIO: text })).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toContain('ABTEST_MINIO');
    expect((error as Error).stack).not.toContain(secret);
  });
});
