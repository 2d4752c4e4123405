import type { Datastore } from '../api/datastore.js';
import { isStorageError, messageOf } from '../api/errors.js';
import type { BackendContext, BackendModule, Backends } from './backend-module.js';
import { configError, describeType, invalidSetting, isSettings } from './config-error.js';
import type { Origin } from './config-error.js';
import type { Environment } from './environment.js';
import { schemeOf } from './datastore-url.js';
import { loadBackend, loadBackendOfUrl } from './load-backend.js';
import { optionsFromObject, optionsFromUrl } from './read-options.js';
import { withServer } from './serve-setting.js';

/** The configuration of one datastore, not checked yet: a URL or an object, and its origin. A class, so that printing it shows no secret. */
export class Setting {
  readonly origin: Origin;
  readonly #read: () => unknown;
  readonly #prepareFolder: () => void;

  /**
   * @param read returns the URL or object; may throw `ConfigError`.
   * @param prepareFolder called before each datastore that is created from the setting.
   */
  constructor(read: () => unknown, origin: Origin, prepareFolder: () => void = () => {}) {
    this.#read = read;
    this.origin = origin;
    this.#prepareFolder = prepareFolder;
  }

  /** Returns the URL or object. A method, because `util.inspect` may print the values of getters. @throws `ConfigError` */
  read(): unknown {
    return this.#read();
  }

  /** Prepares the folder of a datastore that is about to be created, where the configuration chose the folder itself. */
  prepareFolder(): void {
    this.#prepareFolder();
  }
}

export { untilServing } from './serve-setting.js';

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
    const backend = schemeOf(value) ?? '';
    const options = optionsFromUrl(value, module.optionsSchema, env, origin);
    return factoryOf(module, options, { name: name ?? backend, backend, env }, setting);
  }
  if (!isSettings(value)) throw invalidSetting(origin, 'a URL or an object with "backend"', describeType(value));
  if (!('backend' in value)) rejectYamlUrl(value, origin);
  const { backend, serve, ...settings } = value;
  const module = await loadBackend(backend, backends, origin);
  const options = optionsFromObject(settings, module.optionsSchema, env, origin);
  const create = factoryOf(module, options, { name: name ?? String(backend), backend: String(backend), env }, setting);
  return serve === undefined ? create : withServer(create, serve, origin);
}

/** Rejects the object that YAML makes of `data_store: memory:`, with a hint. */
function rejectYamlUrl(value: Record<string, unknown>, origin: Origin): void {
  const [[name, content] = ['', undefined], ...others] = Object.entries(value);
  if (content !== null || others.length > 0) return;
  // Only a known name is quoted: what precedes the colon may be a key.
  const url = name === 'memory' || name === 'fs' || name === 'minio' ? `"${name}:"` : 'the URL';
  throw invalidSetting(origin, 'a URL or an object with "backend"', `an object with one empty setting; in YAML write ${url} with quotes`);
}

function factoryOf(module: BackendModule, options: Record<string, unknown>, context: BackendContext, setting: Setting): () => Datastore {
  const { origin } = setting;
  return () => {
    setting.prepareFolder();
    try {
      return module.createDatastore(options, context);
    } catch (error) {
      // A backend may reject what its schema cannot express; only here is the origin of the setting known.
      if (!isStorageError(error)) throw configError(origin, 'the backend failed to create the datastore', error);
      if (error.code !== 'ConfigError' && error.code !== 'InvalidArgument') throw error;
      throw configError(origin, messageOf(error), error);
    }
  };
}
