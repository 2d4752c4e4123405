import 'reflect-metadata';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { container as globalContainer, delay, inject, injectable } from 'tsyringe';
import { expect, expectTypeOf, test } from 'vitest';
import type { Bucket, Datastore } from '../../src/api/datastore.js';
import type { BackendModule } from '../../src/config/backend-module.js';
import { connect } from '../../src/config/connect.js';
import { createDatastore } from '../../src/config/create-datastore.js';
import { DATASTORE, bucketToken, datastoreToken, disposeDatastores, registerDatastores } from '../../src/container.js';
import { StorageError } from '../../src/api/errors.js';
import { backend, fails, folderWith, secret } from '../config/support.js';

const operation = 'registerDatastores';
const newContainer = () => globalContainer.createChildContainer();

/** Returns a container with the datastores of a configuration. */
async function registered(datastores: Record<string, unknown>, others: object = {}) {
  const cwd = await folderWith({ 'anybucket.config.json': { ...others, datastores } });
  const container = newContainer();
  await registerDatastores(container, { cwd, env: {} });
  return { container, cwd };
}

/** Creates a datastore that is not configured. */
const fakeDatastore = () => createDatastore({ backend }, { name: 'fake' });

test('registers the configured datastores: resolving is synchronous, lazy and shared', async () => {
  const { container, cwd } = await registered({
    data_store: { backend, root: 'x' },
    archive: { backend, failWith: 'not created before it is resolved' },
  });
  const datastore = container.resolve(DATASTORE);
  expectTypeOf(datastore).toEqualTypeOf<Datastore>();
  expect(datastore.name).toBe('data_store');
  expect(await datastore.list()).toEqual([join(cwd, 'x')]);
  expect(container.resolve(datastoreToken('data_store'))).toBe(datastore);
  expect(await connect('data_store', { container, cwd: '/nowhere' })).toBe(datastore);
  await fails(() => container.resolve(datastoreToken('archive')), {
    messageParts: [join(cwd, 'anybucket.config.json'), 'datastores.archive'],
  });
});

test('DATASTORE resolves to the configured default', async () => {
  const { container } = await registered({ main: { backend }, archive: { backend } }, { default: 'main' });
  expect(container.resolve(DATASTORE)).toBe(container.resolve(datastoreToken('main')));
  expect(container.resolve(bucketToken('main/photos')).datastore).toBe(container.resolve(DATASTORE));
});

test('DATASTORE is not registered when the default is not configured', async () => {
  const { container } = await registered({ archive: { backend } });
  expect(container.isRegistered(DATASTORE, true)).toBe(false);
});

test('uses a registered backend in place of the package', async () => {
  const cwd = await folderWith({ 'anybucket.config.json': { datastores: { data_store: { backend: 'fs', root: 'x' } } } });
  const container = newContainer();
  const fs = () => import(pathToFileURL(backend).href) as Promise<BackendModule>;
  await registerDatastores(container, { cwd, env: {}, backends: { fs } });
  expect(await container.resolve(DATASTORE).list()).toEqual([join(cwd, 'x')]);
});

test('a new datastore is created after the last one is closed', async () => {
  const { container } = await registered({ data_store: { backend } });
  const first = container.resolve(DATASTORE);
  await first.close();
  const second = container.resolve(DATASTORE);
  expect(second).not.toBe(first);
  expect(await connect('data_store', { container })).toBe(second);
  expect(await second.list()).toEqual([]);
});

test('bucketToken needs no registration and resolves to a bucket of the datastore in the container', async () => {
  const { container } = await registered({ data_store: { backend }, archive: { backend } });
  const photos = bucketToken('data_store/photos');
  expect(bucketToken('data_store/photos')).toBe(photos);
  const bucket = container.resolve(photos);
  expectTypeOf(bucket).toEqualTypeOf<Bucket>();
  expect(bucket.name).toBe('photos');
  expect(bucket.datastore).toBe(container.resolve(DATASTORE));
  expect(container.resolve(bucketToken('archive/photos')).datastore).toBe(container.resolve(datastoreToken('archive')));
});

