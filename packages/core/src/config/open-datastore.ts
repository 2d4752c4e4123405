import type { Datastore } from '../api/datastore.js';
import { isStorageError, messageOf } from '../api/errors.js';
import type { BackendModule, Backends } from './backend-module.js';
import { configError, isSettings, kindOf, wrongSetting } from './config-error.js';
import type { Origin } from './config-error.js';
import { schemeOf } from './datastore-url.js';
import { loadBackend, loadBackendOfUrl } from './load-backend.js';
import { optionsFromObject, optionsFromUrl } from './read-options.js';
import type { Environment } from './environment.js';
import type { Setting } from './setting.js';

/** What opening a datastore takes besides its setting. */
export interface OpenContext {
  readonly env?: Environment | undefined;
  readonly backends?: Backends | undefined;
}

/**
 * Loads the backend of a datastore and checks its options: every step that is asynchronous or may fail because of the configuration.
 * @param name the datastore's name. @defaultValue the backend's short name or module
 * @returns a function that creates the datastore without I/O, a new one at each call.
 * @throws `ConfigError`
 */
export async function prepareDatastore(
  setting: Setting,
  { env = process.env, backends = {} }: OpenContext,
  name?: string,
): Promise<() => Datastore> {
  const { origin } = setting;
  const value = setting.read();
  if (typeof value === 'string') {
    const scheme = schemeOf(value);
    const backend = await loadBackendOfUrl(value, backends, origin);
    return maker(backend, optionsFromUrl(value, backend.optionsSchema, env, origin), name ?? scheme ?? '', origin);
  }
  if (!isSettings(value)) throw wrongSetting(origin, 'a URL or an object with "backend"', kindOf(value));
  const { backend: kind, ...settings } = value;
  const backend = await loadBackend(kind, backends, origin);
  return maker(backend, optionsFromObject(settings, backend.optionsSchema, env, origin), name ?? String(kind), origin);
}

function maker(backend: BackendModule, options: Record<string, unknown>, name: string, origin: Origin): () => Datastore {
  return () => {
    try {
      return backend.createDatastore(options, { name });
    } catch (error) {
      // A backend may find what its schema can't say; it doesn't know where the setting is written.
      if (!isStorageError(error)) throw configError(origin, 'the backend could not make the datastore', error);
      if (error.code !== 'ConfigError' && error.code !== 'InvalidArgument') throw error;
      throw configError(origin, messageOf(error), error);
    }
  };
}
