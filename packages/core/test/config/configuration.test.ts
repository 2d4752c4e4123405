import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfiguration } from '../../src/config/configuration.js';
import { connect } from '../../src/config/connect.js';
import { assertNoSecret, fails, folderWith, secret } from './support.js';

const file = 'anybucket.config.json';

test('reads datastores from the file, with the folder from which they are resolved', async () => {
  const cwd = await folderWith({
    [file]: { default: 'main', datastores: { main: 'memory:', archive: { backend: 'fs', root: './a' } } },
    'sub/package.json': {},
    '.git/HEAD': '',
  });
  const configuration = await readConfiguration({ cwd: join(cwd, 'sub'), env: {} });
  expect(configuration.defaultName).toBe('main');
  expect(configuration.names()).toEqual(['main', 'archive']);
  const archive = configuration.setting('archive');
  expect(archive.read()).toEqual({ backend: 'fs', root: './a' });
  expect(archive.origin).toEqual({ source: join(cwd, file), path: 'datastores.archive', folder: cwd });
});

test('environment variables override the file, and add datastores to it', async () => {
  const cwd = await folderWith({ [file]: { datastores: { data_store: 'memory:file', archive: 'memory:archive' } } });
  const env = {
    ANYBUCKET_DATA_STORE: 'memory:variable',
    ANYBUCKET_EXTRA_1: 'fs:./x',
    ANYBUCKET_ARCHIVE: '',
    ANYBUCKET_: 'memory:',
    anybucket_lower: 'memory:',
  };
  const configuration = await readConfiguration({ cwd, env });
  expect(configuration.names().sort()).toEqual(['archive', 'data_store', 'extra_1']);
  expect(configuration.setting('data_store').read()).toBe('memory:variable');
  expect(configuration.setting('archive').read()).toBe('memory:archive');
  expect(configuration.setting('extra_1').origin).toEqual({ source: 'environment variable ANYBUCKET_EXTRA_1', path: '', folder: cwd });
});

test('the default is data_store unless the file sets another, which a variable may configure', async () => {
  const cwd = await folderWith({ [file]: { default: 'main', datastores: {} } });
  expect((await readConfiguration({ cwd, env: { ANYBUCKET_MAIN: 'memory:' } })).defaultName).toBe('main');
  expect((await readConfiguration({ cwd: await folderWith(), env: { ANYBUCKET_MAIN: 'memory:' } })).defaultName).toBe('data_store');
});

test('without a configuration every name is a folder in .anybucket', async () => {
  const cwd = await folderWith();
  const configuration = await readConfiguration({ cwd, env: { ANYBUCKET_DATA_STORE: '', NODE_ENV: 'test' } });
  expect(configuration.names()).toEqual(['data_store']);
  expect(configuration.setting('archive').read()).toEqual({ backend: 'fs', root: join(cwd, '.anybucket', 'archive') });
});

test('in production without a configuration rejects every name', async () => {
  const cwd = await folderWith();
  const env = { NODE_ENV: 'production' };
  const configuration = await readConfiguration({ cwd, env });
  await fails(() => configuration.setting('data_store'), {
    messageParts: [cwd, 'NODE_ENV=production', '"data_store"', 'ANYBUCKET_DATA_STORE'],
  });
  const configured = await readConfiguration({ cwd, env: { ...env, ANYBUCKET_DATA_STORE: 'memory:' } });
  expect(configured.setting('data_store').read()).toBe('memory:');
});

test('rejects a name that is not configured, and lists those that are', async () => {
  const cwd = await folderWith({ [file]: { datastores: { archive: 'memory:' } } });
  const configuration = await readConfiguration({ cwd, env: { ANYBUCKET_MEDIA: 'memory:' } });
  for (const name of ['data_store', '__proto__', 'constructor']) {
    await fails(() => configuration.setting(name), { messageParts: [join(cwd, file), 'archive, media', `"${name}"`] });
  }
  const variables = await readConfiguration({ cwd: await folderWith(), env: { ANYBUCKET_MEDIA: 'memory:' } });
  await fails(() => variables.setting('data_store'), { messageParts: ['no configuration file', 'media', '"data_store"'] });
});

test.for([
  ['', '', 'an object with "datastores"'],
  ['null', '', 'an object with "datastores"'],
  ['[]', '', 'an object with "datastores"'],
  [{}, 'datastores', 'an object'],
  [{ datastores: [] }, 'datastores', 'an object'],
  [{ datastores: {}, datastore: { key: secret } }, 'datastore', '"default" and "datastores"'],
  [{ datastores: { 'Data-Store': secret } }, 'datastores.Data-Store', 'a name of a-z, 0-9 and _'],
  [{ datastores: {}, default: 'main' }, 'default', 'one of'],
  [{ datastores: { main: 'memory:', archive: 'memory:' }, default: `minio://KEY:${secret}@host` }, 'default', 'one of main, archive'],
  [{ datastores: {}, default: 5 }, 'default', 'the name of a datastore'],
] as const)('rejects the content %j', async ([content, path, expectation]) => {
  const cwd = await folderWith({ [file]: content });
  const where = [join(cwd, file), path].filter((part) => part !== '').join(': ');
  await fails(() => readConfiguration({ cwd, env: {} }), { messageParts: [`${where}: `, `expected ${expectation}`, 'found'] });
});

test('accepts and ignores $schema', async () => {
  const cwd = await folderWith({
    [file]: { $schema: './node_modules/@anybucket/core/config.schema.json', datastores: { main: 'memory:' } },
  });
  expect((await readConfiguration({ cwd, env: {} })).names()).toEqual(['main']);
});

test('paths of settings in package.json begin with anybucket', async () => {
  const cwd = await folderWith({ 'package.json': { anybucket: { datastores: 5 } } });
  await fails(() => readConfiguration({ cwd, env: {} }), {
    messageParts: [`${join(cwd, 'package.json')}: anybucket.datastores: expected an object`, 'found a number'],
  });
});

test.for([
  ['data_store: memory:', ':2:', 'such as "memory:", needs quotes'],
  [
    '{ data_store: { memory: } }',
    ': datastores.data_store: expected a URL or an object with "backend"',
    'in YAML write "memory:" with quotes',
  ],
  ['data_store:\n    memory:', ': datastores.data_store: expected', 'in YAML write "memory:" with quotes'],
  [`data_store:\n    ${secret}:`, ': datastores.data_store: expected', 'in YAML write the URL with quotes'],
])('reports the map that YAML makes of %j with a hint', async ([text, place, hint]) => {
  const cwd = await folderWith({ 'anybucket.config.yaml': `datastores:\n  ${text}\n` });
  const messageParts = [`${join(cwd, 'anybucket.config.yaml')}${place}`, hint as string];
  await fails(() => connect('data_store', { cwd, env: {} }), { messageParts });
});

test('printing a configuration shows no secret', async () => {
  const cwd = await folderWith({ [file]: { datastores: { a: `minio://KEY:${secret}@host`, b: { backend: 'minio', secretKey: secret } } } });
  const configuration = await readConfiguration({ cwd, env: { ANYBUCKET_C: `minio://KEY:${secret}@host` } });
  for (const value of [configuration, configuration.setting('a'), configuration.setting('b'), configuration.setting('c')])
    assertNoSecret(value);
});
