import type { Datastore } from '@anybucket/core';
import { invalidArgument, wrapDatastore } from '@anybucket/core/backend';
import { checkFields, requireBoolean, requireCount } from './field-checks.js';
import { quotaDriver } from './quota/quota-driver.js';
import { trackOperations } from './requests/track-operations.js';

/** Options of {@link withQuota}. `maxBytes` or `maxObjects` is required. */
export interface QuotaOptions {
  /** Maximum size of all bodies in bytes, including those of older versions and of open uploads. @defaultValue no limit */
  readonly maxBytes?: number | undefined;
  /** Maximum number of objects and versions. @defaultValue no limit */
  readonly maxObjects?: number | undefined;
  /** Whether the limits apply to each bucket on its own, as the quotas of MinIO do. @defaultValue false */
  readonly perBucket?: boolean | undefined;
}

/**
 * Returns a datastore with a limited size. A put, copy or part that would exceed it fails with `StorageFull`, as on a full disk, and stores
 * nothing. A body of unknown size fails when its bytes exceed the rest. As on a server, an object that is replaced counts until its successor is
 * stored.
 *
 * The size is determined by listing the store, so that it includes all that was stored by other means. Parts of uploads that began before are
 * not included.
 *
 * @throws `InvalidArgument` for an invalid option.
 */
export function withQuota<Wrapped extends Datastore>(datastore: Wrapped, options: QuotaOptions): Wrapped {
  checkFields<QuotaOptions>('the options of `withQuota`', options, {
    maxBytes: requireCount(0),
    maxObjects: requireCount(0),
    perBucket: requireBoolean,
  });
  const { maxBytes = Infinity, maxObjects = Infinity, perBucket = false } = options;
  if (maxBytes === Infinity && maxObjects === Infinity) throw invalidArgument('`withQuota` requires `maxBytes` or `maxObjects`');
  return trackOperations(wrapDatastore(datastore, (driver) => quotaDriver(driver, { maxBytes, maxObjects, perBucket })));
}
