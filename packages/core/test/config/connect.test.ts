import 'reflect-metadata';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { container as globalContainer } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import { afterEach, expect, expectTypeOf, test } from 'vitest';
import type { Bucket, Datastore } from '../../src/api/datastore.js';
import type { BackendModule } from '../../src/config/backend-module.js';
import type { ContainerLike } from '../../src/container/container-like.js';
import { connect, connectBucket, connectDatastore } from '../../src/config/connect.js';
import { DATASTORE, datastoreToken } from '../../src/container.js';
import { createDatastore } from '../../src/config/create-datastore.js';
import { backend, fails, folderWith, secret } from './support.js';

const operation = 'connect';
afterEach(() => globalContainer.reset());

/** Writes a configuration. @returns options for `connect`, with a container of its own, so that tests share no datastores. */
async function sources(datastores: Record<string, unknown>, others: object = {}) {
  const cwd = await folderWith({ 'anybucket.config.json': { ...others, datastores } });
  return { cwd, env: {}, container: globalContainer.createChildContainer() };
}

test('returns a datastore for a name, and a bucket for a path, without a request', async () => {
  const options = await sources({ data_store: { backend, root: './data' } });
  const datastore = await connect('data_store', options);
  expect(datastore.name).toBe('data_store');
  expect(await datastore.list()).toEqual([join(options.cwd, 'data')]);
  const bucket = await connect('data_store/photos', options);
  expect(bucket.name).toBe('photos');
  expect(bucket.datastore).toBe(datastore);
});

test('the type of the path decides the type of the result', () => {
  const name: string = 'data_store';
  const dynamic = 'photos' as string;
  expectTypeOf(() => connect('data_store')).returns.resolves.toEqualTypeOf<Datastore>();
  expectTypeOf(() => connect('data_store/photos')).returns.resolves.toEqualTypeOf<Bucket>();
  expectTypeOf(() => connect(`data_store/${dynamic}` as const)).returns.resolves.toEqualTypeOf<Bucket>();
  // @ts-expect-error the type does not show whether the path contains a "/"
  expectTypeOf(() => connect(`data_${dynamic}` as const));
  // @ts-expect-error the type does not show whether the path contains a "/"
  expectTypeOf(() => connect(name));
  expectTypeOf(() => connect(name as 'a' | 'a/b')).returns.resolves.toEqualTypeOf<Datastore | Bucket>();
  expectTypeOf<DependencyContainer>().toExtend<ContainerLike>();
  // @ts-expect-error unknown option
  expectTypeOf(() => connect('data_store', { cwf: '' }));
});

test('connectDatastore and connectBucket check at run time which of the two a path names', async () => {
  const options = await sources({ data_store: { backend } });
  const name: string = 'data_store';
  const path: string = 'data_store/photos';
  const datastore = await connectDatastore(name, options);
  const bucket = await connectBucket(path, options);
  expect(datastore).toBe(await connect('data_store', options));
  expect(bucket.name).toBe('photos');
  expect(bucket.datastore).toBe(datastore);
  await fails(() => connectDatastore(path, options), {
    code: 'InvalidArgument',
    operation: 'connectDatastore',
    messageParts: ['connectBucket'],
  });
  await fails(() => connectBucket(name, options), {
    code: 'InvalidArgument',
    operation: 'connectBucket',
    messageParts: ['connectDatastore'],
  });
  await fails(() => connectBucket('data_store/', options), { code: 'InvalidBucketName', operation: 'connectBucket' });
});

test('shares one datastore per name, also between concurrent calls, and opens a new one after it is closed', async () => {
  const options = await sources({ data_store: { backend, mode: 'a' }, archive: { backend } });
  const [first, second, bucket] = await Promise.all([
    connect('data_store', options),
    connect('data_store', options),
    connect('data_store/photos', options),
  ]);
  expect(second).toBe(first);
  expect(bucket.datastore).toBe(first);
  expect(await connect('archive', options)).not.toBe(first);

  await first.close();
  await fails(() => first.list(), { code: 'DatastoreClosed' });
  const next = await connect('data_store', options);
  expect(await next.list()).toEqual(['a']);
  expect(await connect('data_store', options)).toBe(next);
});

test('a call during the opening of the same datastore waits for it', async () => {
  const { container } = await sources({});
  const config = (wait: number) =>
    `await new Promise((resolve) => setTimeout(resolve, ${wait})); export default { datastores: { data_store: { backend: ${JSON.stringify(backend)} } } };`;
  const [slow, fast] = await Promise.all([
    folderWith({ 'anybucket.config.mjs': config(100) }),
    folderWith({ 'anybucket.config.mjs': config(0) }),
  ]);
  const [first, second] = await Promise.all([fast, slow].map((cwd) => connect('data_store', { container, cwd, env: {} })));
  expect(first).toBe(second);
  expect(await connect('data_store', { container })).toBe(first);
});

test('reads the configuration again after the datastore is closed', async () => {
  const options = await sources({ data_store: { backend, mode: 'a' } });
  await (await connect('data_store', options)).close();
  const cwd = await folderWith({ 'anybucket.config.json': { datastores: { data_store: { backend, mode: 'b' } } } });
  expect(await (await connect('data_store', { ...options, cwd })).list()).toEqual(['b']);
});

test('containers do not share datastores, except that a child uses those of its parent', async () => {
  const options = await sources({ data_store: { backend } });
  const first = await connect('data_store', options);
  expect(await connect('data_store', { ...options, container: globalContainer.createChildContainer() })).not.toBe(first);
  expect(await connect('data_store', { ...options, container: options.container.createChildContainer() })).toBe(first);
  expect(options.container.resolve(datastoreToken('data_store'))).toBe(first);
});

