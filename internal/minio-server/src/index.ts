/** A real MinIO server for tests: found or built, started with a new data folder, and removed without a trace afterwards. */
export { MinioNotFoundError } from './find-minio.js';
export { toUrl } from './minio-address.js';
export type { MinioAddress } from './minio-address.js';
export { startMinio } from './start-minio.js';
export type { MinioServer, StartMinioOptions } from './start-minio.js';
