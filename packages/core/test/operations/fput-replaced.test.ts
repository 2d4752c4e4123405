import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { failureOf } from '../failure.js';
import { createTempFolder } from './temp-folder.js';
import { testStore } from './test-store.js';

const hooks = vi.hoisted(() => ({ afterStat: () => {} }));
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  const stat = async (path: string): Promise<unknown> => {
    const stats = await original.stat(path);
    hooks.afterStat();
    return stats;
  };
  return { ...original, stat };
});

afterEach(() => {
  hooks.afterStat = () => {};
});

test.skipIf(process.platform === 'win32').each(['a pipe', 'a socket'])(
  'a file that turns into %s is rejected without blocking',
  async (type) => {
    const folder = createTempFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'data');
    const other = join(folder, 'other');
    const server = createServer();
    if (type === 'a pipe') execFileSync('mkfifo', [other]);
    else await once(server.listen(other), 'listening');
    hooks.afterStat = () => {
      rmSync(path);
      renameSync(other, path);
      hooks.afterStat = () => {};
    };
    const { bucket, calls } = testStore();
    expect((await failureOf(() => bucket.fput('k', path))).code).toBe('InvalidArgument');
    expect(calls).toEqual([]);
    server.close();
  },
);
