import type { PresignOptions } from '../api/options.js';
import { invalidArgument } from '../api/errors.js';
import { normaliseHeaders } from '../rules/headers.js';
import { checkKey } from '../rules/keys.js';
import { validatedElsewhere, checkOptions, requireSignal, requireNonEmptyString, requireInteger } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { Target } from './target.js';

const maxSeconds = 7 * 24 * 3600;
const defaultSeconds = 3600;
const presignChecks: OptionChecks<PresignOptions> = {
  signal: requireSignal,
  versionId: requireNonEmptyString,
  expiresIn: requireInteger(1, maxSeconds),
  contentType: validatedElsewhere,
};

/** `presign`. */
export async function presignObject(
  target: Target,
  method: 'GET' | 'PUT',
  key: string,
  options: PresignOptions | undefined,
): Promise<string> {
  return target.run('presign', key, options, async () => {
    if (method !== 'GET' && method !== 'PUT') throw invalidArgument("`method` must be 'GET' or 'PUT'");
    checkKey(key);
    const { signal, versionId, expiresIn = defaultSeconds, contentType } = checkOptions(options, presignChecks);
    if (contentType !== undefined && method === 'GET') throw invalidArgument('`contentType` goes with PUT');
    const presigner = target.requirePresigner();
    target.requireFor(versionId, 'versioning', '`versionId`');
    const type = contentType === undefined ? undefined : normaliseHeaders({ contentType }).contentType;
    return presigner.presign(method, target.name, key, { expiresIn, versionId, contentType: type, signal });
  });
}
