/** Datastores and buckets in a tsyringe container: tokens, registration from the configuration, disposal. */
export { bucketToken } from './connect/bucket-token.js';
export type { ConfigurationOptions } from './connect/connect.js';
export { disposeDatastores } from './connect/dispose-datastores.js';
export { registerDatastores } from './connect/register-datastores.js';
export { DATASTORE, datastoreToken } from './connect/tokens.js';
