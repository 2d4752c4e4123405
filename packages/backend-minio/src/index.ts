/** Object storage on MinIO and other S3 servers. */
export { MinioDatastore, createDatastore } from './datastore.js';
export { MinioDriver } from './driver.js';
export { optionsSchema } from './options.js';
export type { MinioDatastoreOptions } from './options.js';
export type { CredentialFunction, CredentialSet, CredentialSourceName, TemporaryCredentials } from './credentials/credential-supply.js';
export type { AttemptEvent, CallEvent, RetryEvent } from './diagnostics.js';
export type { ServerName } from './server/server-profiles.js';
