import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { scratch, textOf } from './support/scratch.js';

// A system for which there is no binary.
vi.mock('fs-native-extensions', () => {
  throw new Error('no binary for this system');
});

const scope = scratch();

function claim(root: string, claimant: Record<string, unknown>): string {
  const folder = join(root, '.anybucket/sole-process');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'owner'), JSON.stringify({ id: 'feedface', host: hostname(), started: '', ...claimant }));
  return folder;
}

describe('without locks of the kernel', () => {
  test('one process has the root', async () => {
    const { root, bucket } = await scope.bucket();
    await bucket.put('a', 'x');
    expect(JSON.parse(readFileSync(join(root, '.anybucket/sole-process/owner'), 'utf8'))).toMatchObject({ pid: process.pid });
    await expect(scope.open(root).list()).rejects.toMatchObject({ code: 'ConfigError' });
    expect(await textOf(bucket, 'a')).toBe('x');
  });

  test('closing gives it up', async () => {
    const { root, store } = await scope.bucket();
    await store.close();
    expect(await scope.open(root).list()).toEqual(['photos']);
    expect(readdirSync(join(root, '.anybucket')).filter((name) => name.startsWith('sole-process-'))).toEqual([]);
  });

  test('a process that is gone has it no longer', async () => {
    const root = scope.folder();
    // Above what any system gives to a process.
    claim(root, { pid: 2 ** 30 });
    expect(await scope.open(root).list()).toEqual([]);
    expect(readdirSync(join(root, '.anybucket')).filter((name) => name.startsWith('sole-process'))).toEqual(['sole-process']);
  });

  test.runIf(process.platform === 'linux')('another process with the number of one that is gone is told from it', async () => {
    const root = scope.folder();
    claim(root, { pid: process.pid, started: 'before this one' });
    expect(await scope.open(root).list()).toEqual([]);
  });

  test('a process of another host is taken for alive, and named', async () => {
    const root = scope.folder();
    const folder = claim(root, { pid: 1, host: 'elsewhere' });
    const error: unknown = await scope
      .open(root)
      .list()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'ConfigError' });
    for (const part of ['elsewhere', 'fs-native-extensions', folder]) expect((error as Error).message).toContain(part);
  });

  test('temp files of a process that is gone are swept', async () => {
    const root = scope.folder();
    mkdirSync(join(root, '.anybucket/tmp/feedface'), { recursive: true });
    await scope.open(root).list();
    expect(readdirSync(join(root, '.anybucket/tmp'))).not.toContain('feedface');
  });
});
