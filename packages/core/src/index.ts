/** The public API: a container of buckets, its buckets, their objects, and how to find one by configuration. */
export { connect } from './connect/connect.js';
export type { ConfigurationOptions, ConnectOptions, Connected } from './connect/connect.js';
export type { ContainerLike } from './connect/container-like.js';
export { createDatastore } from './connect/create-datastore.js';
export type { CreateDatastoreOptions, DatastoreConfig } from './connect/create-datastore.js';
export type { CallOptions, Datastore, ListBucketsOptions, ReturnType } from './datastore.js';
export type { Bucket } from './bucket.js';
export type * from './bucket-options.js';
export type * from './bucket-results.js';
export type * from './object-info.js';
export type { Capabilities, OperationCapability, TraitCapability } from './capabilities.js';
export { StorageError, isStorageError } from './errors.js';
export type { StorageErrorCode } from './errors.js';
export { BatchDeleteError } from './batch-delete-error.js';
export { StoredObject } from './body/stored-object.js';
export type { PutData } from './body/source.js';
export type { Progress, ProgressListener } from './body/progress.js';
export type { ResolvedRange } from './semantics/ranges.js';
