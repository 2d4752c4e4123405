import type { Datastore } from '../api/datastore.js';
import { invalidArgument } from '../api/errors.js';
import type { OptionsSchema } from './options-schema.js';

/** What a backend's factory receives besides the options. */
export interface BackendContext {
  /** The datastore's name in the configuration; becomes `Datastore.name`. */
  readonly name: string;
}

/** The exports required of a module that a configuration names as `backend`. */
export interface BackendModule {
  /**
   * Creates a datastore, without I/O.
   * @param options checked against {@link optionsSchema}: of the right types, paths absolute. Defaults are up to the backend.
   */
  createDatastore(options: Record<string, unknown>, context: BackendContext): Datastore;
  readonly optionsSchema: OptionsSchema;
}

/**
 * Backends by the name that a configuration uses for them, which is also the scheme of their URLs: each a module
 * (`import * as fs from '@anybucket/backend-fs'`) or a function that returns one, called when the backend is first needed.
 */
export type Backends = Readonly<Record<string, BackendModule | (() => BackendModule | PromiseLike<BackendModule>)>>;

/** Checks an option of this type. @throws `InvalidArgument` */
export function requireBackends(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidArgument(`\`${name}\` must be an object of backends`);
  for (const [key, backend] of Object.entries(value)) {
    const isObject = typeof backend === 'object' && backend !== null;
    if (!isObject && typeof backend !== 'function')
      throw invalidArgument(`\`${name}.${key}\` must be a backend module or a function that returns one`);
  }
}
