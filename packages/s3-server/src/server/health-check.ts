import type { S3Request } from '../protocol/s3-request.js';

/** The paths at which MinIO reports its health. Container health checks and clients request them without a signature. */
const healthPath = /^\/minio\/health\/(?:live|ready|cluster|cluster\/read)$/;

/** Returns whether a request checks that the server is running. */
export function isHealthCheck({ method, path, hostBucket }: S3Request): boolean {
  return hostBucket === undefined && (method === 'GET' || method === 'HEAD') && healthPath.test(path);
}
