/** The API for applications: `connect` and `createDatastore`, the interfaces `Datastore` and `Bucket`, and their errors. */
export { connect, connectBucket, connectDatastore } from './config/connect.js';
export type { Connected, ConnectOptions, ConnectPath } from './config/connect.js';
export type { ConfigurationOptions } from './config/configuration-options.js';
export type { Environment } from './config/environment.js';
export type { ContainerLike } from './container/container-like.js';
export { createDatastore } from './config/create-datastore.js';
export type { CreateDatastoreOptions } from './config/create-datastore.js';
export { defineConfig } from './config/define-config.js';
export type { AnybucketConfig } from './config/define-config.js';
// `export type *`, so that other packages can add to `BackendSettings` by module augmentation.
export type * from './config/backend-settings.js';
export type * from './config/backend-module.js';
export type * from './api/capabilities.js';
export type * from './api/datastore.js';
export { BatchDeleteError, StorageError, isStorageError } from './api/errors.js';
export type { DeleteFailure, StorageErrorCode } from './api/errors.js';
export type * from './api/object-info.js';
export type * from './api/options.js';
export type * from './api/results.js';
export type * from './api/uploads.js';
export { transfer } from './operations/transfer.js';
export { StoredObject } from './body/stored-object.js';