test('resolving bucketToken creates no other datastore', async () => {
  const { container } = await registered({ data_store: { backend, failWith: 'created' }, archive: { backend } });
  expect(container.resolve(bucketToken('archive/photos')).name).toBe('photos');
  container.register(DATASTORE, { useValue: await fakeDatastore() });
  expect(container.resolve(bucketToken('data_store/photos')).datastore.name).toBe('fake');
});

test('tokens are injected into classes', async () => {
  const { container } = await registered({ data_store: { backend } });
  class Gallery {
    readonly datastore: Datastore;
    readonly photos: Bucket;
    constructor(datastore: Datastore, photos: Bucket) {
      this.datastore = datastore;
      this.photos = photos;
    }
  }
  inject(DATASTORE)(Gallery, undefined, 0);
  inject(bucketToken('data_store/photos'))(Gallery, undefined, 1);
  injectable()(Gallery);
  const { datastore, photos } = container.resolve(Gallery);
  expect(photos.datastore).toBe(datastore);
  expect(photos.name).toBe('photos');
  expect(container.resolve(delay(() => Gallery)).photos.name).toBe('photos');
});

test('registering DATASTORE alone replaces the default everywhere, before and after registerDatastores', async () => {
  const fake = await fakeDatastore();
  const bare = newContainer();
  bare.register(DATASTORE, { useValue: fake });
  expect(bare.resolve(bucketToken('data_store/photos')).datastore).toBe(fake);
  expect(await connect('data_store', { container: bare, cwd: await folderWith() })).toBe(fake);

  const { container } = await registered({ main: { backend }, archive: { backend } }, { default: 'main' });
  container.register(DATASTORE, { useValue: fake });
  expect(container.resolve(bucketToken('main/photos')).datastore).toBe(fake);
  expect(await connect('main', { container })).toBe(fake);
  expect((await connect('archive', { container })).name).toBe('archive');
  expect(container.resolve(bucketToken('archive/photos')).datastore.name).toBe('archive');
});

test('registering a datastore or a bucket by its token replaces it', async () => {
  const { container } = await registered({ data_store: { backend }, archive: { backend } });
  const fake = await fakeDatastore();
  container.register(datastoreToken('data_store'), { useValue: fake });
  expect(container.resolve(DATASTORE)).toBe(fake);
  expect(container.resolve(bucketToken('data_store/photos')).datastore).toBe(fake);
  const bucket = fake.bucket('elsewhere');
  container.register(bucketToken('archive/photos'), { useValue: bucket });
  expect(container.resolve(bucketToken('archive/photos'))).toBe(bucket);
});

test('registrations in a child container do not affect its parent', async () => {
  const { container } = await registered({ data_store: { backend } });
  const child = container.createChildContainer();
  child.register(DATASTORE, { useValue: await fakeDatastore() });
  expect(child.resolve(bucketToken('data_store/photos')).datastore.name).toBe('fake');
  expect((await connect('data_store', { container: child })).name).toBe('fake');
  expect(container.resolve(bucketToken('data_store/photos')).datastore.name).toBe('data_store');
});

test('registering again replaces, also after a reset', async () => {
  const { container } = await registered({ data_store: { backend, mode: 'a' } });
  const first = container.resolve(DATASTORE);
  const cwd = await folderWith({ 'anybucket.config.json': { datastores: { data_store: { backend, mode: 'b' } } } });
  container.reset();
  await registerDatastores(container, { cwd, env: {} });
  expect(await container.resolve(DATASTORE).list()).toEqual(['b']);
  await disposeDatastores(container);
  await fails(() => first.list(), { code: 'DatastoreClosed' });
});

