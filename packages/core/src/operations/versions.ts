import type { CallOptions, ListVersionsOptions } from '../api/options.js';
import type { ObjectVersion, VersioningState } from '../api/object-info.js';
import { invalidArgument } from '../api/errors.js';
import { checkOptions, requireSignal, requireString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { Target } from './target.js';

const listChecks: OptionChecks<ListVersionsOptions> = { signal: requireSignal, prefix: requireString };
const callChecks: OptionChecks<CallOptions> = { signal: requireSignal };

/** `listVersions`. */
export async function listVersions(target: Target, options: ListVersionsOptions | undefined): Promise<ObjectVersion[]> {
  return target.run('listVersions', undefined, options, async () => {
    const { signal, prefix = '' } = checkOptions(options, listChecks);
    return target.requireVersions().listVersions(target.name, { prefix, signal });
  });
}

/** `setVersioning`. */
export async function setVersioning(target: Target, state: 'enabled' | 'suspended', options: CallOptions | undefined): Promise<void> {
  return target.run('setVersioning', undefined, options, async () => {
    if (state !== 'enabled' && state !== 'suspended') throw invalidArgument("the state must be 'enabled' or 'suspended'");
    const { signal } = checkOptions(options, callChecks);
    await target.requireVersions().setVersioning(target.name, state, { signal });
  });
}

/** `versioning`. */
export async function getVersioning(target: Target, options: CallOptions | undefined): Promise<VersioningState> {
  return target.run('versioning', undefined, options, async () => {
    const { signal } = checkOptions(options, callChecks);
    return target.requireVersions().getVersioning(target.name, { signal });
  });
}
