/** The assertions and fixtures for `node:test`. */
import { afterEach, beforeEach } from 'node:test';
import type { MemoryDatastore } from '@anybucket/backend-memory';
import type { Datastore } from '@anybucket/core';
import { restoreAfterEachWith, useStoreWith } from './fixtures/use-store.js';
import type { StoreOptions, WrappedStoreOptions } from './fixtures/use-store.js';

export { assertEmptyBucket, assertEqualDatastores, assertObject } from './assertions/assert.js';
export type { ExpectedObject } from './assertions/check-object.js';
export type { StoreOptions, WrappedStoreOptions } from './fixtures/use-store.js';

/**
 * Opens a datastore in memory before each test, and disposes of it after the test. If it has faults that did not occur, the test fails.
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
