/** The backend as a configuration names it: by the path of its module, or by its package. It is imported as built. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createDatastore } from '@anybucket/core';
import type { BackendModule } from '@anybucket/core/backend';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as backend from '../src/index.js';

backend satisfies BackendModule;

const cwd = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anybucket-lmdb-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test.for(['./dist/index.js', '@anybucket/example-third-party-backend'])('%s', async (name) => {
  const root = join(folder, 'objects');
  const store = await createDatastore({ backend: name, folder: root }, { name: 'archive', cwd });
  expect([store.name, store.backend, existsSync(root)]).toEqual(['archive', 'lmdb', false]);
  await store.createBucket('photos');
  await store.bucket('photos').put('cat.txt', 'meow');
  await store.close();

  await using again = await createDatastore({ backend: name, folder: root }, { cwd });
  expect(await (await again.bucket('photos').get('cat.txt')).text()).toBe('meow');
});

test.for([{}, { folder: 7 }, { folder: '' }, { folder: 'x', durable: true }])('the options %o are refused', async (options) => {
  await expect(createDatastore({ backend: './dist/index.js', ...options }, { cwd })).rejects.toMatchObject({ code: 'ConfigError' });
});

test('processes that share a folder decide together who makes an object', async () => {
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
  const program = `
    import { createDatastore } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
    const store = createDatastore({ folder: process.argv[1] }, { name: 'race' });
    await store.createBucket('race');
    const made = await Promise.allSettled(${JSON.stringify(keys)}.map((key) => store.bucket('race').put(key, 'x', { ifNoneMatch: '*' })));
    console.log(made.filter(({ status }) => status === 'fulfilled').length);
    await store.close();`;
  const racers = Array.from({ length: 3 }, () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, folder]));
  const made = (await Promise.all(racers)).map(({ stdout }) => Number(stdout));
  expect(made.reduce((sum, count) => sum + count)).toBe(keys.length);

  await using store = backend.createDatastore({ folder }, { name: 'race' });
  expect(await store.bucket('race').listFilename()).toEqual([...keys].sort());
});
