import { chmod, symlink } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { expect, test } from 'vitest';
import { findConfigFile } from '../../src/config/config-file.js';
import { fails, folderWith, secret } from './support.js';

const content = { datastores: { archive: 'memory:' } };
const json = JSON.stringify(content);
const module = `const datastores: Record<string, string> = { archive: 'memory:' };\nexport default { datastores };\n`;
const plain = module.replace(': Record<string, string>', '');

test.for([
  ['anybucket.config.json', json],
  ['anybucket.config.json', `\uFEFF${json}`],
  ['anybucket.config.yaml', 'datastores:\n  archive: "memory:"\n'],
  ['anybucket.config.yml', 'datastores: { archive: "memory:" }'],
  ['anybucket.config.js', plain],
  ['anybucket.config.js', `module.exports = ${json};`],
  ['anybucket.config.mjs', plain],
  ['anybucket.config.cjs', `module.exports = ${json};`],
  ['anybucket.config.ts', module],
  ['anybucket.config.mts', module],
  ['package.json', JSON.stringify({ name: 'app', anybucket: content })],
])('reads %s', async ([name, text]) => {
  const cwd = await folderWith({ [name as string]: text });
  const isModule = /[jt]s$/.test(name as string);
  expect(await findConfigFile(cwd)).toEqual({ path: join(cwd, name as string), content, isModule });
});

test('takes the nearest file, and within a folder prefers a file of its own to package.json', async () => {
  const folder = await folderWith({
    'anybucket.config.json': { at: 'top' },
    'package.json': { anybucket: { at: 'top package' } },
    'a/b/package.json': { name: 'without configuration' },
    'a/anybucket.config.yaml': 'at: a',
    'a/b/c/d.txt': '',
    '.git/HEAD': '',
  });
  expect((await findConfigFile(folder))?.content).toEqual({ at: 'top' });
  expect((await findConfigFile(join(folder, 'a/b/c')))?.content).toEqual({ at: 'a' });
});

test('searches up to the root of the repository, beyond the root of a package', async () => {
  const folder = await folderWith({
    'anybucket.config.json': { at: 'top' },
    'repo/.git/HEAD': '',
    'repo/pkg/package.json': {},
    'repo/pkg/src/x': '',
  });
  expect(await findConfigFile(join(folder, 'repo/pkg/src'))).toBeUndefined();
});

test('without a repository searches up to the root of the file system, beyond packages and workspaces', async () => {
  const folder = await folderWith({
    'anybucket.config.json': { at: 'workspace' },
    'package.json': { workspaces: ['packages/*'] },
    'packages/a/package.json': { name: 'a' },
    'packages/a/src/x': '',
    'packages/b/package.json': { name: 'b' },
    'packages/b/anybucket.config.json': { at: 'b' },
  });
  for (const cwd of ['packages/a', 'packages/a/src', 'packages'])
    expect((await findConfigFile(join(folder, cwd)))?.content).toEqual({ at: 'workspace' });
  expect((await findConfigFile(join(folder, 'packages/b')))?.content).toEqual({ at: 'b' });
  expect((await findConfigFile(join(folder, 'packages/not/there')))?.content).toEqual({ at: 'workspace' });
  expect(await findConfigFile(parse(folder).root)).toBeUndefined();
});

test.for([
  ['anybucket.config.json', `{\n  "datastores": { "a": "${secret}" ${secret} }\n}`, ':2:33'],
  ['anybucket.config.json', `{ "a": "${secret}", }`, ':1:18'],
  ['anybucket.config.json', `{ "a": ${secret} }`, ':1:8'],
  ['anybucket.config.json', `// ${secret}\n{}`, ':1:1'],
  ['package.json', `{ "anybucket": "${secret}`, ':1:16'],
  ['anybucket.config.yaml', `a: "${secret}\n`, ':2:1'],
  ['anybucket.config.yaml', `a:\n  b: ${secret}\n c: ${secret}\n`, ':3:1'],
  ['anybucket.config.yaml', `a: 1\n${secret}: 1\n${secret}: 2\n`, ':3:1'],
  ['anybucket.config.yaml', `a: *${secret}\n`, ''],
  ['anybucket.config.ts', `export default {\n  a: "${secret}" "${secret}" };`, ':2'],
])('reports a syntax error in %s with its position and without the text: %s', async ([name, text, place]) => {
  const cwd = await folderWith({ [name as string]: text });
  await fails(() => findConfigFile(cwd), { messageParts: [`${join(cwd, name as string)}${place}`] });
});

test('reports what a configuration throws as the cause, without other properties of the error', async () => {
  const cwd = await folderWith({ 'anybucket.config.mjs': `new URL('minio://KEY:${secret}@host:port:port');` });
  const error = await fails(() => findConfigFile(cwd), { messageParts: [join(cwd, 'anybucket.config.mjs')] });
  expect(error.cause).toMatchObject({ message: 'Invalid URL' });
});

test('rejects a module without a default export', async () => {
  const cwd = await folderWith({ 'anybucket.config.ts': 'export const datastores = {};' });
  await fails(() => findConfigFile(cwd), { messageParts: [join(cwd, 'anybucket.config.ts'), 'default export'] });
});

test.for([false, null, 0, '', 'memory:', []])('rejects an `anybucket` of %j in package.json', async (anybucket) => {
  const cwd = await folderWith({ 'package.json': { anybucket } });
  await fails(() => findConfigFile(cwd), { messageParts: [join(cwd, 'package.json'), 'anybucket: expected an object'] });
});

test('treats a package.json that is not an object as one without a configuration', async () => {
  expect(await findConfigFile(await folderWith({ 'package.json': 'null' }))).toBeUndefined();
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('reports a file that cannot be read', async () => {
  const cwd = await folderWith({ 'anybucket.config.json': content });
  await chmod(join(cwd, 'anybucket.config.json'), 0);
  await fails(() => findConfigFile(cwd), { messageParts: [join(cwd, 'anybucket.config.json')] });
});

test('reports a folder or a dangling link with the name of a configuration file', async () => {
  const cwd = await folderWith({ 'anybucket.config.json/x': '', 'sub/x': '', 'package/package.json/x': '' });
  await fails(() => findConfigFile(cwd), { messageParts: [join(cwd, 'anybucket.config.json'), 'expected a file, found a folder'] });
  await fails(() => findConfigFile(join(cwd, 'package')), { messageParts: [join(cwd, 'package/package.json'), 'found a folder'] });
  await symlink('missing', join(cwd, 'sub/anybucket.config.js'));
  const error = await fails(() => findConfigFile(join(cwd, 'sub')), { messageParts: [join(cwd, 'sub/anybucket.config.js')] });
  expect(error.cause).toMatchObject({ code: 'ENOENT' });
});

test.for(['jsonc', 'json5', 'toml', 'jsx', 'tsx'])('rejects anybucket.config.%s instead of ignoring it', async (extension) => {
  const cwd = await folderWith({ [`anybucket.config.${extension}`]: '', 'a/b': '' });
  await fails(() => findConfigFile(join(cwd, 'a')), { messageParts: [`anybucket.config.${extension}`, 'expected JSON, YAML'] });
});
