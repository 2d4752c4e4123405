import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Datastore } from '../../src/api/datastore.js';
import type { BackendModule } from '../../src/config/backend-module.js';
import { createDatastore } from '../../src/config/create-datastore.js';
import { assertNoSecret, backend, fails, folderWith, secret } from './support.js';

const operation = 'createDatastore';

/** The source of a third-party backend module. */
const thirdParty = `
  export const optionsSchema = { options: { root: { type: 'string', path: true, required: true, description: 'a folder' } }, url: { form: 'fs:./relative', path: 'root' } };
  export const createDatastore = (options, { name }) => ({ name, options });
`;
const installed = (name: string, source = thirdParty) => ({
  [`node_modules/${name}/package.json`]: { name, type: 'module', exports: { import: './main.js' } },
  [`node_modules/${name}/main.js`]: source,
});

test('creates a datastore from an object; its name defaults to the backend', async () => {
  expect((await createDatastore({ backend })).name).toBe(backend);
  const datastore = await createDatastore({ backend, root: './data', now: Date.now }, { name: 'mine', cwd: '/app' });
  expect(datastore.name).toBe('mine');
  expect(await datastore.list()).toContain(String(Date.now));
});

test('creates a new datastore at each call', async () => {
  expect(await createDatastore({ backend })).not.toBe(await createDatastore({ backend }));
});

test('resolves a package from the application, including one that exports for import only', async () => {
  const cwd = await folderWith({ ...installed('their-backend'), ...installed('@they/backend'), 'src/x': '' });
  for (const name of ['their-backend', '@they/backend']) {
    expect(await createDatastore({ backend: name, root: 'a' }, { cwd: join(cwd, 'src') })).toEqual({
      name,
      options: { root: join(cwd, 'src', 'a') },
    });
  }
});

test.for([
  ['their-backend', { exports: './main.js' }],
  ['their-backend', { main: 'main' }],
  ['their-backend', { main: './main.js' }],
  ['their-backend/s3', { exports: { './s3': { default: './main.js' } } }],
  ['their-backend/main.js', {}],
])('resolves %s with the package.json %j', async ([specifier, fields]) => {
  const cwd = await folderWith({
    'node_modules/their-backend/package.json': { type: 'module', ...(fields as object) },
    'node_modules/their-backend/main.js': thirdParty,
  });
  expect(await createDatastore({ backend: specifier as string, root: 'a' }, { cwd })).toMatchObject({ name: specifier });
});

test('reports an installed package that does not export the path with the reason as cause', async () => {
  const cwd = await folderWith(installed('their-backend'));
  const error = await fails(() => createDatastore({ backend: 'their-backend/s3' }, { cwd }), {
    operation,
    messageParts: ['failed to load'],
  });
  expect((error.cause as Error).message).toContain('./s3');
});

const registered: BackendModule = {
  createDatastore: (options, { name }) => ({ name, options }) as unknown as Datastore,
  optionsSchema: {
    options: { root: { type: 'string', path: true, description: 'a folder' } },
    url: { form: 'own:./relative', path: 'root' },
  },
};

test('uses a registered backend for its name and its URL scheme, in place of the package', async () => {
  const cwd = '/app';
  for (const fs of [registered, () => registered, async () => registered]) {
    for (const config of ['fs:./a', { backend: 'fs', root: 'a' } as const]) {
      expect(await createDatastore(config, { cwd, backends: { fs } })).toEqual({ name: 'fs', options: { root: join(cwd, 'a') } });
    }
  }
  const backends = { own: registered, '@they/backend': registered };
  expect(await createDatastore('own:./a', { cwd, backends })).toMatchObject({ name: 'own' });
  expect(await createDatastore({ backend: '@they/backend', root: 'a' }, { cwd, backends })).toMatchObject({ name: '@they/backend' });
});

test('calls the function of a registered backend only when it is needed', async () => {
  const unused = vi.fn<() => BackendModule>(() => registered);
  await createDatastore({ backend }, { backends: { fs: unused } });
  expect(unused).not.toHaveBeenCalled();
});

test('lists registered backends among the expected ones', async () => {
  const backends = { own: registered };
  await fails(() => createDatastore('mino:', { backends }), { operation, messageParts: ['memory:, fs:, minio:, s3:, own:'] });
  await fails(() => createDatastore({ backend: 'mino' }, { backends }), { operation, messageParts: ['memory, fs, minio, s3, own, or'] });
});

