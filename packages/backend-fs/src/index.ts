/** Object storage in a directory of plain files, with atomic writes, shared by the processes of a host. */
export { FsDatastore, createDatastore } from './datastore.js';
export { FsDriver } from './driver.js';
export type { FsDriverInternals } from './driver.js';
export { optionsSchema } from './options.js';
export type { FsDatastoreOptions } from './options.js';
export type { FileCalls } from './system/file-calls.js';
