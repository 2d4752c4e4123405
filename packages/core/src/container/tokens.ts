import type { InjectionToken } from 'tsyringe';
import type { Datastore } from '../api/datastore.js';
import { checkDatastoreName } from '../config/datastore-path.js';

// `Symbol.for`, so that several copies of this package have the same tokens.

/** Resolves to the default datastore. */
export const DATASTORE = Symbol.for('anybucket.datastore') as InjectionToken<Datastore>;

/** Resolves to the name of the default datastore, after {@link registerDatastores}. */
export const DEFAULT_NAME = Symbol.for('anybucket.default-name') as InjectionToken<string>;

/**
 * Returns the token of a datastore by its name in the configuration, the same token for the same name.
 * @throws `ConfigError` for an invalid name.
 */
export function datastoreToken(name: string): InjectionToken<Datastore> {
  checkDatastoreName(name);
  return Symbol.for(`anybucket.datastore.${name}`);
}
