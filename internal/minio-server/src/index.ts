/**
 * A real MinIO server for tests: found or built, started with a fresh data folder, and gone without a trace afterwards.
 *
 * @module
 */
export { type MinioAddress, toUrl } from './address.js';
export { MinioNotFoundError } from './not-found.js';
export { type MinioServer, type StartMinioOptions, startMinio } from './server.js';
