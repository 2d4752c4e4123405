import { StorageError, invalidArgument, quote } from '../api/errors.js';

/** A parsed argument of `connect` and `bucketToken`: `name`, or `name/bucket`. */
export interface DatastorePath {
  readonly name: string;
  /** Not empty. */
  readonly bucket: string | undefined;
}

/** Returns whether a string is a valid datastore name. */
export function isDatastoreName(name: string): boolean {
  return /^[a-z0-9_]+$/.test(name);
}

/** @throws `InvalidArgument` when the name is not a string; `ConfigError` when it is not a valid datastore name. */
export function checkDatastoreName(name: string): void {
  if (typeof name !== 'string') throw invalidArgument(`the name must be a string, not ${typeof name}`);
  if (isDatastoreName(name)) return;
  // The name is not quoted: it may be a URL with credentials, meant for `createDatastore`.
  const hint = name.includes(':') ? '; for a URL use createDatastore' : '';
  throw new StorageError({ code: 'ConfigError', message: `expected a datastore name of a-z, 0-9 and _, found other characters${hint}` });
}

/**
 * Splits a path at its first `/`.
 * @throws as {@link checkDatastoreName}; `InvalidBucketName` for an empty bucket name (others are checked by the bucket).
 */
export function parseDatastorePath(path: string): DatastorePath {
  if (typeof path !== 'string') throw invalidArgument(`the path must be a string, not ${typeof path}`);
  const slash = path.indexOf('/');
  const name = slash === -1 ? path : path.slice(0, slash);
  checkDatastoreName(name);
  if (slash === -1) return { name, bucket: undefined };
  const bucket = path.slice(slash + 1);
  if (bucket === '')
    throw new StorageError({ code: 'InvalidBucketName', message: `expected a bucket name after ${quote(`${name}/`)}, found nothing` });
  return { name, bucket };
}
