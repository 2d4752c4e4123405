import { isStorageError } from '@anybucket/core';
import type { Datastore } from '@anybucket/core';
import { StorageError, checkBucketName, checkKey, extendDriver, invalidArgument, messageOf, wrapDatastore } from '@anybucket/core/backend';
import type { DatastoreDriver } from '@anybucket/core/backend';
import { checkFields, requireString } from './field-checks.js';
import type { FieldChecks } from './field-checks.js';
import { PrefixedBucket } from './prefix/prefixed-bucket.js';
import { prefixedPresigner, prefixedTags, prefixedUploads, prefixedVersions } from './prefix/prefixed-drivers.js';
import { Prefixes } from './prefix/prefixes.js';
import { trackOperations } from './requests/track-operations.js';

/** Options of {@link withPrefix}. At least one is required. */
export interface PrefixOptions {
  /** The prefix of all keys, such as `tenant-1/`. @defaultValue '' */
  readonly keys?: string | undefined;
  /** The prefix of the names of all buckets, such as `test-7-`. It counts towards the 63 characters of a name. @defaultValue '' */
  readonly buckets?: string | undefined;
}

const checks: FieldChecks<PrefixOptions> = { keys: requireString, buckets: requireString };

/**
 * Returns a datastore that is a part of another one, for several tests or tenants. Its keys, and the names of its buckets if requested, have a
 * prefix in the other one that callers do not see: in listings, versions, uploads, copies, presigned URLs and errors.
 *
 * With a prefix of keys alone, the buckets are shared: `createBucket` returns false if another tenant has created the bucket, `removeBucket` fails
 * with `BucketNotEmpty` while another tenant has objects in it, and versioning applies to all tenants. With a prefix of buckets, the datastore
 * lists and uses only its own. The prefix of keys counts towards their 1024 bytes.
 *
 * Members of the class of the datastore, such as `toJSON`, act on the whole store. The URL of a presigned URL contains the prefix.
 *
 * @param prefix the prefix of keys, or both prefixes.
 * @throws `InvalidArgument` if a prefix is empty or invalid.
 */
export function withPrefix<Wrapped extends Datastore>(datastore: Wrapped, prefix: string | PrefixOptions): Wrapped {
  const options: unknown = typeof prefix === 'string' ? { keys: prefix } : prefix;
  checkFields<PrefixOptions>('the options of `withPrefix`', options, checks);
  const { keys = '', buckets = '' } = options;
  checkPrefixes(keys, buckets);
  const prefixes = new Prefixes(buckets, keys, datastore.capabilities.anyKeys);
  return trackOperations(wrapDatastore(datastore, (driver) => prefixedDriver(driver, prefixes)));
}

function checkPrefixes(keys: string, buckets: string): void {
  if (keys === '' && buckets === '') throw invalidArgument('`withPrefix` requires a prefix of keys or buckets');
  try {
    if (keys !== '') checkKey(keys);
    if (buckets !== '') checkBucketName(`${buckets}000`);
  } catch (error) {
    if (!isStorageError(error)) throw error;
    throw new StorageError({ code: 'InvalidArgument', message: `the prefix is invalid: ${messageOf(error)}`, cause: error });
  }
}

function prefixedDriver(driver: DatastoreDriver, prefixes: Prefixes): DatastoreDriver {
  const { tags, versions, presigner, uploads } = driver;
  return extendDriver(driver, {
    tags: tags && prefixedTags(tags, prefixes),
    versions: versions && prefixedVersions(versions, prefixes),
    presigner: presigner && prefixedPresigner(presigner, prefixes),
    uploads: uploads && prefixedUploads(uploads, prefixes),
    listBuckets: async (call) => (await driver.listBuckets(call)).flatMap((name) => prefixes.ownBucket(name)),
    createBucket: (name, call) => prefixes.run(() => driver.createBucket(prefixes.bucket(name), call)),
    removeBucket: (name, call) => prefixes.run(() => driver.removeBucket(prefixes.bucket(name), call)),
    bucketExists: (name, call) => prefixes.run(() => driver.bucketExists(prefixes.bucket(name), call)),
    bucket: (name) => new PrefixedBucket(driver.bucket(prefixes.bucket(name)), prefixes),
  });
}
