import type { Datastore } from '../api/datastore.js';
import type { SharedDatastore } from './shared-datastore.js';

/** What this library keeps beside a container, since tsyringe has no place for it. */
export interface ContainerState {
  /** What the container's factories made and nobody has closed. */
  readonly made: Set<Datastore>;
  /** What `connect` registered, by name. */
  readonly connected: Map<string, SharedDatastore>;
  /** What `connect` is opening, by name: calls at the same moment wait for the same. */
  readonly opening: Map<string, Promise<void>>;
}

const states = new WeakMap<object, ContainerState>();

/** The state of one container, not of its parents. */
export function stateOf(container: object): ContainerState {
  const known = states.get(container);
  if (known !== undefined) return known;
  const state: ContainerState = { made: new Set(), connected: new Map(), opening: new Map() };
  states.set(container, state);
  return state;
}
