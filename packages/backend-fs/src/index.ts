/** Object storage in a folder: plain files, never torn, shared by the processes of a host. */
export { FsDatastore, createDatastore } from './datastore.js';
export { FsDriver } from './driver.js';
export type { FsSurroundings } from './driver.js';
export type { FileCalls } from './system/file-calls.js';
export { optionsSchema } from './options.js';
export type { FsDatastoreOptions } from './options.js';