test('reports a registered backend that fails to load, or is not a backend', async () => {
  const failing = () => Promise.reject(new Error('no such chunk'));
  const error = await fails(() => createDatastore('fs:./a', { backends: { fs: failing } }), {
    operation,
    messageParts: ['"fs" failed to load'],
  });
  expect(error.cause).toMatchObject({ message: 'no such chunk' });
  await fails(() => createDatastore('fs:./a', { backends: { fs: {} as BackendModule } }), {
    operation,
    messageParts: ['`createDatastore`'],
  });
});

test('imports a module by path, also in TypeScript', async () => {
  const cwd = await folderWith({ 'mine.mjs': thirdParty, 'typed.ts': `${thirdParty}\nexport type X = string;` });
  for (const path of ['./mine.mjs', join(cwd, 'mine.mjs'), './typed.ts']) {
    expect(await createDatastore({ backend: path, root: 'a' }, { cwd })).toMatchObject({ options: { root: join(cwd, 'a') } });
  }
});

test('reports a package that is not installed with the command that installs it', async () => {
  const cwd = await folderWith();
  const messageParts = ['backend: expected memory, fs, minio', 'npm install @nobody/no-such-backend'];
  await fails(() => createDatastore({ backend: '@nobody/no-such-backend' }, { cwd }), { operation, messageParts });
});

test.for<[unknown, string]>([
  [undefined, 'nothing'],
  ['', 'an empty string'],
  [5, 'a number'],
  [`minio://KEY:${secret}@host`, 'URL'],
  ['./missing.js', 'no file'],
  ['mino', '"mino"'],
])('rejects the backend %j', async ([kind, found]) => {
  await fails(() => createDatastore({ backend: kind as string }), { operation, messageParts: ['backend: expected ', `found`, found] });
});

test.for([
  ['gs://bucket', '"gs:"'],
  ['mino:', '"mino:"'],
  [`KEY:${secret}@host`, 'another scheme'],
  [`${secret}:KEY@host`, 'another scheme'],
  [secret, 'no URL'],
  ['', 'no URL'],
])('rejects the URL %s', async ([url, found]) => {
  await fails(() => createDatastore(url as string), {
    operation,
    messageParts: ['expected a URL that begins with memory:, fs:, minio:', `found ${found}`],
  });
});

test('rejects a module that is not a backend or fails to load', async () => {
  const cwd = await folderWith({
    'empty.mjs': 'export const createDatastore = 5;',
    'half.mjs': 'export const createDatastore = () => {};',
    'throws.mjs': 'throw new Error("mine");',
  });
  await fails(() => createDatastore({ backend: './empty.mjs' }, { cwd }), {
    operation,
    messageParts: ['"./empty.mjs"', 'createDatastore'],
  });
  await fails(() => createDatastore({ backend: './half.mjs' }, { cwd }), { operation, messageParts: ['"./half.mjs"', 'optionsSchema'] });
  const error = await fails(() => createDatastore({ backend: './throws.mjs' }, { cwd }), { operation, messageParts: ['"./throws.mjs"'] });
  expect(error.cause).toMatchObject({ message: 'mine' });
});

test('reports an invalid option by name, and a failure of the backend with its cause', async () => {
  await fails(() => createDatastore({ backend, size: 11 }), {
    operation,
    messageParts: ['size: expected an integer from 1 to 10', 'found 11'],
  });
  await fails(() => createDatastore({ backend, accessKey: [secret], secretKey: secret }), {
    operation,
    messageParts: ['accessKey: expected'],
  });
  const error = await fails(() => createDatastore({ backend, failWith: 'no' }), { operation });
  expect(error.cause).toMatchObject({ message: 'no' });
});

test('reads credentials from `env`', async () => {
  const datastore = await createDatastore({ backend }, { env: { SECOND_KEY: 'k', SECOND_SECRET: secret } });
  expect(await datastore.list()).toEqual(['k', secret].sort());
  assertNoSecret(datastore);
});

test.for<[unknown, unknown, string]>([
  [5, undefined, 'configuration'],
  [null, undefined, 'configuration'],
  ['memory:', { nme: 'x' }, 'nme'],
  ['memory:', { name: '' }, 'name'],
  ['memory:', { cwd: 5 }, 'cwd'],
  ['memory:', { env: { A: 5 } }, 'env'],
  ['memory:', { backends: [] }, 'backends'],
  ['memory:', { backends: { fs: 'fs' } }, 'backends.fs'],
])('rejects the arguments %j, %j', async ([config, options, names]) => {
  await fails(() => createDatastore(config as string, options as object), { code: 'InvalidArgument', operation, messageParts: [names] });
});
