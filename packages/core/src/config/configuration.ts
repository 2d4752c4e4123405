import { dirname, join, resolve } from 'node:path';
import { childOrigin, configError, describeType, formatValue, invalidSetting, isSettings } from './config-error.js';
import type { Origin } from './config-error.js';
import { findConfigFile } from './config-file.js';
import type { ConfigFile } from './config-file.js';
import type { ConfigurationOptions, Environment } from './configuration-options.js';
import { isDatastoreName } from './datastore-path.js';
import { Setting } from './open-datastore.js';

/** The name of the default datastore, unless the configuration sets another. */
export const fallbackName = 'data_store';

const variableName = /^ANYBUCKET_([A-Z0-9_]+)$/;

/** The settings of all datastores: the environment overrides the file; without either, the embedded default applies. */
export class Configuration {
  /** The name of the default datastore. */
  readonly defaultName: string;
  readonly #settings: ReadonlyMap<string, Setting>;
  readonly #cwd: string;
  readonly #env: Environment;
  /** A description of the sources, for errors. */
  readonly #sources: string;
  readonly #empty: boolean;

  constructor(file: ConfigFile | undefined, cwd: string, env: Environment) {
    const fromFile = file === undefined ? undefined : readFileSettings(file);
    const fromEnvironment = readEnvironmentSettings(env, cwd);
    this.#settings = new Map([...(fromFile?.settings ?? []), ...fromEnvironment]);
    this.#cwd = cwd;
    this.#env = env;
    this.#sources = `${file?.path ?? `no configuration file in ${cwd} or above`} and ANYBUCKET_* variables`;
    this.#empty = file === undefined && fromEnvironment.size === 0;
    this.defaultName = fromFile?.defaultName ?? fallbackName;
    if (fromFile?.defaultName !== undefined && !this.#settings.has(this.defaultName)) {
      throw invalidSetting(childOrigin(fromFile.origin, 'default'), `one of ${this.#configuredNames()}`, formatValue(this.defaultName));
    }
  }

  /** Returns the configured names; only the default name when nothing is configured. */
  names(): string[] {
    return this.#empty ? [this.defaultName] : [...this.#settings.keys()];
  }

  /**
   * Returns the setting of a datastore.
   * @throws `ConfigError` for a name that is not configured; in production for every name when nothing is configured.
   */
  setting(name: string): Setting {
    const setting = this.#settings.get(name);
    if (setting !== undefined) return setting;
    const origin = { source: this.#sources, path: '', folder: this.#cwd };
    if (!this.#empty)
      throw invalidSetting(origin, `one of the configured datastores (${this.#configuredNames()})`, `the name ${formatValue(name)}`);
    const variable = `ANYBUCKET_${name.toUpperCase()}`;
    if (this.#env['NODE_ENV'] === 'production') {
      // A forgotten setting must not silently write to a local disk.
      throw configError(
        origin,
        `with NODE_ENV=production, expected the datastore ${formatValue(name)} to be configured (${variable}=minio://...), found no configuration`,
      );
    }
    const embedded = {
      source: `embedded default (set ${variable} or create anybucket.config.json to replace it)`,
      path: '',
      folder: this.#cwd,
    };
    return new Setting({ backend: 'fs', root: join(this.#cwd, '.anybucket', name) }, embedded);
  }

  #configuredNames(): string {
    return [...this.#settings.keys()].join(', ') || 'none';
  }
}

/**
 * Finds and reads the configuration.
 * @throws `ConfigError` for an invalid file; the settings of each datastore are checked when it is opened.
 */
export async function readConfiguration({ cwd, env = process.env }: ConfigurationOptions): Promise<Configuration> {
  const folder = resolve(cwd ?? process.cwd());
  return new Configuration(await findConfigFile(folder), folder, env);
}

function readFileSettings({ path, content }: ConfigFile): {
  origin: Origin;
  defaultName: string | undefined;
  settings: Map<string, Setting>;
} {
  const origin = { source: path, path: path.endsWith('package.json') ? 'anybucket' : '', folder: dirname(path) };
  if (!isSettings(content)) throw invalidSetting(origin, 'an object with "datastores"', describeType(content));
  const { $schema: _schema, default: defaultName, datastores, ...unknown } = content;
  for (const name of Object.keys(unknown))
    throw invalidSetting(childOrigin(origin, name), '"default" and "datastores"', 'an unknown setting');
  if (defaultName !== undefined && typeof defaultName !== 'string')
    throw invalidSetting(childOrigin(origin, 'default'), 'the name of a datastore', formatValue(defaultName));
  const datastoresOrigin = childOrigin(origin, 'datastores');
  if (!isSettings(datastores)) throw invalidSetting(datastoresOrigin, 'an object of datastores by name', describeType(datastores));
  const settings = new Map<string, Setting>();
  for (const [name, value] of Object.entries(datastores)) {
    if (!isDatastoreName(name)) throw invalidSetting(childOrigin(datastoresOrigin, name), 'a name of a-z, 0-9 and _', 'other characters');
    settings.set(name, new Setting(value, childOrigin(datastoresOrigin, name)));
  }
  return { origin, defaultName, settings };
}

/** Reads the variables `ANYBUCKET_<NAME>`: `ANYBUCKET_DATA_STORE` configures `data_store`. An empty variable counts as not set. */
function readEnvironmentSettings(env: Environment, cwd: string): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [variable, value] of Object.entries(env)) {
    const name = variableName.exec(variable)?.[1]?.toLowerCase();
    if (name === undefined || value === undefined || value === '') continue;
    settings.set(name, new Setting(value, { source: `environment variable ${variable}`, path: '', folder: cwd }));
  }
  return settings;
}
