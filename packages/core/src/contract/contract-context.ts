import type { OperationCapability } from '../api/capabilities.js';
import type { Datastore } from '../api/datastore.js';

/** A capability that decides which cases apply: an operation, or the rules for keys. */
export type RequiredCapability = OperationCapability | 'anyKeys';

/** A condition for running a case: a capability, the absence of one, or a context that can open more datastores. */
export type Requirement = RequiredCapability | `not ${RequiredCapability}` | 'open';

/** The datastore that a case runs against. */
export interface ContractContext {
  /** May contain other buckets, and may be in use by other cases at the same time. */
  readonly datastore: Datastore;
  /**
   * Opens one more datastore of the same kind, over the same storage if the backend is persistent. Cases may close it.
   * Cases that require it are skipped when it is absent.
   */
  readonly open?: (() => Datastore | Promise<Datastore>) | undefined;
}
