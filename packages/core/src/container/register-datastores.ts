import { toStorageError } from '../operations/to-storage-error.js';
import { checkOptions, requireSignal, requireNonEmptyString } from '../operations/check-options.js';
import { readConfiguration } from '../config/configuration.js';
import type { ConfigurationOptions } from '../config/connect.js';
import { requireContainer } from './container-like.js';
import { stateOf } from './container-state.js';
import { requireEnvironment } from '../config/environment.js';
import { prepareDatastore } from '../config/open-datastore.js';
import { SharedDatastore } from './shared-datastore.js';
import { DATASTORE, DEFAULT_NAME, datastoreToken } from './tokens.js';
import type { DependencyContainer } from './tsyringe.js';
import { untilAborted } from '../config/until-aborted.js';

/**
 * Registers every configured datastore: reads the configuration, imports the backends it names, checks all options. Resolving is synchronous
 * afterwards, and makes a datastore on first use. All or nothing is registered.
 * @param container registrations here beat earlier ones; later ones beat these.
 * @throws `ConfigError`, `InvalidArgument` for a wrong or unknown option of this call.
 */
export async function registerDatastores(container: DependencyContainer, options?: ConfigurationOptions): Promise<void> {
  try {
    const { signal, ...sources } = checkOptions(options, { cwd: requireNonEmptyString, env: requireEnvironment, signal: requireSignal });
    signal?.throwIfAborted();
    requireContainer(container, 'container');
    const { made } = stateOf(container);
    const loaded = await untilAborted(signal, async () => {
      const configuration = await readConfiguration(sources);
      const datastores = new Map<string, SharedDatastore>();
      for (const name of configuration.names()) {
        const make = await prepareDatastore(configuration.setting(name), sources.env ?? process.env, name);
        datastores.set(name, new SharedDatastore(make, made));
      }
      return { datastores, defaultName: configuration.defaultName };
    });
    for (const [name, shared] of loaded.datastores) container.register(datastoreToken(name), { useFactory: () => shared.get() });
    container.register(DEFAULT_NAME, { useValue: loaded.defaultName });
    if (loaded.datastores.has(loaded.defaultName)) container.register(DATASTORE, { useToken: datastoreToken(loaded.defaultName) });
  } catch (error) {
    throw options?.signal?.aborted === true ? options.signal.reason : toStorageError(error, { operation: 'registerDatastores' });
  }
}
