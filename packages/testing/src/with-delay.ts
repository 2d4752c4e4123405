import type { Datastore } from '@anybucket/core';
import { delayed, wrapDatastore } from '@anybucket/core/backend';
import type { DelayOptions } from '@anybucket/core/backend';
import { checkFields, requireCount, requireDuration } from './field-checks.js';
import { trackOperations } from './requests/track-operations.js';

/**
 * Returns a datastore with a random delay before and after each request, and before each chunk of a body. Calls overlap, which brings races to
 * light. The delays follow from the seed.
 *
 * @throws `InvalidArgument` for an invalid option.
 */
export function withDelay<Wrapped extends Datastore>(datastore: Wrapped, options: DelayOptions): Wrapped {
  checkFields<DelayOptions>('the options of `withDelay`', options, { ms: requireDuration, seed: requireCount(0) });
  return trackOperations(wrapDatastore(datastore, (driver) => delayed(driver, options)));
}
