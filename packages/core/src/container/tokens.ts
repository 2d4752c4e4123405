import type { InjectionToken } from 'tsyringe';
import type { Datastore } from '../api/datastore.js';
import { checkDatastoreName } from '../config/datastore-path.js';

// `Symbol.for`, so that several copies of this package mean the same.

/** Resolves to the default datastore. */
export const DATASTORE = Symbol.for('anybucket.datastore') as InjectionToken<Datastore>;

/** Resolves to the name of the default datastore, where a configuration was registered. */
export const DEFAULT_NAME = Symbol.for('anybucket.default-name') as InjectionToken<string>;

/**
 * The token of a datastore by its name in the configuration.
 * @returns the same token for the same name.
 * @throws `ConfigError` for a name that no datastore can have.
 */
export function datastoreToken(name: string): InjectionToken<Datastore> {
  checkDatastoreName(name);
  return Symbol.for(`anybucket.datastore.${name}`);
}
