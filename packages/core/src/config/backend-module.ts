import type { Datastore } from '../api/datastore.js';
import type { OptionsSchema } from './options-schema.js';

/** What a factory of a backend is told besides its options. */
export interface BackendContext {
  /** The datastore's name in the configuration; becomes `Datastore.name`. */
  readonly name: string;
}

/** What a module must export to be named as a `backend`: the package or path of a module, imported on demand. */
export interface BackendModule {
  /**
   * Makes a datastore, without I/O.
   * @param options checked against {@link optionsSchema}: of the right types, paths absolute. Defaults are the backend's.
   */
  createDatastore(options: Record<string, unknown>, context: BackendContext): Datastore;
  readonly optionsSchema: OptionsSchema;
}
