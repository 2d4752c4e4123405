import type { Datastore } from '../api/datastore.js';
import { onClose } from '../operations/lifecycle.js';

/** A datastore that is created on first use, shared until it is closed, and then created again. */
export class SharedDatastore {
  readonly #create: () => Datastore;
  readonly #open: Set<Datastore>;
  #current: Datastore | undefined;
  #closed = false;

  /** @param open receives the datastore while it is open, so that all can be closed together. */
  constructor(create: () => Datastore, open: Set<Datastore>) {
    this.#create = create;
    this.#open = open;
  }

  /** Whether the datastore was created and has been closed since. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Returns the open datastore, created if there is none. */
  get(): Datastore {
    if (this.#current !== undefined) return this.#current;
    const datastore = this.#create();
    this.#current = datastore;
    this.#closed = false;
    this.#open.add(datastore);
    onClose(datastore, () => {
      this.#open.delete(datastore);
      this.#current = undefined;
      this.#closed = true;
    });
    return datastore;
  }
}

/** The datastores of one container; tsyringe has no place to keep them. */
export interface ContainerState {
  /** The datastores that were created for the container and are not closed. */
  readonly open: Set<Datastore>;
  /** The datastores that `connect` added, by name. */
  readonly connected: Map<string, SharedDatastore>;
  /** The datastores that `connect` is adding, by name: concurrent calls wait for the same one. */
  readonly connecting: Map<string, Promise<SharedDatastore>>;
}

/** The states of all containers, and the one for calls without a container. */
interface ContainerStates {
  readonly byContainer: WeakMap<object, ContainerState>;
  readonly withoutContainer: ContainerState;
}

// Global, so that the ESM and the CommonJS build of this package share datastores. The number changes with the shape of the value.
const registryKey = Symbol.for('anybucket.containerStates.1');
const shared = globalThis as { [registryKey]?: ContainerStates };
const states = (shared[registryKey] ??= { byContainer: new WeakMap(), withoutContainer: newState() });

function newState(): ContainerState {
  return { open: new Set(), connected: new Map(), connecting: new Map() };
}

/** Returns the state of a container, not including its parents, or the state for calls without a container. */
export function stateOf(container: object | undefined): ContainerState {
  if (container === undefined) return states.withoutContainer;
  const existing = states.byContainer.get(container);
  if (existing !== undefined) return existing;
  const state = newState();
  states.byContainer.set(container, state);
  return state;
}
