import type { GetOptions } from '../api/options.js';
import { invalidArgument } from '../api/errors.js';
import { OpenBody } from '../body/open-body.js';
import type { GetCall } from '../driver/calls.js';
import { StoredObject } from '../body/stored-object.js';
import { maxParts } from '../rules/etags.js';
import { checkReadConditions } from '../rules/conditions.js';
import { checkKey } from '../rules/keys.js';
import { checkRange } from '../rules/ranges.js';
import { toStorageError } from './to-storage-error.js';
import {
  validatedElsewhere,
  checkOptions,
  copyNative,
  requireNativeOptions,
  requireSignal,
  requireNonEmptyString,
  requireInteger,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

export const getChecks: OptionChecks<GetOptions> = {
  signal: requireSignal,
  range: validatedElsewhere,
  partNumber: requireInteger(1, maxParts),
  versionId: requireNonEmptyString,
  native: requireNativeOptions,
  ifMatch: validatedElsewhere,
  ifNoneMatch: validatedElsewhere,
  ifModifiedSince: validatedElsewhere,
  ifUnmodifiedSince: validatedElsewhere,
};

/** Opens an object for reading. */
export async function getObject(bucket: BucketContext, key: string, options: GetOptions | undefined): Promise<StoredObject> {
  return bucket.run('get', key, options, async () => openObject(bucket, 'get', prepareGet(bucket, key, options)));
}

/** Validates the arguments of a `get`, and builds the driver call. */
export function prepareGet(bucket: BucketContext, key: string, options: GetOptions | undefined): { key: string; call: GetCall } {
  checkKey(key);
  const { signal, range: requestedRange, partNumber, versionId, native, ...rest } = checkOptions(options, getChecks);
  const range = requestedRange === undefined ? undefined : checkRange(requestedRange);
  if (range !== undefined && partNumber !== undefined) throw invalidArgument('`range` and `partNumber` exclude each other');
  const conditions = checkReadConditions(rest);
  bucket.requireCapabilityFor(versionId, 'versioning', '`versionId`');
  bucket.requireCapabilityFor(native, 'native', '`native`');
  return { key, call: { range, partNumber, conditions, versionId, native: copyNative(native), signal } };
}

/** Opens an object within a running call. `operation` is the name of the public method, for the errors of the body. */
export async function openObject(
  bucket: BucketContext,
  operation: string,
  { key, call }: { readonly key: string; readonly call: GetCall },
): Promise<StoredObject> {
  const { info, range, body: driverBody } = await bucket.driver.getObject(key, call);
  const length = range === undefined ? info.size : range.end - range.start;
  const context = { operation, bucket: bucket.name, key };
  const body = new OpenBody(driverBody, length, bucket.lifecycle, call.signal, (error) => toStorageError(error, context));
  return new StoredObject(info, range, body);
}
