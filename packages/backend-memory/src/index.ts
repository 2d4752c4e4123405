/** Object storage in memory: a faithful fake for tests, on a memfs volume. */
export { MemoryDatastore, createDatastore } from './datastore.js';
export { MemoryDriver } from './driver.js';
export { optionsSchema } from './options.js';
export type { FromFolderOptions, MemoryDatastoreOptions, MemoryDriverOptions, ToJsonOptions } from './options.js';
export type { MemorySnapshot } from './store/memory-snapshot.js';
export type { MemoryVolume, MemoryVolumeStats } from './store/memory-volume.js';
export type { BucketSeeds, SeedBody, SeedObject, SeedSettings, StoredBodies, StoredObjectJson } from './store/seeds.js';
