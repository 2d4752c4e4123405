import type { Capabilities, OperationCapability, TraitCapability } from '../api/capabilities.js';
import type { Datastore } from '../api/datastore.js';
import { Scratch } from './scratch.js';
import type { Fixture } from './scratch.js';

/** What a case asks for: an operation, the lack of one, or a way to open datastores that it may close. */
export type Need = OperationCapability | `not ${OperationCapability}` | 'open';

/** What a case is run against. */
export interface ContractContext {
  /** May hold other buckets, and may be used by others at the same time. */
  readonly datastore: Datastore;
  /**
   * Opens one more datastore of the same kind, for cases that close one: over the same storage where the backend is persistent.
   * Without it these cases are skipped.
   */
  readonly open?: (() => Datastore | Promise<Datastore>) | undefined;
}

/** One promise of the library, as a program that checks it. */
export interface ContractCase {
  /** Stable: `list/byte-order`. */
  readonly id: string;
  /** All must be met, or the case is skipped. */
  readonly needs: readonly Need[];
  /** Where one of these is false, the case asserts less. */
  readonly traits: readonly TraitCapability[];
  /**
   * Tells whether the case applies.
   * @param canOpen whether the context has `open`.
   * @returns the first need that is not met; undefined when the case is to be run.
   */
  readonly skip: (capabilities: Capabilities, canOpen?: boolean) => Need | undefined;
  /**
   * Makes buckets of its own, checks the promise, and removes them, also on failure.
   * @returns the need for which it was skipped; undefined when it ran and passed.
   * @throws `AssertionError` when the promise is broken, or whatever the datastore threw unasked.
   */
  readonly run: (context: ContractContext) => Promise<Need | undefined>;
}

/** What a case depends on; nothing by default. */
interface CaseOptions {
  readonly needs?: readonly Need[];
  readonly traits?: readonly TraitCapability[];
}

/** Makes a case of a function that throws when the promise is broken. */
export function contractCase(
  id: string,
  check: (fixture: Fixture) => Promise<void>,
  { needs = [], traits = [] }: CaseOptions = {},
): ContractCase {
  const skip: ContractCase['skip'] = (capabilities, canOpen = false) => needs.find((need) => !isMet(need, capabilities, canOpen));
  return {
    id,
    needs,
    traits,
    skip,
    run: async (context) => {
      const unmet = skip(context.datastore.capabilities, context.open !== undefined);
      if (unmet !== undefined) return unmet;
      const scratch = await Scratch.begin(context);
      try {
        await check(scratch);
      } catch (error) {
        // The case's own failure says more than one of clearing up behind it.
        await scratch.end().catch(() => {});
        throw error;
      }
      await scratch.end();
      return undefined;
    },
  };
}

function isMet(need: Need, capabilities: Capabilities, canOpen: boolean): boolean {
  if (need === 'open') return canOpen;
  return need.startsWith('not ')
    ? !capabilities[need.slice('not '.length) as OperationCapability]
    : capabilities[need as OperationCapability];
}
