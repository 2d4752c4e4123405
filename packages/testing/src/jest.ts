/** The matchers, snapshots and fixtures for Jest. Importing this entry adds the matchers to `expect`. */
import type { MemoryDatastore } from '@anybucket/backend-memory';
import type { Datastore } from '@anybucket/core';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { matchers } from './assertions/matchers.js';
import type { StoreMatchers } from './assertions/matchers.js';
import { snapshotSerializer } from './contents/snapshot-serializer.js';
import { restoreAfterEachWith, useStoreWith } from './fixtures/use-store.js';
import type { StoreOptions, WrappedStoreOptions } from './fixtures/use-store.js';

export type { StoreMatchers } from './assertions/matchers.js';
export type { StoreOptions, WrappedStoreOptions } from './fixtures/use-store.js';

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends StoreMatchers<Promise<void>> {}
}

expect.extend(matchers);
expect.addSnapshotSerializer(snapshotSerializer);

/**
 * Opens a datastore in memory before each test, and disposes of it after the test. If it has faults that did not occur, the test fails.
 *
 *     const store = useStore({ seed: { photos: {} } });
 *     test('stores a photo', async () => { await store().bucket('photos').put(...); });
 *
 * @returns a function that returns the datastore of the running test.
 */
export function useStore<Store extends Datastore>(options: WrappedStoreOptions<Store>): () => Store;
export function useStore(options?: StoreOptions): () => MemoryDatastore;
export function useStore(options?: StoreOptions): () => Datastore {
  return useStoreWith({ beforeEach, afterEach }, options);
}

/** Restores a datastore after each test to its state before the test, for a store that is expensive to fill. */
export function restoreAfterEach(datastore: () => Datastore): void {
  restoreAfterEachWith({ beforeEach, afterEach }, datastore);
}
