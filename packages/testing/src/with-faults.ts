import type { Datastore } from '@anybucket/core';
import { checkFaults } from './faults/fault.js';
import type { Fault } from './faults/fault.js';
import { FaultPlan } from './faults/fault-plan.js';
import type { Faults } from './faults/fault-plan.js';
import { checkFields, requireCount } from './field-checks.js';
import { interceptRequests } from './requests/intercept.js';
import { afterDispose, beforeClose, withMembers } from './requests/track-operations.js';
import type { CloseHooks } from './requests/track-operations.js';

/** Options of {@link withFaults}. */
export interface FaultOptions {
  /** The seed of faults with a `probability` or `corrupt`: the same seed and calls produce the same faults. @defaultValue 1 */
  readonly seed?: number | undefined;
}

/**
 * Returns a datastore some of whose requests fail, break off, stall or are slow. A failure has the fields that the backend for S3 reports, and
 * leaves the same state behind.
 *
 *     const store = withFaults(new MemoryDatastore(), [{ operation: 'put', nth: 2, error: 'SlowDown' }]);
 *
 * The result has the faults as `faults`. `store.faults.verify()` fails if one of them did not occur; `await using store` and `using faults`
 * verify it at the end of the scope.
 *
 * @throws `InvalidArgument` for an unknown operation, error code or field, and for fields that contradict each other.
 */
export function withFaults<Wrapped extends Datastore>(
  datastore: Wrapped,
  faults: readonly Fault[],
  options: FaultOptions = {},
): Wrapped & { readonly faults: Faults } {
  checkFaults(faults);
  checkFields<FaultOptions>('the options of `withFaults`', options, { seed: requireCount(0) });
  const plan = new FaultPlan(faults, options.seed ?? 1);
  const hooks: CloseHooks = datastore as CloseHooks;
  const wrapped = withMembers(datastore, {
    faults: plan,
    [beforeClose]: () => {
      plan.release();
      hooks[beforeClose]?.();
    },
    [afterDispose]: () => {
      plan.verify();
      hooks[afterDispose]?.();
    },
  });
  return interceptRequests(wrapped, (request) => plan.hooksFor(request));
}
