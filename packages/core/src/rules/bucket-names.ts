import { StorageError, describeValue, invalidArgument } from '../api/errors.js';

const grammar = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const ipv4 = /^\d+(?:\.\d+){3}$/;
// MinIO serves its own page at `/crossdomain.xml`, which makes a bucket of this name unreachable.
const reserved = new Set(['minio', '.minio.sys', 'crossdomain.xml']);

/**
 * Validates a bucket name against the naming rules of S3.
 *
 * @throws `InvalidArgument` if the name is not a string, `InvalidBucketName` if it violates the rules, `AllAccessDisabled` if MinIO reserves it.
 */
export function checkBucketName(name: unknown): asserts name is string {
  if (typeof name !== 'string') throw invalidArgument(`the bucket name must be a string, not ${describeValue(name)}`);
  if (reserved.has(name)) {
    throw new StorageError({
      code: 'AllAccessDisabled',
      bucket: name,
      message: 'the bucket name is reserved by MinIO; choose another one',
    });
  }
  if (!isBucketName(name)) {
    const message =
      'a bucket name must be 3 to 63 characters of `a-z`, `0-9`, `.` and `-`, begin and end with a letter or digit, must not contain `..`, `.-` or `-.`, and must not be an IP address';
    throw new StorageError({ code: 'InvalidBucketName', bucket: name, message });
  }
}

/** Returns whether a bucket name is valid and not reserved. */
export function isBucketName(name: string): boolean {
  return grammar.test(name) && !/\.\.|\.-|-\./.test(name) && !ipv4.test(name) && !reserved.has(name);
}
