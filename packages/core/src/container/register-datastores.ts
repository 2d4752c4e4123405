import type { DependencyContainer } from 'tsyringe';
import { StorageError, isStorageError } from '../api/errors.js';
import { readConfiguration } from '../config/configuration.js';
import { configurationChecks } from '../config/configuration-options.js';
import type { ConfigurationOptions } from '../config/configuration-options.js';
import { untilAborted } from '../config/connect.js';
import { prepareDatastore } from '../config/open-datastore.js';
import { checkOptions } from '../operations/check-options.js';
import { toStorageError } from '../operations/to-storage-error.js';
import { requireContainer } from './container-like.js';
import { SharedDatastore, stateOf } from './container-state.js';
import { DATASTORE, DEFAULT_NAME, datastoreToken } from './tokens.js';

/**
 * Registers every configured datastore: reads the configuration, loads the backends that it names, and checks all options. Resolving is
 * synchronous afterwards, and creates a datastore on first use. When it throws, nothing has been registered.
 * @param container these registrations replace earlier ones of the same tokens; later ones replace these.
 * @throws `ConfigError`; `InvalidArgument` for a wrong or unknown option of this call.
 */
export async function registerDatastores(container: DependencyContainer, options?: ConfigurationOptions): Promise<void> {
  try {
    const { signal, ...sources } = checkOptions(options, configurationChecks);
    signal?.throwIfAborted();
    requireContainer(container, 'container');
    const { open } = stateOf(container);
    const { datastores, defaultName } = await untilAborted(signal, async () => {
      const configuration = await readConfiguration(sources);
      const prepared = new Map<string, SharedDatastore>();
      for (const name of configuration.names()) {
        prepared.set(name, new SharedDatastore(await prepareDatastore(configuration.setting(name), sources, name), open));
      }
      return { datastores: prepared, defaultName: configuration.defaultName };
    });
    for (const [name, datastore] of datastores) container.register(datastoreToken(name), { useFactory: () => datastore.get() });
    container.register(DEFAULT_NAME, { useValue: defaultName });
    if (datastores.has(defaultName)) container.register(DATASTORE, { useToken: datastoreToken(defaultName) });
  } catch (error) {
    throw options?.signal?.aborted === true ? options.signal.reason : toStorageError(error, { operation: 'registerDatastores' });
  }
}

/**
 * Closes the datastores that were created for a container from its configuration, but none that were registered as values. A failure does not
 * keep the others from being closed. Resolving creates new datastores afterwards.
 * @throws `InvalidArgument` when `container` is not a container; otherwise the code of the first failure (`InternalError` for an unknown
 *   one), with all failures as `cause`.
 */
export async function disposeDatastores(container: DependencyContainer): Promise<void> {
  try {
    requireContainer(container, 'container');
  } catch (error) {
    throw toStorageError(error, { operation: 'disposeDatastores' });
  }
  const results = await Promise.allSettled([...stateOf(container).open].map((datastore) => datastore.close()));
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason);
  if (failures.length === 0) return;
  const [first] = failures;
  throw new StorageError({
    code: isStorageError(first) ? first.code : 'InternalError',
    operation: 'disposeDatastores',
    message: `${failures.length} of ${results.length} datastores could not be closed`,
    cause: new AggregateError(failures),
  });
}
