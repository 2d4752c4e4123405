import type { GetOptions } from '../api/options.js';
import { OpenBody } from '../body/open-body.js';
import { StoredObject } from '../body/stored-object.js';
import { checkReadConditions } from '../rules/conditions.js';
import { checkKey } from '../rules/keys.js';
import { checkRange } from '../rules/ranges.js';
import { toStorageError } from './to-storage-error.js';
import { validatedElsewhere, checkOptions, requireNativeOptions, requireSignal, requireNonEmptyString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { Target } from './target.js';

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

/** `get`: opens an object. */
export async function getObject(target: Target, operation: string, key: string, options: GetOptions | undefined): Promise<StoredObject> {
  return target.run(operation, key, options, async () => {
    checkKey(key);
    const { signal, range: asked, versionId, native, ...rest } = checkOptions(options, getChecks);
    const range = asked === undefined ? undefined : checkRange(asked);
    const conditions = checkReadConditions(rest);
    target.requireFor(versionId, 'versioning', '`versionId`');
    target.requireFor(native, 'native', '`native`');
    const opened = await target.driver.getObject(key, { range, conditions, versionId, native, signal });
    const length = opened.range === undefined ? opened.info.size : opened.range.end - opened.range.start;
    const context = { operation, bucket: target.name, key };
    const body = new OpenBody(opened.body, length, target.lifecycle, signal, (error) => toStorageError(error, context));
    return new StoredObject(opened.info, opened.range, body);
  });
}
