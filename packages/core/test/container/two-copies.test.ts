import 'reflect-metadata';
import { container as globalContainer } from 'tsyringe';
import { beforeAll, expect, test, vi } from 'vitest';
import { connect } from '../../src/config/connect.js';
import { DATASTORE, bucketToken, datastoreToken, disposeDatastores, registerDatastores } from '../../src/container.js';
import { backend, folderWith } from '../config/support.js';

// A process may load this package twice, as ESM and as CommonJS, or once more in a bundle. Both copies must share datastores and tokens.
let copy: typeof import('../../src/container.js') & typeof import('../../src/config/connect.js');

beforeAll(async () => {
  vi.resetModules();
  copy = { ...(await import('../../src/container.js')), ...(await import('../../src/config/connect.js')) };
});

async function sources() {
  const cwd = await folderWith({ 'anybucket.config.json': { datastores: { data_store: { backend } } } });
  return { cwd, env: {} };
}

test('two copies share a connected datastore, until either of them closes it', async () => {
  const options = await sources();
  const datastore = await connect('data_store', options);
  expect(await copy.connect('data_store', options)).toBe(datastore);
  await datastore.close();
  const next = await copy.connect('data_store', options);
  expect(next).not.toBe(datastore);
  expect(await connect('data_store', options)).toBe(next);
  await next.close();
});

test('two copies that connect at the same time open one datastore', async () => {
  const options = { ...(await sources()), container: globalContainer.createChildContainer() };
  const [one, other] = await Promise.all([connect('data_store', options), copy.connect('data_store', options)]);
  expect(other).toBe(one);
});

test('two copies have the same tokens', () => {
  expect(copy.bucketToken).not.toBe(bucketToken);
  expect(copy.DATASTORE).toBe(DATASTORE);
  expect(copy.datastoreToken('archive')).toBe(datastoreToken('archive'));
  expect(copy.bucketToken('data_store/photos')).toBe(bucketToken('data_store/photos'));
});

test('a datastore that one copy has registered is resolved, connected and closed by the other', async () => {
  const container = globalContainer.createChildContainer();
  await registerDatastores(container, await sources());
  const datastore = container.resolve(copy.DATASTORE);
  expect(await copy.connect('data_store', { container })).toBe(datastore);
  expect(container.resolve(copy.bucketToken('data_store/photos')).datastore).toBe(datastore);
  await copy.disposeDatastores(container);
  await expect(datastore.list()).rejects.toMatchObject({ code: 'DatastoreClosed' });
  await disposeDatastores(container);
});
