import type { PresignPostOptions } from '../api/options.js';
import type { PolicyCondition } from '../driver/optional-drivers.js';
import { invalidArgument } from '../api/errors.js';
import { maxPartSize } from '../rules/etags.js';
import { normaliseHeaders } from '../rules/headers.js';
import { encodeMetadataValue, normaliseMetadata } from '../rules/metadata.js';
import { checkOptions, requireInteger, requireSignal, requireWellFormed, validatedElsewhere } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';
import { requireExpiresIn } from './presign.js';

const defaultExpiresIn = 3600;
/** The limit of one request, as of a part. */
const requireSize = requireInteger(0, maxPartSize);
const postChecks: OptionChecks<PresignPostOptions> = {
  signal: requireSignal,
  key: validatedElsewhere,
  prefix: requireWellFormed,
  minSize: requireSize,
  maxSize: requireSize,
  contentType: validatedElsewhere,
  metadata: validatedElsewhere,
  expiresIn: requireExpiresIn,
};

/** Creates a form that uploads an object. */
export async function presignPost(
  bucket: BucketContext,
  options: PresignPostOptions,
): Promise<{ readonly url: string; readonly fields: Record<string, string> }> {
  return bucket.run('presignPost', options?.key, options, async () => {
    const {
      signal,
      key,
      prefix,
      minSize = 0,
      maxSize = maxPartSize,
      contentType,
      metadata,
      expiresIn = defaultExpiresIn,
    } = checkOptions(options, postChecks);
    if ((key === undefined) === (prefix === undefined)) throw invalidArgument('exactly one of `key` and `prefix` must be given');
    if (minSize > maxSize) throw invalidArgument(`\`minSize\` must not exceed \`maxSize\`, got ${minSize} and ${maxSize}`);
    if (key !== undefined) bucket.checkKey(key);
    const fields: Record<string, string> = { key: key ?? `${prefix}\${filename}` };
    const conditions: PolicyCondition[] = [['content-length-range', minSize, maxSize]];
    if (key === undefined) conditions.push(['starts-with', '$key', prefix ?? '']);
    else conditions.push({ key });
    if (contentType !== undefined) {
      const type = normaliseHeaders({ contentType }).contentType;
      if (type.endsWith('/')) conditions.push(['starts-with', '$Content-Type', type]);
      else {
        fields['Content-Type'] = type;
        conditions.push({ 'Content-Type': type });
      }
    }
    for (const [name, value] of Object.entries(normaliseMetadata(metadata))) {
      const encoded = encodeMetadataValue(value);
      fields[`x-amz-meta-${name}`] = encoded;
      conditions.push({ [`x-amz-meta-${name}`]: encoded });
    }
    return bucket.requirePresigner().presignPost(bucket.name, { expiresIn, conditions, fields, signal });
  });
}
