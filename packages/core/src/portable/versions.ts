import type { ListVersionsOptions } from '../bucket-options.js';
import type { ObjectVersion, VersioningState } from '../object-info.js';
import type { CallOptions } from '../datastore.js';
import { invalidArgument } from '../errors.js';
import { checkOptions, isSignal, isString } from './options.js';
import type { OptionChecks } from './options.js';
import { requirePrimitive } from './presign.js';
import type { Target } from './target.js';

const listChecks: OptionChecks<ListVersionsOptions> = { signal: isSignal, prefix: isString };
const callChecks: OptionChecks<CallOptions> = { signal: isSignal };

/** `listVersions`. */
export async function listVersions(target: Target, options: ListVersionsOptions | undefined): Promise<ObjectVersion[]> {
  return target.run('listVersions', undefined, options, async () => {
    const { signal, prefix = '' } = checkOptions(options, listChecks);
    target.require('versioning', 'versions');
    return requirePrimitive(await target.driver.listVersions?.({ prefix, signal }), 'listVersions');
  });
}

/** `setVersioning`. */
export async function setVersioning(target: Target, state: 'enabled' | 'suspended', options: CallOptions | undefined): Promise<void> {
  return target.run('setVersioning', undefined, options, async () => {
    if (state !== 'enabled' && state !== 'suspended') throw invalidArgument("the state must be 'enabled' or 'suspended'");
    const { signal } = checkOptions(options, callChecks);
    target.require('versioning', 'versions');
    await target.driver.setVersioning?.(state, { signal });
  });
}

/** `versioning`. */
export async function getVersioning(target: Target, options: CallOptions | undefined): Promise<VersioningState> {
  return target.run('versioning', undefined, options, async () => {
    const { signal } = checkOptions(options, callChecks);
    target.require('versioning', 'versions');
    return requirePrimitive(await target.driver.getVersioning?.({ signal }), 'getVersioning');
  });
}
