import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { access, chmod, chown, lchown, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { container as globalContainer } from 'tsyringe';
import { describe, expect, test } from 'vitest';
import { findConfigFile } from '../../src/config/config-file.js';
import { connect, connectBucket, connectDatastore } from '../../src/config/connect.js';
import { createDatastore } from '../../src/config/create-datastore.js';
import { DATASTORE, registerDatastores } from '../../src/container.js';
import { fails, folderWith } from './support.js';

const content = { datastores: { data_store: 'memory:' } };
const isRoot = process.geteuid?.() === 0;
const hasModes = process.platform !== 'win32';
/** The number of `nobody`, here any user that is neither root nor the one of the tests. */
const nobody = 65_534;

/** A configuration file that shows whether it was run: it creates a file beside itself. */
const marking = `import { writeFileSync } from 'node:fs';
writeFileSync(new URL('ran', import.meta.url), '');
export default ${JSON.stringify(content)};`;
const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Gives files or folders to another user. */
async function giveAway(folder: string, ...names: string[]): Promise<void> {
  for (const name of names) await chown(join(folder, name), nobody, nobody);
}

describe.skipIf(!hasModes)('files that others may write to', () => {
  test.for(['anybucket.config.json', 'anybucket.config.yaml', 'anybucket.config.mjs', 'anybucket.config.ts', 'package.json'])(
    'rejects %s with the write permission of the group or of others, and says what to do',
    async (name) => {
      const text = name.endsWith('s') ? marking : JSON.stringify(name === 'package.json' ? { anybucket: content } : content);
      const cwd = await folderWith({ [name]: text });
      const path = join(cwd, name);
      await chmod(path, 0o666);
      await fails(() => findConfigFile(cwd), {
        messageParts: [path, 'it is writable by others', `chmod go-w ${path}`, 'ANYBUCKET_<NAME>'],
      });
      await chmod(path, 0o664);
      if (isRoot) await fails(() => findConfigFile(cwd), { messageParts: [path, 'it is writable by its group'] });
      expect(await exists(join(cwd, 'ran'))).toBe(false);
      await chmod(path, 0o644);
      expect((await findConfigFile(cwd))?.content).toEqual(content);
    },
  );

  test('rejects a file in a folder that others may write to, also above the first such folder', async () => {
    const folder = await folderWith({ 'anybucket.config.json': content, 'a/b/package.json': {} });
    await chmod(join(folder, 'a'), 0o777);
    const messageParts = [join(folder, 'anybucket.config.json'), `${join(folder, 'a')} is writable by others`];
    await fails(() => findConfigFile(join(folder, 'a/b')), { messageParts });
    await writeFile(join(folder, 'a/b/anybucket.config.json'), JSON.stringify(content));
    expect((await findConfigFile(join(folder, 'a/b')))?.path).toBe(join(folder, 'a/b/anybucket.config.json'));
  });

  test('uses files in a sticky folder, in which others can only add files', async () => {
    const folder = await folderWith({ 'anybucket.config.json': content, 'a/x': '' });
    await chmod(folder, 0o1777);
    expect((await findConfigFile(join(folder, 'a')))?.content).toEqual(content);
  });

  test('checks the file that a link leads to, and its folder', async () => {
    const cwd = await folderWith({ 'target/anybucket.config.json': content, 'sub/x': '' });
    await symlink('../target/anybucket.config.json', join(cwd, 'sub/anybucket.config.json'));
    expect((await findConfigFile(join(cwd, 'sub')))?.content).toEqual(content);
    await chmod(join(cwd, 'target'), 0o777);
    await fails(() => findConfigFile(join(cwd, 'sub')), { messageParts: [`${join(cwd, 'target')} is writable by others`] });
    await chmod(join(cwd, 'target'), 0o755);
    await chmod(join(cwd, 'target/anybucket.config.json'), 0o666);
    await fails(() => findConfigFile(join(cwd, 'sub')), {
      messageParts: [`${join(cwd, 'target/anybucket.config.json')} is writable by others`],
    });
  });

  test('does not end the search at a .git that others may write to', async () => {
    const folder = await folderWith({ 'anybucket.config.json': content, 'a/.git/HEAD': '' });
    expect(await findConfigFile(join(folder, 'a'))).toBeUndefined();
    await chmod(join(folder, 'a/.git'), 0o777);
    expect((await findConfigFile(join(folder, 'a')))?.content).toEqual(content);
  });

  test('rejects the installed package of a backend that others may write to', async () => {
    const cwd = await folderWith({
      'node_modules/their-backend/package.json': { type: 'module', exports: './lib/main.js' },
      'node_modules/their-backend/lib/main.js': `export const optionsSchema = { options: {} }; export const createDatastore = () => ({});`,
    });
    const create = () => createDatastore({ backend: 'their-backend' }, { cwd });
    for (const path of ['', 'node_modules', 'node_modules/their-backend', 'node_modules/their-backend/lib']) {
      await chmod(join(cwd, path), 0o777);
      await fails(create, { messageParts: [`${join(cwd, path)} is writable by others`, 'install the package'] });
      await chmod(join(cwd, path), 0o755);
    }
    await chmod(join(cwd, 'node_modules/their-backend/lib/main.js'), 0o666);
    await fails(create, { messageParts: ['it is writable by others'] });
    await chmod(join(cwd, 'node_modules/their-backend/lib/main.js'), 0o644);
    expect(await create()).toEqual({});
  });
});

describe.skipIf(!isRoot)('files of another user (requires root)', () => {
  /** Creates a shared folder with a file system root of another user's: repository, package and configuration, and a folder of this user's in it. */
  async function hostileFolder(): Promise<{ evil: string; mine: string }> {
    const folder = await folderWith({
      'anybucket.config.js': marking,
      'evil/.git/HEAD': '',
      'evil/package.json': { type: 'module', workspaces: ['*'] },
      'evil/anybucket.config.js': marking,
      'evil/mine/package.json': { name: 'mine' },
    });
    await chmod(folder, 0o1777);
    await chmod(join(folder, 'evil/mine'), 0o700);
    await giveAway(folder, 'anybucket.config.js', 'evil', 'evil/.git', 'evil/package.json', 'evil/anybucket.config.js');
    return { evil: join(folder, 'evil'), mine: join(folder, 'evil/mine') };
  }

  test.for([{}, { NODE_ENV: 'production' }])('neither runs nor ignores a planted configuration, with the environment %j', async (env) => {
    const { evil, mine } = await hostileFolder();
    const planted = join(evil, 'anybucket.config.js');
    await fails(() => connect('data_store', { cwd: mine, env }), {
      operation: 'connect',
      messageParts: [planted, `${evil} belongs to another user (uid ${nobody})`, `chown 0 ${evil}`, 'ANYBUCKET_<NAME>'],
    });
    await fails(() => registerDatastores(globalContainer.createChildContainer(), { cwd: mine, env }), {
      operation: 'registerDatastores',
      messageParts: [planted],
    });
    await rename(planted, join(evil, 'x'));
    const above = join(evil, '../anybucket.config.js');
    await fails(() => connect('data_store', { cwd: mine, env }), { messageParts: [above, `${evil} belongs to another user`] });
    expect([await exists(join(evil, 'ran')), await exists(join(evil, '../ran')), await exists(join(mine, '.anybucket'))]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('a variable that names the datastore makes a planted configuration irrelevant', async () => {
    const { evil, mine } = await hostileFolder();
    const env = { ANYBUCKET_DATA_STORE: 'memory:', NODE_ENV: 'production' };
    const datastore = await connect('data_store', { cwd: mine, env });
    expect(datastore.backend).toBe('memory');
    await datastore.close();
    expect(await exists(join(evil, 'ran'))).toBe(false);
  });

  test('a configuration of this user in a folder of another user is used', async () => {
    const { evil, mine } = await hostileFolder();
    await writeFile(join(mine, 'anybucket.config.mjs'), marking);
    expect((await findConfigFile(mine))?.content).toEqual(content);
    expect([await exists(join(evil, 'ran')), await exists(join(mine, 'ran'))]).toEqual([false, true]);
  });

  test('rejects a file of another user in a sticky folder, and a link of another user to a trusted file', async () => {
    const folder = await folderWith({ 'shared/mine/x': '', 'anybucket.config.json': content });
    const path = join(folder, 'shared/anybucket.config.json');
    await chmod(join(folder, 'shared'), 0o1777);
    await symlink('../anybucket.config.json', path);
    await lchown(path, nobody, nobody);
    await fails(() => findConfigFile(join(folder, 'shared/mine')), { messageParts: [path, 'it belongs to another user'] });
    await rename(join(folder, 'anybucket.config.json'), path);
    await giveAway(folder, 'shared/anybucket.config.json');
    await fails(() => findConfigFile(join(folder, 'shared/mine')), { messageParts: [path, 'it belongs to another user'] });
  });

  test("another user's package.json is no configuration: one with settings is reported, any other ignored", async () => {
    const folder = await folderWith({ 'anybucket.config.json': content, 'a/b/x': '', 'a/package.json': { anybucket: content } });
    await giveAway(folder, 'a/package.json');
    await fails(() => findConfigFile(join(folder, 'a/b')), { messageParts: [join(folder, 'a/package.json'), 'belongs to another user'] });
    for (const text of ['{ broken "anybucket"', JSON.stringify({ name: 'a' }), 'null']) {
      await writeFile(join(folder, 'a/package.json'), text);
      expect((await findConfigFile(join(folder, 'a/b')))?.content).toEqual(content);
    }
  });

  test('a FIFO or a link of another user in place of package.json does not block', async () => {
    const folder = await folderWith({ 'anybucket.config.json': content, 'a/x': '', 'b/x': '' });
    await promisify(execFile)('mkfifo', [join(folder, 'a/package.json')]);
    await symlink('/dev/zero', join(folder, 'b/package.json'));
    await giveAway(folder, 'a/package.json');
    await lchown(join(folder, 'b/package.json'), nobody, nobody);
    for (const name of ['a', 'b']) expect((await findConfigFile(join(folder, name)))?.content).toEqual(content);
  });

  /** Connects in a process of another user. @returns the backend, or the message of the error. */
  async function connectAs(uid: number, gid: number, cwd: string): Promise<string> {
    const program = `
      const { connect } = await import(${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)});
      await connect('data_store', { cwd: ${JSON.stringify(cwd)}, env: {} }).then(({ backend }) => console.log(backend), ({ message }) => console.log(message));`;
    const args = ['--input-type=module', '-e', program];
    return (await promisify(execFile)(process.execPath, args, { cwd: '/', uid, gid })).stdout.trim();
  }

  test('a process of another user uses files of root and its own, and no others', async () => {
    const cwd = await folderWith({ 'anybucket.config.json': content, 'sub/x': '' });
    const path = join(cwd, 'anybucket.config.json');
    const connectInside = () => connectAs(nobody, nobody, join(cwd, 'sub'));
    await chmod(cwd, 0o755);
    expect(await connectInside()).toBe('memory');
    await chown(path, nobody, nobody);
    expect(await connectInside()).toBe('memory');
    await chmod(path, 0o664);
    expect(await connectInside()).toContain('it is writable by its group');
    await chmod(path, 0);
    expect(await connectInside()).toContain(`${path}: the configuration could not be read`);
    await chmod(path, 0o644);
    await chown(path, 1000, 1000);
    expect(await connectInside()).toContain(`${path}: not used, because it belongs to another user (uid 1000)`);
  });

  test('a folder that cannot be searched is reported', async () => {
    const cwd = await folderWith({ 'sub/x': '' });
    await chmod(cwd, 0o700);
    expect(await connectAs(nobody, nobody, join(cwd, 'sub'))).toContain('the configuration could not be read');
  });

  test('a private group may write: that with the number of the user', async () => {
    const cwd = await folderWith({ 'anybucket.config.json': content });
    const path = join(cwd, 'anybucket.config.json');
    for (const name of [cwd, path]) await chown(name, 1000, 1000);
    await chmod(cwd, 0o775);
    await chmod(path, 0o664);
    expect(await connectAs(1000, 1000, cwd)).toBe('memory');
    expect(await connectAs(1000, 100, cwd)).toContain('is writable by its group');
    await chmod(cwd, 0o777);
    expect(await connectAs(1000, 1000, cwd)).toContain(`${cwd} is writable by others`);
  });
});

test('a variable that names the datastore is enough: no file is read or run', async () => {
  const env = { ANYBUCKET_DATA_STORE: 'memory:' };
  const options = { cwd: await folderWith({ 'anybucket.config.mjs': marking, '.git/HEAD': '' }), env };
  const broken = { cwd: await folderWith({ 'anybucket.config.json': '{ broken' }), env };
  for (const sources of [options, broken]) {
    const opened = await connect('data_store', sources);
    expect(opened.backend).toBe('memory');
    await opened.close();
    await (await connectDatastore('data_store', sources)).close();
    await (await connectBucket('data_store/photos', sources)).datastore.close();
    const container = globalContainer.createChildContainer();
    container.register(DATASTORE, { useValue: await createDatastore('memory:', { name: 'fake' }) });
    expect((await connect('data_store', { ...sources, container })).name).toBe('fake');
  }
  expect(await exists(join(options.cwd, 'ran'))).toBe(false);
  await fails(() => connect('archive', broken), { messageParts: ['anybucket.config.json:1:3'] });
});
