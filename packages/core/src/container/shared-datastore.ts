import type { Datastore } from '../api/datastore.js';
import { onClose } from '../operations/lifecycle.js';

/** One datastore of a container: made on first use, shared until it is closed, then made anew. */
export class SharedDatastore {
  readonly #make: () => Datastore;
  readonly #made: Set<Datastore>;
  #current: Datastore | undefined;
  #closed = false;

  /** @param made where what is open is noted, to be closed together. */
  constructor(make: () => Datastore, made: Set<Datastore>) {
    this.#make = make;
    this.#made = made;
  }

  /** True when it was made, and closed since. */
  get closed(): boolean {
    return this.#closed;
  }

  /** The open datastore; makes it when there is none. */
  get(): Datastore {
    if (this.#current !== undefined) return this.#current;
    const datastore = this.#make();
    this.#current = datastore;
    this.#closed = false;
    this.#made.add(datastore);
    onClose(datastore, () => {
      this.#made.delete(datastore);
      this.#current = undefined;
      this.#closed = true;
    });
    return datastore;
  }
}
