import type { Datastore } from '../api/datastore.js';
import { invalidArgument } from '../api/errors.js';
import { toStorageError } from '../operations/to-storage-error.js';
import { checkOptions, requireNonEmptyString } from '../operations/check-options.js';
import { requireBackends } from './backend-module.js';
import type { Backends } from './backend-module.js';
import { requireEnvironment } from './environment.js';
import type { Environment } from './environment.js';

/** A datastore's configuration as an object: the backend, and its options beside it. */
export interface DatastoreConfig {
  /** `memory`, `fs`, `minio`, or the package or path of a module with the same exports. */
  readonly backend: string;
  readonly [option: string]: unknown;
}

/** Options of {@link createDatastore}. */
export interface CreateDatastoreOptions {
  /** Becomes `Datastore.name`. @defaultValue the backend's name */
  readonly name?: string | undefined;
  /** From where relative paths and backend modules are resolved. @defaultValue process.cwd() */
  readonly cwd?: string | undefined;
  /** Environment variables: some backends take credentials from there. @defaultValue process.env */
  readonly env?: Environment | undefined;
  /** Backends by name, used instead of importing them, such as `{ fs }` after `import * as fs from '@anybucket/backend-fs'`. */
  readonly backends?: Backends | undefined;
}

/**
 * Makes a datastore without a configuration file. Imports the backend; no other I/O.
 * @param config a URL (`memory:`, `fs:./data`, `minio://host:9000`) or an object.
 * @returns a new datastore, which is the caller's to close.
 * @throws `ConfigError` that names the wrong setting, or says what to install; `InvalidArgument` for a wrong or unknown option of this call.
 */
export async function createDatastore(config: string | DatastoreConfig, options?: CreateDatastoreOptions): Promise<Datastore> {
  try {
    const {
      name,
      cwd = process.cwd(),
      ...context
    } = checkOptions(options, {
      name: requireNonEmptyString,
      cwd: requireNonEmptyString,
      env: requireEnvironment,
      backends: requireBackends,
    });
    if (typeof config !== 'string' && (typeof config !== 'object' || config === null))
      throw invalidArgument('the configuration must be a URL or an object');
    // Loaded on demand, as the backend: those who import a backend only pay for neither.
    const [{ prepareDatastore }, { Setting }] = await Promise.all([import('./open-datastore.js'), import('./setting.js')]);
    const make = await prepareDatastore(new Setting(config, { source: 'the configuration given', path: '', folder: cwd }), context, name);
    return make();
  } catch (error) {
    throw toStorageError(error, { operation: 'createDatastore' });
  }
}
