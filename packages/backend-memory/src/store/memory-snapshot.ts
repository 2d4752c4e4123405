import { StorageError } from '@anybucket/core/backend';
import type { FrozenBucket } from './store.js';

/** The contents of a `MemoryDatastore` at one time. It never changes, and may be restored repeatedly, in any `MemoryDatastore`. */
export interface MemorySnapshot {
  /** The names of the buckets. */
  readonly buckets: readonly string[];
}

type State = ReadonlyMap<string, FrozenBucket>;

const states = new WeakMap<MemorySnapshot, State>();

/** Creates the public form of a state. */
export function createSnapshot(state: State): MemorySnapshot {
  const snapshot = { buckets: [...state.keys()] };
  states.set(snapshot, state);
  return snapshot;
}

/** Returns the state of a snapshot. @throws `InvalidArgument` for any other value */
export function stateOf(snapshot: MemorySnapshot): State {
  const state = states.get(snapshot);
  if (state === undefined)
    throw new StorageError({ code: 'InvalidArgument', operation: 'restore', message: 'the argument must be the result of `snapshot`' });
  return state;
}
