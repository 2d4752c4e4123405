import type { SettingsOf } from './backend-settings.js';

/** The content of a configuration file. @typeParam Backends the backend of each datastore, by the datastore's name. */
export interface AnybucketConfig<Backends extends object = Readonly<Record<string, string>>> {
  /** The URL or path of the JSON schema, for editors: `./node_modules/@anybucket/core/config.schema.json`. */
  readonly $schema?: string | undefined;
  /** The name of the default datastore. @defaultValue 'data_store' */
  readonly default?: string | undefined;
  /** Each datastore by its name (of a-z, 0-9 and _): a URL, or an object with `backend` and its settings. */
  readonly datastores: {
    readonly [Name in keyof Backends]: string | ({ readonly backend: Backends[Name] & string } & SettingsOf<Backends[Name] & string>);
  };
}

/** Returns a configuration unchanged, with its type checked: for the default export of `anybucket.config.ts` or `.js`. */
export function defineConfig<const Backends extends object>(config: AnybucketConfig<Backends>): AnybucketConfig;
export function defineConfig(config: AnybucketConfig): AnybucketConfig {
  return config;
}
