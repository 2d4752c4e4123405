import { execFile } from 'node:child_process';
import { cp, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { folderWith, secret } from './support.js';

// These run the built package in separate processes, as an application does: a test runner cannot observe what a module loads.
const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
const entry = new URL('../../dist/index.js', import.meta.url).href;

/** Prints the URL of each module that is loaded, from the loader's thread. */
const hooks = `
  import { writeSync } from 'node:fs';
  export const load = (url, context, next) => { writeSync(1, 'loads ' + url + '\\n'); return next(url, context); };
`;
const dataUrl = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
const tracer = dataUrl(`import { register } from 'node:module'; register(${JSON.stringify(dataUrl(hooks))});`);

/** Runs a program. @returns the modules that it loaded, and what else it printed. */
async function run(program: string, cwd = packageFolder) {
  const args = ['--import', tracer, '--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env: { PATH: process.env['PATH'] } });
  const lines = stdout.split('\n').filter((line) => line !== '');
  const isLoad = (line: string) => line.startsWith('loads ');
  return { loaded: lines.filter(isLoad), printed: lines.filter((line) => !isLoad(line)) };
}

/** Modules that must be loaded on demand only. */
const onDemand = /tsyringe|reflect-metadata|jiti|\/yaml\/|jsonc-parser|resolve\.exports|backend-|memfs|minio/;

test('importing the package loads no container, no configuration loader and no backend', async () => {
  const { loaded, printed } = await run(
    `import { connect } from '@anybucket/core'; console.log(typeof connect, typeof Reflect.getMetadata);`,
  );
  expect(loaded.some((url) => url.endsWith('/dist/index.js'))).toBe(true);
  expect(loaded.filter((url) => onDemand.test(url))).toEqual([]);
  expect(printed).toEqual(['function undefined']);
});

test('importing the backend entry loads none of them either', async () => {
  const { loaded } = await run(`import '@anybucket/core/backend';`);
  expect(loaded.filter((url) => onDemand.test(url))).toEqual([]);
});

const theirBackend = `
  export const optionsSchema = { options: { token: { type: 'string', secret: true, description: 'a token' } } };
  export const createDatastore = (options, { name }) => ({ name, backend: 'fs', options, async close() {} });
`;

test('createDatastore loads the backend, but no container', async () => {
  const cwd = await folderWith({ 'mine.mjs': theirBackend });
  const program = `const { createDatastore } = await import('${entry}');
    console.log((await createDatastore({ backend: './mine.mjs' }, { name: 'mine' })).name);`;
  const { loaded, printed } = await run(program, cwd);
  expect(printed).toEqual(['mine']);
  expect(loaded.filter((url) => /tsyringe|jiti|\/yaml\/|jsonc-parser/.test(url))).toEqual([]);
});

test('connect loads reflect-metadata itself, and a parser only for a file that needs it', async () => {
  const cwd = await folderWith({
    'mine.mjs': theirBackend,
    'anybucket.config.json': { datastores: { data_store: { backend: './mine.mjs' } } },
  });
  const program = `const { connect } = await import('${entry}');
    console.log((await connect('data_store')).name);`;
  const { loaded, printed } = await run(program, cwd);
  expect(printed).toEqual(['data_store']);
  expect(loaded.filter((url) => /node_modules\/tsyringe\//.test(url))).toHaveLength(1);
  expect(loaded.filter((url) => /jiti|\/yaml\/|jsonc-parser|resolve\.exports/.test(url))).toEqual([]);
});

/** Copies the built package into a folder, with its dependencies and without the backends. */
async function installCore(folder: string): Promise<void> {
  const { dependencies } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { dependencies: object };
  for (const part of ['package.json', 'dist'])
    await cp(join(packageFolder, part), join(folder, '@anybucket/core', part), { recursive: true });
  for (const name of Object.keys(dependencies))
    await symlink(join(packageFolder, '../../node_modules', name), join(folder, name), 'junction');
}

/** Connects in a folder. @returns name and backend of the datastore, or code, message and cause of the error. */
async function connectIn(cwd: string, core = '@anybucket/core'): Promise<string[]> {
  const program = `const { connect } = await import(${JSON.stringify(core)});
    await connect('data_store').then(({ name, backend }) => console.log(name, backend),
      ({ code, message, cause }) => { console.log(code); console.log(message); console.log(cause?.message); });`;
  return (await run(program, cwd)).printed;
}

const fsPackage = (source: string) => ({
  'node_modules/@anybucket/backend-fs/package.json': { type: 'module', exports: './main.js' },
  'node_modules/@anybucket/backend-fs/main.js': source,
});
const working = theirBackend.replace('options: {', 'options: { root: { type: "string", description: "a folder" },');

test('reports that the package of the embedded default is not installed, with the command and the variable', async () => {
  const cwd = await folderWith({ 'node_modules/x': '' });
  await installCore(join(cwd, 'node_modules'));
  const [code, message] = await connectIn(cwd);
  expect(code).toBe('ConfigError');
  for (const part of ['embedded default', 'ANYBUCKET_DATA_STORE', 'install it with: npm install @anybucket/backend-fs'])
    expect(message).toContain(part);
});

test('reports an installed backend that fails to load with its cause, and not as missing', async () => {
  const cwd = await folderWith(fsPackage(`import 'missing-dependency';`));
  await installCore(join(cwd, 'node_modules'));
  const [code, message, cause] = await connectIn(cwd);
  expect(code).toBe('ConfigError');
  expect(message).toContain('the backend "fs" failed to load');
  expect(cause).toContain("'missing-dependency'");
});

test('connect shares datastores where tsyringe is not installed', async () => {
  const cwd = await folderWith(fsPackage(working));
  await installCore(join(cwd, 'node_modules'));
  const program = `const { connect } = await import('@anybucket/core');
    const [one, other] = await Promise.all([connect('data_store'), connect('data_store')]);
    console.log(one === other, one === (await connect('data_store')), typeof Reflect.getMetadata);`;
  expect((await run(program, cwd)).printed).toEqual(['true true undefined']);
});

test('finds a backend with a short name beside this package, or in the application if this package is linked from elsewhere', async () => {
  const together = await folderWith(fsPackage(working));
  await installCore(join(together, 'node_modules'));
  expect(await connectIn(together)).toEqual(['data_store fs']);

  const elsewhere = await folderWith({ 'node_modules/x': '' });
  await installCore(join(elsewhere, 'node_modules'));
  const core = pathToFileURL(join(elsewhere, 'node_modules/@anybucket/core/dist/index.js')).href;
  expect(await connectIn(await folderWith(fsPackage(working)), core)).toEqual(['data_store fs']);
});

test('the container entry imports reflect-metadata', async () => {
  const { printed } = await run(
    `import { DATASTORE } from '@anybucket/core/container'; console.log(typeof DATASTORE, typeof Reflect.getMetadata);`,
  );
  expect(printed).toEqual(['symbol function']);
});

test.for([
  ['anybucket.config.js', `export default {\n  a: "${secret}" "${secret}" };`, ': '],
  ['anybucket.config.cjs', `module.exports = {\n  a: "${secret}" "${secret}" };`, ':2: '],
  ['anybucket.config.ts', `export default {\n  a: "${secret}" "${secret}" };`, ':2:'],
])("reports a syntax error in %s with the file, and without the text that Node's own error quotes", async ([name, text, place]) => {
  const cwd = await folderWith({ [name as string]: text });
  const program = `const { connect } = await import('${entry}');
    const error = await connect('data_store').catch((thrown) => thrown);
    console.log(error.code);
    console.log(error.message);
    console.log((await import('node:util')).inspect(error, { depth: Infinity, showHidden: true }) + error.stack);`;
  const { printed } = await run(program, cwd);
  expect(printed[0]).toBe('ConfigError');
  expect(printed[1]).toContain(`${join(cwd, name as string)}${place as string}`);
  expect(printed.join('\n')).not.toContain(secret);
});

/** Opens files until the limit is reached, and then runs `call` twice: with only a few descriptors, and after the files were closed. */
const withoutDescriptors = (call: string) => `
  import { closeSync, openSync } from 'node:fs';
  const core = await import(${JSON.stringify(entry)});
  const attempt = async () => console.log(await (async () => ${call})().then(({ backend }) => backend, ({ code, retryable }) => code + ' ' + retryable));
  const files = [];
  try { for (;;) files.push(openSync('/dev/null')); } catch {}
  for (const file of files.splice(0, 3)) closeSync(file);
  await attempt();
  for (const file of files) closeSync(file);
  await attempt();`;

const yaml = 'datastores: { data_store: "memory:" }';
const module = `export default { datastores: { data_store: 'memory:' } };`;

test.skipIf(process.platform === 'win32').for([
  ['createDatastore', `core.createDatastore('memory:')`, {}],
  ['connect by YAML', `core.connect('data_store')`, { 'anybucket.config.yaml': yaml }],
  ['connect by JavaScript', `core.connect('data_store')`, { 'anybucket.config.mjs': module }],
  ['connect by TypeScript', `core.connect('data_store')`, { 'anybucket.config.ts': module }],
] as const)('%s succeeds after a failure because too many files were open', async ([, call, files]) => {
  const cwd = await folderWith({ ...files, 'program.mjs': withoutDescriptors(call) });
  const { stdout } = await promisify(execFile)('bash', ['-c', 'ulimit -n 64 && exec "$0" program.mjs', process.execPath], { cwd });
  expect(stdout.trim().split('\n')).toEqual(['TooManyOpenFiles true', 'memory']);
});
