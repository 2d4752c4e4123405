import type { PresignOptions } from '../api/options.js';
import { describeValue, invalidArgument } from '../api/errors.js';
import { normaliseHeaders } from '../rules/headers.js';
import { checkKey } from '../rules/keys.js';
import { validatedElsewhere, checkOptions, requireSignal, requireNonEmptyString, requireInteger } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

// In seconds.
const maxExpiresIn = 7 * 24 * 3600;
const defaultExpiresIn = 3600;
const presignChecks: OptionChecks<PresignOptions> = {
  signal: requireSignal,
  versionId: requireNonEmptyString,
  expiresIn: requireInteger(1, maxExpiresIn),
  contentType: validatedElsewhere,
};

/** Creates a presigned URL. */
export async function presignObject(
  bucket: BucketContext,
  method: 'GET' | 'PUT',
  key: string,
  options: PresignOptions | undefined,
): Promise<string> {
  return bucket.run('presign', key, options, async () => {
    if (method !== 'GET' && method !== 'PUT') throw invalidArgument(`\`method\` must be 'GET' or 'PUT', not ${describeValue(method)}`);
    checkKey(key);
    const { signal, versionId, expiresIn = defaultExpiresIn, contentType } = checkOptions(options, presignChecks);
    if (contentType !== undefined && method === 'GET') throw invalidArgument('`contentType` requires the method PUT');
    const presigner = bucket.requirePresigner();
    bucket.requireCapabilityFor(versionId, 'versioning', '`versionId`');
    const type = contentType === undefined ? undefined : normaliseHeaders({ contentType }).contentType;
    return presigner.presign(method, bucket.name, key, { expiresIn, versionId, contentType: type, signal });
  });
}