test('nothing is registered when any setting is invalid', async () => {
  const cwd = await folderWith({
    'anybucket.config.json': { datastores: { data_store: { backend }, archive: { backend, size: 0, secretKey: secret } } },
  });
  const container = newContainer();
  await fails(() => registerDatastores(container, { cwd, env: {} }), {
    operation,
    messageParts: [join(cwd, 'anybucket.config.json'), 'datastores.archive.size', 'found 0'],
  });
  expect(container.isRegistered(DATASTORE)).toBe(false);
  expect(container.isRegistered(datastoreToken('data_store'))).toBe(false);
});

test('rejects production without a configuration, an aborted signal and invalid arguments', async () => {
  const cwd = await folderWith();
  await fails(() => registerDatastores(newContainer(), { cwd, env: { NODE_ENV: 'production' } }), {
    operation,
    messageParts: ['NODE_ENV'],
  });
  await expect(registerDatastores(newContainer(), { cwd, signal: AbortSignal.abort('stop') })).rejects.toBe('stop');
  await fails(() => registerDatastores({} as never), { code: 'InvalidArgument', operation, messageParts: ['container'] });
  await fails(() => registerDatastores(newContainer(), { cmd: 'x' } as object), {
    code: 'InvalidArgument',
    operation,
    messageParts: ['cmd'],
  });
  await fails(() => disposeDatastores(undefined as never), { code: 'InvalidArgument', operation: 'disposeDatastores' });
});

test('tokens reject invalid names, and unregistered datastores are reported with what to do', async () => {
  await fails(() => datastoreToken('Data Store'), { messageParts: ['a-z, 0-9 and _'] });
  await fails(() => bucketToken('data_store'), { code: 'InvalidArgument', operation: 'bucketToken' });
  await fails(() => bucketToken('data_store/'), { code: 'InvalidBucketName', operation: 'bucketToken' });
  await fails(() => bucketToken(`minio://KEY:${secret}@host/x`), { operation: 'bucketToken' });
  await fails(() => newContainer().resolve(bucketToken('data_store/photos')), {
    operation: 'bucketToken',
    messageParts: ['registerDatastores'],
  });
});

test('disposing closes the datastores created for the container, each once, and no others', async () => {
  const { container, cwd } = await registered({ data_store: { backend }, archive: { backend }, idle: { backend, failWith: 'created' } });
  const fake = await fakeDatastore();
  container.register(datastoreToken('archive'), { useValue: fake });
  const [own, other] = [container.resolve(DATASTORE), container.resolve(datastoreToken('archive'))];
  const connected = await connect('data_store', { container: newContainer(), cwd, env: {} });
  await disposeDatastores(container);
  await fails(() => own.list(), { code: 'DatastoreClosed' });
  expect(await other.list()).toEqual([]);
  expect(await connected.list()).toEqual([]);
  own.close = () => Promise.reject(new Error('closed a second time'));
  await disposeDatastores(container);
  expect(await container.resolve(DATASTORE).list()).toEqual([]);
});

test('disposing also closes the datastores that connect opened in the container', async () => {
  const cwd = await folderWith({ 'anybucket.config.json': { datastores: { data_store: { backend } } } });
  const container = newContainer();
  const datastore = await connect('data_store', { container, cwd, env: {} });
  await disposeDatastores(container);
  await fails(() => datastore.list(), { code: 'DatastoreClosed' });
});

test('disposing closes all datastores even if some fail, and reports every failure', async () => {
  const { container } = await registered({ data_store: { backend }, archive: { backend }, last: { backend } });
  const failing = [container.resolve(DATASTORE), container.resolve(datastoreToken('archive'))];
  const causes = [new StorageError({ code: 'Timeout', message: 'too slow' }), new Error('unknown')];
  for (const [index, datastore] of failing.entries()) datastore.close = async () => Promise.reject(causes[index] ?? new Error());
  const last = container.resolve(datastoreToken('last'));
  const error = await fails(() => disposeDatastores(container), {
    code: 'Timeout',
    operation: 'disposeDatastores',
    messageParts: ['2 of 3'],
  });
  expect((error.cause as AggregateError).errors).toEqual(causes);
  await fails(() => last.list(), { code: 'DatastoreClosed' });
});
