/** The matchers, snapshots and fixtures for Vitest. Importing this entry adds the matchers to `expect`. */
import type { MemoryDatastore } from '@anybucket/backend-memory';
import type { Datastore } from '@anybucket/core';
import { afterEach, beforeEach, expect, test as baseTest } from 'vitest';
import type { TestAPI } from 'vitest';
import { matchers } from './assertions/matchers.js';
import type { StoreMatchers } from './assertions/matchers.js';
import { snapshotSerializer } from './contents/snapshot-serializer.js';
import { openStore, restoreAfterEachWith } from './fixtures/use-store.js';
import type { StoreOptions, WrappedStoreOptions } from './fixtures/use-store.js';

export type { StoreMatchers } from './assertions/matchers.js';
export type { StoreOptions, WrappedStoreOptions } from './fixtures/use-store.js';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any -- the type parameter of Vitest
  interface Matchers<T = any> extends StoreMatchers<Promise<void>> {}
}

expect.extend(matchers);
expect.addSnapshotSerializer({ test: snapshotSerializer.test, serialize: snapshotSerializer.serialize });

/**
 * Returns a `test` with the fixture `store`: a datastore in memory for each test that uses it, disposed of at its end. If it has faults that did
 * not occur, the test fails.
 *
 *     const test = storeTest({ seed: { photos: {} } });
 *     test('stores a photo', async ({ store }) => { ... });
 */
export function storeTest<Store extends Datastore>(options: WrappedStoreOptions<Store>): TestAPI<{ store: Store }>;
export function storeTest(options?: StoreOptions): TestAPI<{ store: MemoryDatastore }>;
export function storeTest<Store extends Datastore>(
  options: StoreOptions & Partial<WrappedStoreOptions<Store>> = {},
): TestAPI<{ store: Store }> {
  return baseTest.extend<{ store: Store }>({
    // oxlint-disable-next-line eslint/no-empty-pattern -- Vitest requires a pattern
    store: async ({}, use) => {
      const store = await openStore(options);
      try {
        await use(store as Store);
      } finally {
        await store[Symbol.asyncDispose]();
      }
    },
  });
}

/** Restores a datastore after each test to its state before the test, for a store that is expensive to fill. */
export function restoreAfterEach(datastore: () => Datastore): void {
  restoreAfterEachWith({ beforeEach, afterEach }, datastore);
}
