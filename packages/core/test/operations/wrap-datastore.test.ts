import { expect, test } from 'vitest';
import type { Datastore } from '../../src/api/datastore.js';
import { extendDriver } from '../../src/driver/extend-driver.js';
import { PortableDatastore, driverOf } from '../../src/operations/datastore.js';
import { wrapDatastore } from '../../src/operations/wrap-datastore.js';
import { codeOf } from '../failure.js';
import { testStore } from './test-store.js';

class NamedStore extends PortableDatastore {
  readonly secret = 'kept';
  describe(): string {
    return `${this.name} of ${this.backend}`;
  }
}

/** Wraps a datastore so that it lists one more bucket. */
function withOneMoreBucket<Wrapped extends Datastore>(datastore: Wrapped): Wrapped {
  return wrapDatastore(datastore, (driver) =>
    extendDriver(driver, { listBuckets: async (call) => [...(await driver.listBuckets(call)), 'videos'] }),
  );
}

test('calls go through the wrapped driver; the original is unchanged', async () => {
  const { store, objects } = testStore();
  const wrapped = withOneMoreBucket(store);
  expect(await wrapped.list()).toEqual(['photos', 'videos']);
  expect(await store.list()).toEqual(['photos']);
  await wrapped.bucket('photos').put('k', 'data');
  expect(objects.get('k')?.toString()).toBe('data');
});

test('keeps the members of the class, and the handles belong to the wrapper', () => {
  const driver = driverOf(testStore().store);
  if (driver === undefined) throw new TypeError('a portable datastore has a driver');
  const named = withOneMoreBucket(new NamedStore(driver, { name: 'n' }));
  expect([named.secret, named.describe(), named instanceof NamedStore]).toEqual(['kept', 'n of test', true]);
  expect(named.bucket('photos').datastore).toBe(named);
});

test('closing the wrapper closes the original', async () => {
  let closed = 0;
  const { store } = testStore({ close: async () => void closed++ });
  await withOneMoreBucket(store).close();
  await store.close();
  expect(closed).toBe(1);
});

test('rejects a datastore that is not portable', () => {
  expect(codeOf(() => wrapDatastore({} as Datastore, (driver) => driver))).toBe('InvalidArgument');
});

test('wraps a wrapped datastore', async () => {
  const { store } = testStore();
  const wrapped = wrapDatastore(withOneMoreBucket(store), (driver) =>
    extendDriver(driver, { listBuckets: async (call) => [...(await driver.listBuckets(call)), 'words'] }),
  );
  expect(await wrapped.list()).toEqual(['photos', 'videos', 'words']);
});
