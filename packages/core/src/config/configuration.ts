import { dirname, join, resolve } from 'node:path';
import { configError, isSettings, kindOf, shown, within, wrongSetting } from './config-error.js';
import type { Origin } from './config-error.js';
import { findConfigFile } from './config-file.js';
import type { ConfigFile } from './config-file.js';
import type { ConfigurationOptions } from './connect.js';
import { isDatastoreName } from './datastore-path.js';
import type { Environment } from './environment.js';
import { Setting } from './setting.js';

/** The name of the default datastore where the configuration names none. */
export const fallbackName = 'data_store';

const variableName = /^ANYBUCKET_([A-Z0-9_]+)$/;

/** Which datastores there are, and how each is configured: the environment over the file, and where there is neither the embedded default. */
export class Configuration {
  /** The name of the default datastore. */
  readonly defaultName: string;
  readonly #settings: ReadonlyMap<string, Setting>;
  readonly #cwd: string;
  readonly #env: Environment;
  /** In words, for errors. */
  readonly #searched: string;
  readonly #empty: boolean;

  constructor(file: ConfigFile | undefined, cwd: string, env: Environment) {
    const fromFile = file === undefined ? undefined : readFile(file);
    const fromEnvironment = readEnvironment(env, cwd);
    this.#settings = new Map([...(fromFile?.settings ?? []), ...fromEnvironment]);
    this.#cwd = cwd;
    this.#env = env;
    this.#searched = `${file?.path ?? `no configuration file in ${cwd} or above`} and ANYBUCKET_* variables`;
    this.#empty = file === undefined && fromEnvironment.size === 0;
    this.defaultName = fromFile?.defaultName ?? fallbackName;
    if (fromFile?.defaultName !== undefined && !this.#settings.has(this.defaultName)) {
      throw wrongSetting(within(fromFile.origin, 'default'), `one of ${this.#known()}`, shown(this.defaultName));
    }
  }

  /** The names that are configured; the default's alone where nothing is. */
  names(): string[] {
    return this.#empty ? [this.defaultName] : [...this.#settings.keys()];
  }

  /**
   * How a datastore is configured.
   * @throws `ConfigError` for a name that isn't configured, and in production where nothing is.
   */
  setting(name: string): Setting {
    const setting = this.#settings.get(name);
    if (setting !== undefined) return setting;
    const searched = { source: this.#searched, path: '', folder: this.#cwd };
    if (!this.#empty) throw wrongSetting(searched, `one of the configured datastores (${this.#known()})`, `the name ${shown(name)}`);
    const variable = `ANYBUCKET_${name.toUpperCase()}`;
    if (this.#env['NODE_ENV'] === 'production') {
      // A forgotten setting must not write to a local disk in silence.
      throw configError(
        searched,
        `with NODE_ENV=production, expected the datastore ${shown(name)} to be configured (${variable}=minio://...), found nothing`,
      );
    }
    const origin = { source: `embedded default (set ${variable} or write anybucket.config.json for another)`, path: '', folder: this.#cwd };
    return new Setting({ backend: 'fs', root: join(this.#cwd, '.anybucket', name) }, origin);
  }

  #known(): string {
    return [...this.#settings.keys()].join(', ') || 'none';
  }
}

/**
 * Finds and reads the configuration.
 * @throws `ConfigError` for what is wrong with it as a whole; a datastore's own settings are checked when it is opened.
 */
export async function readConfiguration({ cwd, env = process.env }: ConfigurationOptions): Promise<Configuration> {
  const folder = resolve(cwd ?? process.cwd());
  return new Configuration(await findConfigFile(folder), folder, env);
}

function readFile({ path, content }: ConfigFile): { origin: Origin; defaultName: string | undefined; settings: Map<string, Setting> } {
  const origin = { source: path, path: path.endsWith('package.json') ? 'anybucket' : '', folder: dirname(path) };
  if (!isSettings(content)) throw wrongSetting(origin, 'an object with "datastores"', kindOf(content));
  const { default: defaultName, datastores, ...others } = content;
  for (const name of Object.keys(others)) throw wrongSetting(within(origin, name), '"default" and "datastores"', 'an unknown setting');
  if (defaultName !== undefined && typeof defaultName !== 'string')
    throw wrongSetting(within(origin, 'default'), "a datastore's name", shown(defaultName));
  const place = within(origin, 'datastores');
  if (!isSettings(datastores)) throw wrongSetting(place, 'an object of datastores by name', kindOf(datastores));
  const settings = new Map<string, Setting>();
  for (const [name, value] of Object.entries(datastores)) {
    if (!isDatastoreName(name)) throw wrongSetting(within(place, name), 'a name of a-z, 0-9 and _', 'another');
    settings.set(name, new Setting(value, within(place, name)));
  }
  return { origin, defaultName, settings };
}

/** `ANYBUCKET_DATA_STORE=minio://...` configures `data_store`. An empty variable counts as not set. */
function readEnvironment(env: Environment, cwd: string): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [variable, value] of Object.entries(env)) {
    const name = variableName.exec(variable)?.[1]?.toLowerCase();
    if (name === undefined || value === undefined || value === '') continue;
    settings.set(name, new Setting(value, { source: `environment variable ${variable}`, path: '', folder: cwd }));
  }
  return settings;
}
