import { closeSync, openSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { PortableDatastore } from '@anybucket/core/backend';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadRangeLocks, supportedHosts } from '../../src/locking/range-locks.js';
import { systemCalls } from '../../src/system/file-calls.js';
import { scratch, textOf } from '../support/scratch.js';

const scope = scratch();
const { arch, platform } = process;

beforeEach(() => void vi.resetModules());

afterEach(() => {
  vi.doUnmock('fs-native-extensions');
  vi.doUnmock('node:fs');
  vi.unstubAllGlobals();
  Object.defineProperty(process, 'arch', { value: arch });
  Object.defineProperty(process, 'platform', { value: platform });
});

/** Opens a root with a copy of this package that has not loaded the native binary yet. */
async function openWithNewCopy(root: string): Promise<PortableDatastore> {
  const { FsDriver } = await import('@anybucket/backend-fs');
  return new PortableDatastore(new FsDriver({ root }));
}

test('fs-native-extensions has a binary for each supported host', () => {
  const packagePath = dirname(createRequire(import.meta.url).resolve('fs-native-extensions/package.json'));
  expect(readdirSync(join(packagePath, 'prebuilds'))).toEqual(expect.arrayContaining([...supportedHosts]));
});

test.runIf(supportedHosts.includes(`${platform}-${arch}`))('a binary that cannot be loaded is a ConfigError, with the cause', async () => {
  vi.doMock('fs-native-extensions', () => {
    throw new Error('cannot find addon');
  });
  const root = scope.directory();
  const store = await openWithNewCopy(root);
  await expect(store.list()).rejects.toMatchObject({
    code: 'ConfigError',
    retryable: false,
    message: expect.stringContaining('cannot load fs-native-extensions') as string,
    cause: expect.any(Error) as Error,
  });
  expect(readdirSync(join(root, '.anybucket'))).not.toContain('sole-process');
});

test('with too many open files, opening a root fails with a retryable error, and succeeds later', async () => {
  let isExhausted = true;
  vi.doMock('node:fs', async (importOriginal) => ({
    ...(await importOriginal<typeof import('node:fs')>()),
    openSync(path: string, ...rest: [number]) {
      if (isExhausted && path === devNull) throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE', errno: -24 });
      return openSync(path, ...rest);
    },
  }));
  const store = await openWithNewCopy(scope.directory());
  await expect(store.list()).rejects.toMatchObject({ code: 'TooManyOpenFiles', retryable: true, cause: { code: 'EMFILE' } });
  isExhausted = false;
  expect(await store.list()).toEqual([]);
  await store.close();
});

test('macOS, which locks whole files only, shares one lock for all keys', async () => {
  const native = await loadRangeLocks(systemCalls, 'unused');
  const ranges: [number, number][] = [];
  vi.doMock('fs-native-extensions', () => ({
    tryLock(fd: number, offset: number, length: number) {
      ranges.push([offset, length]);
      return native.tryLock(fd, offset, length);
    },
    unlock: (fd: number, offset: number, length: number) => native.unlock(fd, offset, length),
  }));
  Object.defineProperty(process, 'platform', { value: 'darwin' });
  const store = await openWithNewCopy(scope.directory());
  await store.createBucket('photos');
  const bucket = store.bucket('photos');
  await bucket.put('a', 'x');
  expect(await textOf(bucket, 'a')).toBe('x');
  await store.close();
  expect(ranges.length).toBeGreaterThan(3);
  expect(new Set(ranges.map(String))).toEqual(new Set(['0,0']));
});

describe('a root cannot be shared by processes with and without kernel locks', () => {
  const inUse = { code: 'ConfigError', message: expect.stringContaining(`in use by process ${process.pid}`) as string };

  test('when the first one has kernel locks', async () => {
    const { root, store, bucket } = await scope.bucket();
    await bucket.put('a', 'x');
    vi.stubGlobal('Deno', {});
    const exclusive = scope.open(root);
    await expect(exclusive.list()).rejects.toMatchObject(inUse);
    await bucket.put('a', 'y');
    await store.close();
    expect(await textOf(exclusive.bucket('photos'), 'a')).toBe('y');
  });

  test('when the first one has none', async () => {
    vi.stubGlobal('Deno', {});
    const { root, store, bucket } = await scope.bucket();
    await bucket.put('a', 'x');
    vi.unstubAllGlobals();
    const shared = scope.open(root);
    await expect(shared.list()).rejects.toMatchObject(inUse);
    await bucket.put('a', 'y');
    await store.close();
    expect(await textOf(shared.bucket('photos'), 'a')).toBe('y');
  });
});

test('a lock belongs to the open file, not to the process', async () => {
  const locks = await loadRangeLocks(systemCalls, 'unused');
  const path = join(scope.directory(), 'lock');
  const fds = [openSync(path, 'w+'), openSync(path, 'r+')] as const;
  expect(locks.tryLock(fds[0], 5, 1)).toBe(true);
  expect(locks.tryLock(fds[1], 5, 1)).toBe(false);
  locks.unlock(fds[0], 5, 1);
  expect(locks.tryLock(fds[1], 5, 1)).toBe(true);
  for (const fd of fds) closeSync(fd);
});
