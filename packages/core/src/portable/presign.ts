import type { PresignOptions } from '../bucket-options.js';
import { invalidArgument } from '../errors.js';
import { normaliseHeaders } from '../semantics/headers.js';
import { checkKey } from '../semantics/keys.js';
import { anything, checkOptions, isSignal, isText, isWhole } from './options.js';
import type { OptionChecks } from './options.js';
import type { Target } from './target.js';

const maxSeconds = 7 * 24 * 3600;
const defaultSeconds = 3600;
const presignChecks: OptionChecks<PresignOptions> = {
  signal: isSignal,
  versionId: isText,
  expiresIn: isWhole(1, maxSeconds),
  contentType: anything,
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
    target.require('presign', 'presigned URLs');
    target.requireFor(versionId, 'versioning', '`versionId`');
    const type = contentType === undefined ? undefined : normaliseHeaders({ contentType }).contentType;
    return requirePrimitive(await target.driver.presign?.(method, key, { expiresIn, versionId, contentType: type, signal }), 'presign');
  });
}

/** A driver that declares a capability has its primitives. */
export function requirePrimitive<T>(result: T | undefined, primitive: string): T {
  if (result === undefined) throw new TypeError(`the driver declares the capability but has no ${primitive}`);
  return result;
}
