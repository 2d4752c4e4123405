/** Datastores and buckets in a tsyringe container: tokens, registration from the configuration, disposal. */
export { bucketToken } from './container/bucket-token.js';
export type { ConfigurationOptions } from './config/configuration-options.js';
export { disposeDatastores, registerDatastores } from './container/register-datastores.js';
export { DATASTORE, datastoreToken } from './container/tokens.js';
