import { StorageError, invalidArgument } from '../api/errors.js';

const grammar = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const ipv4 = /^\d+(?:\.\d+){3}$/;
// MinIO answers every request to `crossdomain.xml` with a page of its own.
const reserved = new Set(['minio', '.minio.sys', 'crossdomain.xml']);

/**
 * Refuses names that S3 doesn't allow for a bucket.
 * @throws `InvalidArgument` (no string), `InvalidBucketName`, `AllAccessDisabled` (a name that MinIO keeps for itself).
 */
export function checkBucketName(name: unknown): asserts name is string {
  if (typeof name !== 'string') throw invalidArgument(`the bucket name must be a string, not ${typeof name}`);
  if (reserved.has(name)) {
    throw new StorageError({ code: 'AllAccessDisabled', bucket: name, message: 'MinIO keeps this bucket name for itself' });
  }
  if (!isBucketName(name)) {
    const message =
      'a bucket name has 3 to 63 of `a-z`, `0-9`, `.` and `-`, begins and ends with a letter or digit, has no `..`, `.-` or `-.`, and is no IP address';
    throw new StorageError({ code: 'InvalidBucketName', bucket: name, message });
  }
}

/** Tells whether a name follows the grammar; folders of other names are not buckets. */
export function isBucketName(name: string): boolean {
  return grammar.test(name) && !/\.\.|\.-|-\./.test(name) && !ipv4.test(name) && !reserved.has(name);
}
