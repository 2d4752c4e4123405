import { dirname, resolve } from 'node:path';
import { cut } from '../api/errors.js';
import { childOrigin, describeType, formatValue, invalidSetting, isSettings } from './config-error.js';
import type { Origin } from './config-error.js';
import { findConfigFile } from './config-file.js';
import type { ConfigFile } from './config-file.js';
import type { ConfigurationOptions } from './configuration-options.js';
import type { Environment } from './environment.js';
import { isDatastoreName } from './datastore-path.js';
import { embeddedDefault } from './embedded-default.js';
import { expandVariables } from './expand-variables.js';
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
    const fromFile = file === undefined ? undefined : readFileSettings(file, env);
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
   * @throws `ConfigError` for a name that is not configured; when nothing is configured, as {@link embeddedDefault}.
   */
  setting(name: string): Setting {
    const setting = this.#settings.get(name);
    if (setting !== undefined) return setting;
    const origin = { source: this.#sources, path: '', folder: this.#cwd };
    if (!this.#empty)
      throw invalidSetting(origin, `one of the configured datastores (${this.#configuredNames()})`, `the name ${formatValue(name)}`);
    return embeddedDefault(name, this.#cwd, this.#env, this.#sources);
  }

  #configuredNames(): string {
    return cut([...this.#settings.keys()].join(', ')) || 'none';
  }
}

/**
 * Finds and reads the configuration.
 * @param name the only datastore that is needed: if a variable configures it, the configuration file is neither searched, read nor run.
 * @throws `ConfigError` for an invalid file; the settings of each datastore are checked when it is opened.
 */
export async function readConfiguration({ cwd, env = process.env }: ConfigurationOptions, name?: string): Promise<Configuration> {
  const folder = resolve(cwd ?? process.cwd());
  const needsFile = name === undefined || !readEnvironmentSettings(env, folder).has(name);
  return new Configuration(needsFile ? await findConfigFile(folder) : undefined, folder, env);
}

function readFileSettings(
  { path, content, isModule }: ConfigFile,
  env: Environment,
): {
  origin: Origin;
  defaultName: string | undefined;
  settings: Map<string, Setting>;
} {
  const origin = { source: path, path: path.endsWith('package.json') ? 'anybucket' : '', folder: dirname(path) };
  if (!isSettings(content)) throw invalidSetting(origin, 'an object with "datastores"', describeType(content));
  const { $schema: _schema, default: givenDefault, datastores, ...unknown } = content;
  for (const name of Object.keys(unknown))
    throw invalidSetting(childOrigin(origin, name), '"default" and "datastores"', 'an unknown setting');
  const defaultName = isModule ? givenDefault : expandVariables(givenDefault, env, childOrigin(origin, 'default'));
  if (defaultName !== undefined && typeof defaultName !== 'string')
    throw invalidSetting(childOrigin(origin, 'default'), 'the name of a datastore', formatValue(defaultName));
  const datastoresOrigin = childOrigin(origin, 'datastores');
  if (!isSettings(datastores)) throw invalidSetting(datastoresOrigin, 'an object of datastores by name', describeType(datastores));
  const settings = new Map<string, Setting>();
  for (const [name, value] of Object.entries(datastores)) {
    if (!isDatastoreName(name)) throw invalidSetting(childOrigin(datastoresOrigin, name), 'a name of a-z, 0-9 and _', 'other characters');
    const settingOrigin = childOrigin(datastoresOrigin, name);
    // Expanded on use: a variable need not be set for a datastore that is not opened.
    settings.set(name, new Setting(() => (isModule ? value : expandVariables(value, env, settingOrigin)), settingOrigin));
  }
  return { origin, defaultName, settings };
}

/** Reads the variables `ANYBUCKET_<NAME>`: `ANYBUCKET_DATA_STORE` configures `data_store`. An empty variable counts as not set. */
function readEnvironmentSettings(env: Environment, cwd: string): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [variable, value] of Object.entries(env)) {
    const name = variableName.exec(variable)?.[1]?.toLowerCase();
    if (name === undefined || value === undefined || value === '') continue;
    settings.set(name, new Setting(() => value, { source: `environment variable ${variable}`, path: '', folder: cwd }));
  }
  return settings;
}
