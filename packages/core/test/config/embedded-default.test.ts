import { access, chmod, chown, lchown, mkdir, readFile, readdir, rmdir, symlink } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { expect, test } from 'vitest';
import { Configuration } from '../../src/config/configuration.js';
import { connect } from '../../src/config/connect.js';
import { createDatastore } from '../../src/config/create-datastore.js';
import { fails, folderWith } from './support.js';

test('creates .anybucket with a .gitignore that ignores the folder itself', async () => {
  const cwd = await folderWith();
  await using datastore = await connect('data_store', { cwd, env: {} });
  expect(await readFile(join(cwd, '.anybucket/.gitignore'), 'utf8')).toBe('*\n');
  await datastore.createBucket('photos');
  expect(await readdir(join(cwd, '.anybucket'))).toEqual(['.gitignore', 'data_store']);
});

test('leaves an existing .anybucket as it is', async () => {
  const cwd = await folderWith();
  await mkdir(join(cwd, '.anybucket'));
  await using datastore = await connect('data_store', { cwd, env: {} });
  await datastore.createBucket('photos');
  expect(await readdir(join(cwd, '.anybucket'))).toEqual(['data_store']);
});

test.skipIf(process.geteuid?.() !== 0)('rejects a folder or link of another user (requires root)', async () => {
  const cwd = await folderWith({ 'elsewhere/x': '' });
  const folder = join(cwd, '.anybucket');
  const rejects = () => fails(() => connect('data_store', { cwd, env: {} }), { messageParts: [`${folder} belongs to another user`] });
  await mkdir(folder);
  await chown(folder, 65_534, 65_534);
  await rejects();
  await rmdir(folder);
  await symlink('elsewhere', folder);
  await lchown(folder, 65_534, 65_534);
  await rejects();
  expect(await readdir(join(cwd, 'elsewhere'))).toEqual(['x']);
});

test('a root that the user chose gets no .gitignore', async () => {
  const cwd = await folderWith({ 'anybucket.config.json': { datastores: { data_store: 'fs:./.anybucket/data_store' } } });
  await using configured = await connect('data_store', { cwd, env: {} });
  await configured.createBucket('photos');
  expect(await readdir(join(cwd, '.anybucket'))).toEqual(['data_store']);
  const folder = await folderWith();
  await using created = await createDatastore('fs:./.anybucket/x', { cwd: folder });
  await created.createBucket('photos');
  expect(await readdir(join(folder, '.anybucket'))).toEqual(['x']);
});

test('does not exist for the root of the file system as the working directory, and the error says what to set', async () => {
  const { root } = parse(process.cwd());
  const messageParts = [
    `in the working directory ${root}`,
    'ANYBUCKET_DATA_STORE=',
    'expected the datastore "data_store" to be configured',
  ];
  await fails(() => new Configuration(undefined, root, {}).setting('data_store'), { messageParts });
  await expect(access(join(root, '.anybucket'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(new Configuration(undefined, root, { ANYBUCKET_DATA_STORE: 'memory:' }).setting('data_store').read()).toBe('memory:');
});

test.for(['{ broken', '[]', '{ "datastores": { "archive": "memory:" } }'])(
  'does not replace a configuration that cannot be used: %s',
  async (text) => {
    const cwd = await folderWith({ 'anybucket.config.json': text, 'packages/a/package.json': {} });
    await fails(() => connect('data_store', { cwd: join(cwd, 'packages/a'), env: {} }), {
      messageParts: [join(cwd, 'anybucket.config.json')],
    });
    expect(await readdir(join(cwd, 'packages/a'))).toEqual(['package.json']);
  },
);

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'a read-only working directory is reported by the first call',
  async () => {
    const cwd = await folderWith();
    await chmod(cwd, 0o555);
    await using datastore = await connect('data_store', { cwd, env: {} });
    await fails(() => datastore.createBucket('photos'), { code: 'AccessDenied' });
  },
);
