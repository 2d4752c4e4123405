import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfiguration } from '../../src/config/configuration.js';
import { connect } from '../../src/config/connect.js';
import { createDatastore } from '../../src/config/create-datastore.js';
import { expandVariables } from '../../src/config/expand-variables.js';
import { backend, fails, folderWith, secret } from './support.js';

const origin = { source: '/etc/app/anybucket.config.json', path: 'datastores.archive', folder: '/etc/app' };
const env = { HOST: 'h:9000', KEY: 'K/EY', SECRET: 'a@b%?', DATA: '/data/50%?', URL: 'minio://k:s%2F@h', EMPTY: '' };

test.for([
  ['minio://${KEY}:${SECRET}@${HOST}', 'minio://K%2FEY:a%40b%25%3F@h:9000'],
  ['minio://h?region=${SECRET}', 'minio://h?region=a%40b%25%3F'],
  ['fs:${DATA}/x', 'fs:/data/50%25%3F/x'],
  ['${URL}', 'minio://k:s%2F@h'],
  ['fs:./$${DATA}', 'fs:./${DATA}'],
  ['fs:./$DATA', 'fs:./$DATA'],
])('expands the URL %s', ([url, expanded]) => {
  expect(expandVariables(url, env, origin)).toBe(expanded);
});

test('expands strings of an object at any depth, without encoding, and nothing else', () => {
  const now = () => 5;
  const bytes = new Uint8Array([1]);
  const setting = {
    secretKey: '${SECRET}',
    nested: { list: ['a-${KEY}-${KEY}', 5, null, true] },
    '${KEY}': '$${KEY}',
    now,
    bytes: [bytes],
  };
  expect(expandVariables(setting, env, origin)).toEqual({
    secretKey: 'a@b%?',
    nested: { list: ['a-K/EY-K/EY', 5, null, true] },
    '${KEY}': '${KEY}',
    now,
    bytes: [bytes],
  });
});

test.for([
  ['${MISSING}', 'the environment variable MISSING is not set'],
  ['${EMPTY}', 'the environment variable EMPTY is not set'],
  ['${}', 'another `${`'],
  ['${KEY:-x}', 'another `${`'],
  ['${KEY', 'another `${`'],
])('rejects %s and names the setting', async ([text, message]) => {
  await fails(() => expandVariables(`minio://KEY:${secret}@${text}`, env, origin), {
    messageParts: [origin.source, message as string, '$${'],
  });
  await fails(() => expandVariables({ nested: { list: [secret, text] } }, env, origin), {
    messageParts: ['datastores.archive.nested.list.1: ', message as string],
  });
});

test.for([
  ['anybucket.config.json', JSON.stringify({ default: '${NAME}', datastores: { archive: 'memory:${NAME}', other: '${MISSING}' } })],
  ['anybucket.config.yaml', 'default: ${NAME}\ndatastores: { archive: "memory:${NAME}", other: "${MISSING}" }'],
  ['package.json', JSON.stringify({ anybucket: { default: '${NAME}', datastores: { archive: 'memory:${NAME}', other: '${MISSING}' } } })],
])('%s is expanded, and a variable is required only by the datastore that is opened', async ([name, text]) => {
  const cwd = await folderWith({ [name as string]: text });
  const configuration = await readConfiguration({ cwd, env: { NAME: 'archive' } });
  expect(configuration.defaultName).toBe('archive');
  expect(configuration.setting('archive').read()).toBe('memory:archive');
  await fails(() => configuration.setting('other').read(), { messageParts: [join(cwd, name as string), 'datastores.other', 'MISSING'] });
  await fails(() => connect('other', { cwd, env: { NAME: 'archive' } }), { operation: 'connect', messageParts: ['MISSING'] });
});

test('where variables are not expanded, a ${NAME} in a URL, a path or a whole option is rejected with a hint', async () => {
  const messageParts = ['`${NAME}`, which is expanded in JSON and YAML files only'];
  const cwd = await folderWith({
    'anybucket.config.mjs':
      'export default { datastores: { a: "fs:${HOME}/x", b: { backend: "fs", root: "x/${HOME}" }, c: { backend: "fs", root: "${ROOT}" } } };',
  });
  for (const name of ['a', 'b', 'c'] as const) await fails(() => connect(name, { cwd, env: { HOME: '/h' } }), { messageParts });
  await fails(() => connect('a', { cwd, env: { ANYBUCKET_A: 'minio://${KEY}:x@h' } }), { messageParts: ['ANYBUCKET_A', ...messageParts] });
  await fails(() => createDatastore('fs:./$%7BHOME%7D', { cwd }), { messageParts });
  await fails(() => createDatastore({ backend, accessKey: '${KEY}', secretKey: secret }), { messageParts });
  const options = { backend, accessKey: 'k', secretKey: `${secret}$\{x}` };
  expect(await (await createDatastore(options)).list()).toContain(options.secretKey);
});

test('a path that begins with ~ is in the home folder, and never a folder named ~', async () => {
  const cwd = await folderWith();
  const rootOf = async (root: string) => (await (await createDatastore({ backend, root }, { cwd })).list())[0];
  expect(await rootOf('~/x')).toBe(join(homedir(), 'x'));
  expect(await rootOf('~')).toBe(homedir());
  expect(await rootOf('./~/x')).toBe(join(cwd, '~/x'));
  expect(await rootOf('x~')).toBe(join(cwd, 'x~'));
  for (const config of ['fs:~someone/x', { backend: 'fs', root: '~someone' }])
    await fails(() => createDatastore(config as string, { cwd }), { messageParts: ['root', 'begins with "~" and a name', './~'] });
});
