/** Object storage in memory: a faithful fake for tests, on a memfs volume. */
export { MemoryDatastore, createDatastore } from './datastore.js';
export { MemoryDriver } from './driver.js';
export type { MemoryDriverOptions } from './driver.js';
export { optionsSchema } from './options.js';
export type { MemoryDatastoreOptions } from './options.js';
export type { MemoryVolume, MemoryVolumeStats } from './store/memory-volume.js';
export type { BucketSeeds, SeedBody, StoredBodies } from './store/seeds.js';
