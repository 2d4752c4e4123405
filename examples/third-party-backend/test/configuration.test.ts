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

// Both names resolve to the built module.
test.for(['./dist/index.js', '@anybucket/example-third-party-backend'])('a configuration loads %s', async (name) => {
  const root = join(folder, 'objects');
  const datastore = await createDatastore({ backend: name, folder: root }, { name: 'archive', cwd });
  expect([datastore.name, datastore.backend, existsSync(root)]).toEqual(['archive', 'lmdb', false]);
  await datastore.createBucket('photos');
  await datastore.bucket('photos').put('cat.txt', 'meow');
  await datastore.close();

  await using reopened = await createDatastore({ backend: name, folder: root }, { cwd });
  expect(await (await reopened.bucket('photos').get('cat.txt')).text()).toBe('meow');
});

test.for([{}, { folder: 7 }, { folder: '' }, { folder: 'x', durable: true }])(
  'rejects the options %o with ConfigError',
  async (options) => {
    await expect(createDatastore({ backend: './dist/index.js', ...options }, { cwd })).rejects.toMatchObject({ code: 'ConfigError' });
  },
);

test('of several processes that put a key with ifNoneMatch, one succeeds', async () => {
  const keys = Array.from({ length: 20 }, (_, index) => `k${index}`);
  const program = `
    import { createDatastore } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
    const datastore = createDatastore({ folder: process.argv[1] }, { name: 'race' });
    await datastore.createBucket('race');
    const puts = await Promise.allSettled(${JSON.stringify(keys)}.map((key) => datastore.bucket('race').put(key, 'x', { ifNoneMatch: '*' })));
    console.log(puts.filter(({ status }) => status === 'fulfilled').length);
    await datastore.close();`;
  const processes = Array.from({ length: 3 }, () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, folder]),
  );
  const created = (await Promise.all(processes)).map(({ stdout }) => Number(stdout));
  expect(created.reduce((sum, count) => sum + count)).toBe(keys.length);

  await using datastore = backend.createDatastore({ folder }, { name: 'race' });
  expect(await datastore.bucket('race').listFilename()).toEqual([...keys].sort());
});
