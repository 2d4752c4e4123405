/** Object storage in memory: a faithful fake for tests, on a memfs volume. */
export { MemoryDatastore, createDatastore } from './datastore.js';
export { MemoryDriver } from './driver.js';
export type { MemoryDriverOptions } from './driver.js';
export type { MemoryVolume } from './memory-volume.js';
export { optionsSchema } from './options.js';
export type { MemoryDatastoreOptions } from './options.js';
export type { BucketSeeds, SeedBody, StoredBodies } from './seeds.js';
