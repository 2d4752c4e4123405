import type { GetOptions } from '../api/options.js';
import { OpenBody } from '../body/open-body.js';
import { StoredObject } from '../body/stored-object.js';
import { checkReadConditions } from '../rules/conditions.js';
import { checkKey } from '../rules/keys.js';
import { checkRange } from '../rules/ranges.js';
import { toStorageError } from './to-storage-error.js';
import { validatedElsewhere, checkOptions, requireNativeOptions, requireSignal, requireNonEmptyString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

export const getChecks: OptionChecks<GetOptions> = {
  signal: requireSignal,
  range: validatedElsewhere,
  versionId: requireNonEmptyString,
  native: requireNativeOptions,
  ifMatch: validatedElsewhere,
  ifNoneMatch: validatedElsewhere,
  ifModifiedSince: validatedElsewhere,
  ifUnmodifiedSince: validatedElsewhere,
};

/** Opens an object for reading. `operation` is the name of the public method, for error messages. */
export async function getObject(
  bucket: BucketContext,
  operation: string,
  key: string,
  options: GetOptions | undefined,
): Promise<StoredObject> {
  return bucket.run(operation, key, options, async () => {
    checkKey(key);
    const { signal, range: requestedRange, versionId, native, ...rest } = checkOptions(options, getChecks);
    const range = requestedRange === undefined ? undefined : checkRange(requestedRange);
    const conditions = checkReadConditions(rest);
    bucket.requireCapabilityFor(versionId, 'versioning', '`versionId`');
    bucket.requireCapabilityFor(native, 'native', '`native`');
    const opened = await bucket.driver.getObject(key, { range, conditions, versionId, native, signal });
    const length = opened.range === undefined ? opened.info.size : opened.range.end - opened.range.start;
    const context = { operation, bucket: bucket.name, key };
    const body = new OpenBody(opened.body, length, bucket.lifecycle, signal, (error) => toStorageError(error, context));
    return new StoredObject(opened.info, opened.range, body);
  });
}
