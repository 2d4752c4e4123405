import type { Capabilities, TraitCapability } from '../api/capabilities.js';
import type { ContractContext, RequiredCapability, Requirement } from './contract-context.js';
import { Fixture } from './fixture.js';

/** One behaviour that every backend must have, and the code that checks it. */
export interface ContractCase {
  /** A stable, unique id, such as `list/byte-order`. */
  readonly id: string;
  /** The case is skipped unless all of these are met. */
  readonly requires: readonly Requirement[];
  /** The case asserts less if one of these is false. */
  readonly traits: readonly TraitCapability[];
  /**
   * Returns the first requirement that is not met, or undefined if the case applies.
   * @param canOpen whether the context has `open`; false by default.
   */
  readonly unmetRequirement: (capabilities: Capabilities, canOpen?: boolean) => Requirement | undefined;
  /**
   * Creates buckets of its own, checks the behaviour, and removes the buckets, even if the check fails.
   * @returns the unmet requirement if the case was skipped; undefined if it passed.
   * @throws `AssertionError` if the datastore behaves differently, or any error of the datastore that the case does not expect.
   */
  readonly run: (context: ContractContext) => Promise<Requirement | undefined>;
}

/** The dependencies of a case; none by default. */
export interface CaseOptions {
  readonly requires?: readonly Requirement[];
  readonly traits?: readonly TraitCapability[];
}

/** Creates a case from a function that throws if the datastore behaves differently. */
export function contractCase(
  id: string,
  check: (fixture: Fixture) => Promise<void>,
  { requires = [], traits = [] }: CaseOptions = {},
): ContractCase {
  const unmetRequirement: ContractCase['unmetRequirement'] = (capabilities, canOpen = false) =>
    requires.find((requirement) => !isMet(requirement, capabilities, canOpen));
  return {
    id,
    requires,
    traits,
    unmetRequirement,
    run: async (context) => {
      const unmet = unmetRequirement(context.datastore.capabilities, context.open !== undefined);
      if (unmet !== undefined) return unmet;
      const fixture = await Fixture.create(context);
      try {
        await check(fixture);
      } catch (error) {
        // The failure of the case matters more than a failure to clean up after it.
        await fixture.cleanUp().catch(() => {});
        throw error;
      }
      await fixture.cleanUp();
      return undefined;
    },
  };
}

function isMet(requirement: Requirement, capabilities: Capabilities, canOpen: boolean): boolean {
  if (requirement === 'open') return canOpen;
  return requirement.startsWith('not ')
    ? !capabilities[requirement.slice('not '.length) as RequiredCapability]
    : capabilities[requirement as RequiredCapability];
}
