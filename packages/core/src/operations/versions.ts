import type { CallOptions, ListVersionsOptions } from '../api/options.js';
import type { ObjectVersion, VersioningState } from '../api/object-info.js';
import { describeValue, invalidArgument } from '../api/errors.js';
import { checkOptions, requireSignal, requireString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

const listChecks: OptionChecks<ListVersionsOptions> = { signal: requireSignal, prefix: requireString };
const callChecks: OptionChecks<CallOptions> = { signal: requireSignal };

/** Lists versions and delete markers. */
export async function listVersions(bucket: BucketContext, options: ListVersionsOptions | undefined): Promise<ObjectVersion[]> {
  return bucket.run('listVersions', undefined, options, async () => {
    const { signal, prefix = '' } = checkOptions(options, listChecks);
    return bucket.requireVersions().listVersions(bucket.name, { prefix, signal });
  });
}

/** Enables or suspends versioning. */
export async function setVersioning(
  bucket: BucketContext,
  state: 'enabled' | 'suspended',
  options: CallOptions | undefined,
): Promise<void> {
  return bucket.run('setVersioning', undefined, options, async () => {
    if (state !== 'enabled' && state !== 'suspended')
      throw invalidArgument(`\`state\` must be 'enabled' or 'suspended', not ${describeValue(state)}`);
    const { signal } = checkOptions(options, callChecks);
    await bucket.requireVersions().setVersioning(bucket.name, state, { signal });
  });
}

/** Returns the versioning state of the bucket. */
export async function getVersioning(bucket: BucketContext, options: CallOptions | undefined): Promise<VersioningState> {
  return bucket.run('versioning', undefined, options, async () => {
    const { signal } = checkOptions(options, callChecks);
    return bucket.requireVersions().getVersioning(bucket.name, { signal });
  });
}