test('without a container shares datastores, and registers nothing in the global container', async () => {
  const { cwd, env } = await sources({ data_store: { backend } });
  const datastore = await connect('data_store', { cwd, env });
  expect(await connect('data_store', { cwd, env })).toBe(datastore);
  expect(globalContainer.isRegistered(datastoreToken('data_store'))).toBe(false);
  await datastore.close();
});

test('tries again after a failure', async () => {
  const options = await sources({ data_store: { backend: './later.mjs' } });
  await fails(() => connect('data_store', options), {
    operation,
    messageParts: [join(options.cwd, 'anybucket.config.json'), 'datastores.data_store.backend'],
  });
  const cwd = await folderWith({ 'anybucket.config.json': { datastores: { data_store: { backend } } } });
  expect((await connect('data_store', { ...options, cwd })).name).toBe('data_store');
});

test('registrations in the container take precedence over the configuration', async () => {
  const { container } = await sources({});
  const fake = await createDatastore({ backend });
  container.register(datastoreToken('archive'), { useValue: fake });
  const cwd = await folderWith({ 'anybucket.config.json': '{ broken' });
  expect(await connect('archive', { container, cwd })).toBe(fake);
  expect((await connect('archive/photos', { container, cwd })).datastore).toBe(fake);
});

test('a registration of DATASTORE replaces the default datastore for its name too, and no other', async () => {
  const options = await sources({ main: { backend }, other: { backend } }, { default: 'main' });
  const fake = await createDatastore({ backend });
  options.container.register(DATASTORE, { useValue: fake });
  expect(await connect('main', options)).toBe(fake);
  expect((await connect('main/photos', options)).datastore).toBe(fake);
  expect(await connect('other', options)).not.toBe(fake);
  await fails(() => connect('data_store', options), { messageParts: ['main, other'] });
  expect(await connect('data_store', { container: options.container, cwd: await folderWith(), env: { NODE_ENV: 'production' } })).toBe(
    fake,
  );
});

test('without a container uses registrations in the global container, also for a name that is already open', async () => {
  const { cwd, env } = await sources({ data_store: { backend }, archive: { backend } });
  const real = await connect('archive', { cwd, env });
  const fake = await createDatastore({ backend });
  globalContainer.register(datastoreToken('archive'), { useValue: fake });
  globalContainer.register(DATASTORE, { useValue: fake });
  expect(await connect('archive', { cwd, env })).toBe(fake);
  expect(await connect('data_store', { cwd, env })).toBe(fake);
  await real.close();
});

test.for([
  ['nope', 'ConfigError', 'archive'],
  ['', 'ConfigError', 'a-z, 0-9 and _'],
  ['/photos', 'ConfigError', 'a-z, 0-9 and _'],
  ['Archive', 'ConfigError', 'a-z, 0-9 and _'],
  [`minio://KEY:${secret}@host`, 'ConfigError', 'createDatastore'],
  ['archive/', 'InvalidBucketName', 'archive/'],
  ['archive/Not_A_Bucket', 'InvalidBucketName', ''],
  ['archive/photos/2024', 'InvalidBucketName', ''],
])('rejects the path %j', async ([path, code, messagePart]) => {
  const options = await sources({ archive: { backend } });
  await fails(() => connect(path as 'archive', options), { code: code as string, messageParts: [messagePart as string] });
});

test.for<[unknown, unknown, string]>([
  [undefined, undefined, 'path'],
  [5, undefined, 'path'],
  ['data_store', 'x', 'options'],
  ['data_store', { contaner: {} }, 'contaner'],
  ['data_store', { container: {} }, 'container'],
  ['data_store', { container: null }, 'container'],
  ['data_store', { cwd: '' }, 'cwd'],
  ['data_store', { env: 'x' }, 'env'],
  ['data_store', { backends: 'x' }, 'backends'],
  ['data_store', { signal: {} }, 'signal'],
])('rejects the arguments %j, %j', async ([path, options, names]) => {
  await fails(() => connect(path as 'data_store', options as object), { code: 'InvalidArgument', operation, messageParts: [names] });
});

test('a missing configuration in production and an invalid variable are reported by name', async () => {
  const options = { cwd: await folderWith(), container: globalContainer.createChildContainer() };
  await fails(() => connect('data_store', { ...options, env: { NODE_ENV: 'production' } }), {
    operation,
    messageParts: ['NODE_ENV', 'ANYBUCKET_DATA_STORE'],
  });
  const env = { ANYBUCKET_DATA_STORE: `KEY:${secret}@host` };
  await fails(() => connect('data_store', { ...options, env }), {
    operation,
    messageParts: ['environment variable ANYBUCKET_DATA_STORE', 'memory:, fs:, minio:'],
  });
});

test('uses a registered backend in place of the package', async () => {
  const options = await sources({ data_store: 'fs:./data', archive: { backend: 'own', root: 'a' } });
  const module = (await import(pathToFileURL(backend).href)) as BackendModule;
  const fs: BackendModule = { ...module, optionsSchema: { ...module.optionsSchema, url: { form: 'fs:./relative', path: 'root' } } };
  const backends = { fs: async () => fs, own: module };
  expect(await (await connect('data_store', { ...options, backends })).list()).toEqual([join(options.cwd, 'data')]);
  expect(await (await connect('archive', { ...options, backends })).list()).toEqual([join(options.cwd, 'a')]);
});

test('an aborted signal rejects with its reason; a concurrent call continues', async () => {
  const options = await sources({ data_store: { backend } });
  const reason = { because: 'of a test' };
  await expect(connect('data_store', { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

  const controller = new AbortController();
  const aborted = connect('data_store', { ...options, signal: controller.signal });
  const other = connect('data_store', options);
  controller.abort(reason);
  await expect(aborted).rejects.toBe(reason);
  expect((await other).name).toBe('data_store');
});
