import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { scratch, textOf } from '../support/scratch.js';

const loads = vi.hoisted(() => ({ count: 0 }));
vi.mock('fs-native-extensions', () => {
  loads.count++;
  throw new Error('no binary for this platform');
});

const scope = scratch();
const arch = process.arch;

/** Creates the exclusive lock of another process. */
function createLock(root: string, owner: Record<string, unknown>): string {
  const path = join(root, '.anybucket/sole-process');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'owner'), JSON.stringify({ id: 'feedface', host: hostname(), started: '', ...owner }));
  return path;
}

/** Returns the names of all exclusive locks in a root, including temporary ones. */
function locksIn(root: string): string[] {
  return readdirSync(join(root, '.anybucket')).filter((name) => name.startsWith('sole-process'));
}

afterEach(() => {
  vi.unstubAllGlobals();
  Object.defineProperty(process, 'arch', { value: arch });
});

test.each(['Deno', 'Bun'])('under %s, the native binary is not loaded', async (runtime) => {
  vi.stubGlobal(runtime, {});
  const before = loads.count;
  await scope.bucket();
  expect(loads.count).toBe(before);
});

describe.each([
  ['under Deno', () => vi.stubGlobal('Deno', {})],
  ['under Bun', () => vi.stubGlobal('Bun', {})],
  ['on a platform without a binary', () => Object.defineProperty(process, 'arch', { value: 'riscv64' })],
])('%s', (_name, stub) => {
  beforeEach(() => void stub());

  test('one datastore has exclusive access to a root', async () => {
    const { root, bucket } = await scope.bucket();
    await bucket.put('a', 'x');
    expect(JSON.parse(readFileSync(join(root, '.anybucket/sole-process/owner'), 'utf8'))).toMatchObject({ pid: process.pid });
    await expect(scope.open(root).list()).rejects.toMatchObject({
      code: 'ConfigError',
      message: expect.stringContaining(`in use by process ${process.pid}`) as string,
    });
    expect(await textOf(bucket, 'a')).toBe('x');
    expect(locksIn(root)).toEqual(['sole-process']);
  });

  test('close releases the lock', async () => {
    const { root, store } = await scope.bucket();
    await store.close();
    expect(await scope.open(root).list()).toEqual(['photos']);
    expect(locksIn(root)).toEqual(['sole-process']);
  });

  test('a lock that is removed while the root is open is acquired again by the next write', async () => {
    const { root, bucket } = await scope.bucket();
    rmSync(join(root, '.anybucket/sole-process'), { recursive: true });
    await bucket.put('a', 'x');
    expect(locksIn(root)).toEqual(['sole-process']);
    await expect(scope.open(root).list()).rejects.toMatchObject({ code: 'ConfigError' });
  });

  test('after another datastore has acquired a removed lock, writes fail, and close does not release it', async () => {
    const { root, store, bucket } = await scope.bucket();
    await bucket.put('a', 'x');
    rmSync(join(root, '.anybucket/sole-process'), { recursive: true });
    const other = scope.open(root).bucket('photos');
    await other.put('a', 'y');
    for (const write of [
      () => bucket.put('a', 'z'),
      () => bucket.put('a', new Blob(['z'])),
      () => bucket.delete('a'),
      () => bucket.setTags('a', {}),
      () => store.createBucket('new'),
    ])
      await expect(write()).rejects.toMatchObject({ code: 'ConfigError', message: expect.stringContaining('in use by process') as string });
    expect(await textOf(bucket, 'a')).toBe('y');
    await store.close();
    expect(locksIn(root)).toEqual(['sole-process']);
    await other.put('a', 'z');
  });

  test('after a process with kernel locks has opened the root, a removed lock is not acquired again', async () => {
    const { root, bucket } = await scope.bucket();
    await bucket.put('a', 'x');
    rmSync(join(root, '.anybucket/sole-process'), { recursive: true });
    const temp = join(root, '.anybucket/tmp/feedface');
    mkdirSync(temp);
    writeFileSync(join(temp, 'lock'), JSON.stringify({ id: 'feedface', pid: 1, host: 'elsewhere', started: '' }));
    await expect(bucket.put('a', 'y')).rejects.toMatchObject({ code: 'ConfigError' });
    expect(locksIn(root)).toEqual([]);
  });

  test('a root that cannot be opened is not locked', async () => {
    const root = scope.directory();
    mkdirSync(join(root, '.anybucket'));
    writeFileSync(join(root, '.anybucket/format.json'), 'not JSON');
    await expect(scope.open(root).list()).rejects.toMatchObject({ code: 'ConfigError' });
    expect(locksIn(root)).toEqual([]);
    expect(readdirSync(join(root, '.anybucket/tmp'))).toEqual([]);
  });

  test('the lock of a dead process is broken', async () => {
    const root = scope.directory();
    // Larger than any pid.
    createLock(root, { pid: 2 ** 30 });
    expect(await scope.open(root).list()).toEqual([]);
    expect(locksIn(root)).toEqual(['sole-process']);
  });

  test.runIf(process.platform === 'linux')('the lock of a dead process whose pid was reused is broken', async () => {
    const root = scope.directory();
    createLock(root, { pid: process.pid, started: 'before this process' });
    expect(await scope.open(root).list()).toEqual([]);
  });

  test('a process on another host is assumed to be alive, and named in the error', async () => {
    const root = scope.directory();
    const path = createLock(root, { pid: 1, host: 'elsewhere' });
    const error: unknown = await scope
      .open(root)
      .list()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'ConfigError' });
    for (const part of ['elsewhere', 'fs-native-extensions', path]) expect((error as Error).message).toContain(part);
  });

  test('a damaged lock is rejected with its path', async () => {
    const root = scope.directory();
    const path = createLock(root, {});
    writeFileSync(join(path, 'owner'), '');
    await expect(scope.open(root).list()).rejects.toMatchObject({ code: 'ConfigError', message: expect.stringContaining(path) as string });
  });

  test('the temp files of dead processes are removed', async () => {
    const root = scope.directory();
    mkdirSync(join(root, '.anybucket/tmp/feedface'), { recursive: true });
    await scope.open(root).list();
    expect(readdirSync(join(root, '.anybucket/tmp'))).not.toContain('feedface');
  });
});
