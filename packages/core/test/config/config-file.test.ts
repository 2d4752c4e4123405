import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
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
  expect(await findConfigFile(cwd)).toEqual({ path: join(cwd, name as string), content });
});

test('takes the nearest file, and one of its own before package.json', async () => {
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

test('goes up to the root of the repository, through packages', async () => {
  const folder = await folderWith({
    'anybucket.config.json': { at: 'top' },
    'repo/.git/HEAD': '',
    'repo/pkg/package.json': {},
    'repo/pkg/src/x': '',
  });
  expect(await findConfigFile(join(folder, 'repo/pkg/src'))).toBeUndefined();
});

test('goes up to the root of the package where there is no repository', async () => {
  const folder = await folderWith({
    'anybucket.config.json': { at: 'top' },
    'pkg/package.json': {},
    'pkg/anybucket.config.json': { at: 'pkg' },
    'pkg/src/x': '',
  });
  expect((await findConfigFile(join(folder, 'pkg/src')))?.content).toEqual({ at: 'pkg' });
  const bare = await folderWith({ 'anybucket.config.json': { at: 'top' }, 'pkg/package.json': {}, 'pkg/src/x': '' });
  expect(await findConfigFile(join(bare, 'pkg/src'))).toBeUndefined();
});

test('without repository and package looks only where it starts', async () => {
  const folder = await folderWith({ 'anybucket.config.json': { at: 'top' }, 'sub/x': '' });
  expect(await findConfigFile(join(folder, 'sub'))).toBeUndefined();
  expect((await findConfigFile(folder))?.content).toEqual({ at: 'top' });
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
])('a broken %s is an error that names file and place, and shows nothing of the text: %s', async ([name, text, place]) => {
  const cwd = await folderWith({ [name as string]: text });
  await fails(() => findConfigFile(cwd), { says: [`${join(cwd, name as string)}${place}`] });
});

test('a configuration that throws is the cause, without what the error carries besides', async () => {
  const cwd = await folderWith({ 'anybucket.config.mjs': `new URL('minio://KEY:${secret}@host:port:port');` });
  const error = await fails(() => findConfigFile(cwd), { says: [join(cwd, 'anybucket.config.mjs')] });
  expect(error.cause).toMatchObject({ message: 'Invalid URL' });
});

test('a module without default export is an error', async () => {
  const cwd = await folderWith({ 'anybucket.config.ts': 'export const datastores = {};' });
  await fails(() => findConfigFile(cwd), { says: [join(cwd, 'anybucket.config.ts'), 'default export'] });
});

test.for([false, null, 0, '', 'memory:', []])('an `anybucket` of %j in package.json is an error, not overlooked', async (anybucket) => {
  const cwd = await folderWith({ 'package.json': { anybucket } });
  await fails(() => findConfigFile(cwd), { says: [join(cwd, 'package.json'), 'anybucket: expected an object'] });
});

test('a package.json that is no object has no configuration', async () => {
  expect(await findConfigFile(await folderWith({ 'package.json': 'null' }))).toBeUndefined();
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'a file that cannot be read is an error, not overlooked',
  async () => {
    const cwd = await folderWith({ 'anybucket.config.json': content });
    await chmod(join(cwd, 'anybucket.config.json'), 0);
    await fails(() => findConfigFile(cwd), { says: [join(cwd, 'anybucket.config.json')] });
  },
);

test('a folder in the place of the file is an error', async () => {
  const cwd = await folderWith({ 'anybucket.config.json/x': '' });
  expect((await fails(() => findConfigFile(cwd), { says: [cwd] })).cause).toMatchObject({ code: 'EISDIR' });
});
