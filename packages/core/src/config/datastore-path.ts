import { StorageError, invalidArgument } from '../api/errors.js';

/** What `connect` and `bucketToken` take: `name`, or `name/bucket`. */
export interface DatastorePath {
  readonly name: string;
  /** Not empty. */
  readonly bucket: string | undefined;
}

/** Tells whether a text can be a datastore's name. */
export function isDatastoreName(name: string): boolean {
  return /^[a-z0-9_]+$/.test(name);
}

/** @throws `InvalidArgument` (no string), `ConfigError` (no datastore can have that name). */
export function checkDatastoreName(name: string): void {
  if (typeof name !== 'string') throw invalidArgument(`the name must be a string, not ${typeof name}`);
  if (isDatastoreName(name)) return;
  // Not shown: it may be a URL with credentials, meant for `createDatastore`.
  const hint = name.includes(':') ? '; for a URL use createDatastore' : '';
  throw new StorageError({ code: 'ConfigError', message: `expected a datastore's name of a-z, 0-9 and _, found another text${hint}` });
}

/**
 * Splits a path at its first `/`.
 * @throws as {@link checkDatastoreName}; `InvalidBucketName` for an empty one (others are the handle's to refuse).
 */
export function parseDatastorePath(path: string): DatastorePath {
  if (typeof path !== 'string') throw invalidArgument(`the path must be a string, not ${typeof path}`);
  const slash = path.indexOf('/');
  const name = slash === -1 ? path : path.slice(0, slash);
  checkDatastoreName(name);
  if (slash === -1) return { name, bucket: undefined };
  const bucket = path.slice(slash + 1);
  if (bucket === '')
    throw new StorageError({ code: 'InvalidBucketName', message: `expected the name of a bucket behind "${name}/", found nothing` });
  return { name, bucket };
}
