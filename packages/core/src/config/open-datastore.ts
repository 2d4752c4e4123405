import type { Datastore } from '../api/datastore.js';
import { isStorageError, messageOf } from '../api/errors.js';
import type { BackendModule, Backends } from './backend-module.js';
import { configError, describeType, invalidSetting, isSettings } from './config-error.js';
import type { Origin } from './config-error.js';
import type { Environment } from './configuration-options.js';
import { schemeOf } from './datastore-url.js';
import { loadBackend, loadBackendOfUrl } from './load-backend.js';
import { optionsFromObject, optionsFromUrl } from './read-options.js';

/** The configuration of one datastore, not checked yet: a URL or an object, and its origin. A class, so that printing it shows no secret. */
export class Setting {
  readonly origin: Origin;
  readonly #value: unknown;

  constructor(value: unknown, origin: Origin) {
    this.#value = value;
    this.origin = origin;
  }

  /** Returns the URL or object. A method, because `util.inspect` may print the values of getters. */
  read(): unknown {
    return this.#value;
  }
}

/** Options of {@link prepareDatastore}. */
export interface PrepareOptions {
  /** @defaultValue process.env */
  readonly env?: Environment | undefined;
  readonly backends?: Backends | undefined;
}

/**
 * Loads the backend of a datastore and checks its options: every step that is asynchronous or may fail because of the configuration.
 * @param name the datastore's name. @defaultValue the backend's short name or module
 * @returns a function that creates a new datastore at each call, without I/O.
 * @throws `ConfigError`
 */
export async function prepareDatastore(
  setting: Setting,
  { env = process.env, backends = {} }: PrepareOptions,
  name?: string,
): Promise<() => Datastore> {
  const { origin } = setting;
  const value = setting.read();
  if (typeof value === 'string') {
    const module = await loadBackendOfUrl(value, backends, origin);
    return factoryOf(module, optionsFromUrl(value, module.optionsSchema, env, origin), name ?? schemeOf(value) ?? '', origin);
  }
  if (!isSettings(value)) throw invalidSetting(origin, 'a URL or an object with "backend"', describeType(value));
  const { backend, ...settings } = value;
  const module = await loadBackend(backend, backends, origin);
  return factoryOf(module, optionsFromObject(settings, module.optionsSchema, env, origin), name ?? String(backend), origin);
}

function factoryOf(module: BackendModule, options: Record<string, unknown>, name: string, origin: Origin): () => Datastore {
  return () => {
    try {
      return module.createDatastore(options, { name });
    } catch (error) {
      // A backend may reject what its schema cannot express; only here is the origin of the setting known.
      if (!isStorageError(error)) throw configError(origin, 'the backend failed to create the datastore', error);
      if (error.code !== 'ConfigError' && error.code !== 'InvalidArgument') throw error;
      throw configError(origin, messageOf(error), error);
    }
  };
}
