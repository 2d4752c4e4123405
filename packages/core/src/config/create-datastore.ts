import type { Datastore } from '../api/datastore.js';
import { invalidArgument } from '../api/errors.js';
import { checkOptions, requireNonEmptyString } from '../operations/check-options.js';
import { toStorageError } from '../operations/to-storage-error.js';
import type { Backends } from './backend-module.js';
import { importOnDemand } from '../driver/import-package.js';
import type { CommonSettings, SettingsOf } from './backend-settings.js';
import { configurationChecks } from './configuration-options.js';
import type { Environment } from './environment.js';

/** Options of {@link createDatastore}. */
export interface CreateDatastoreOptions {
  /** Becomes `Datastore.name`. @defaultValue the backend's name */
  readonly name?: string | undefined;
  /** The folder from which relative paths and backend modules are resolved. @defaultValue process.cwd() */
  readonly cwd?: string | undefined;
  /** Environment variables: some backends read credentials from them. @defaultValue process.env */
  readonly env?: Environment | undefined;
  /** Backends by name, used instead of importing them, such as `{ fs }` after `import * as fs from '@anybucket/backend-fs'`. */
  readonly backends?: Backends | undefined;
}

const { cwd, env, backends } = configurationChecks;

/**
 * Creates a datastore without a configuration file. Imports the backend; performs no other I/O.
 * @param config a URL (`memory:`, `fs:./data`, `minio://host:9000`) or an object: `{ backend: 'fs', root: './data' }`.
 * @returns a new datastore, which the caller must close.
 * @throws `ConfigError` that names the invalid setting, or the package to install; `InvalidArgument` for an invalid or unknown option of this
 *   call.
 */
export async function createDatastore<const Backend extends string>(
  config: string | ({ readonly backend: Backend } & CommonSettings & SettingsOf<Backend>),
  options?: CreateDatastoreOptions,
): Promise<Datastore> {
  try {
    const { name, ...sources } = checkOptions(options, { name: requireNonEmptyString, cwd, env, backends });
    if (typeof config !== 'string' && (typeof config !== 'object' || config === null))
      throw invalidArgument('the configuration must be a URL or an object');
    // Loaded on demand, like the backend: applications that use a backend's class directly load neither.
    const { Setting, prepareDatastore, untilServing } = await importOnDemand('open-datastore', () => import('./open-datastore.js'));
    const origin = { source: 'the configuration given', path: '', folder: sources.cwd ?? process.cwd() };
    return await untilServing((await prepareDatastore(new Setting(() => config, origin), sources, name))());
  } catch (error) {
    throw toStorageError(error, { operation: 'createDatastore' });
  }
}
