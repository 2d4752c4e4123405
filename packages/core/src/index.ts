/** The public API: a container of buckets, its buckets, their objects, and how to find one by configuration. */
export type { BackendContext, BackendModule, Backends } from './config/backend-module.js';
export { connect } from './config/connect.js';
export type { ConfigurationOptions, ConnectOptions, Connected } from './config/connect.js';
export type { ContainerLike } from './container/container-like.js';
export { createDatastore } from './config/create-datastore.js';
export type { CreateDatastoreOptions, DatastoreConfig } from './config/create-datastore.js';
export type * from './api/capabilities.js';
export type * from './api/datastore.js';
export { BatchDeleteError, StorageError, isStorageError } from './api/errors.js';
export type { DeleteFailure, StorageErrorCode } from './api/errors.js';
export type * from './api/object-info.js';
export type * from './api/options.js';
export type * from './api/results.js';
export { StoredObject } from './body/stored-object.js';
