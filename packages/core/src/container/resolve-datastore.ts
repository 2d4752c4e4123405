import type { DependencyContainer } from 'tsyringe';
import type { Datastore } from '../api/datastore.js';
import { readConfiguration } from '../config/configuration.js';
import type { ConfigurationOptions } from '../config/configuration-options.js';
import { isMissingPackage } from '../config/import-module.js';
import { prepareDatastore } from '../config/open-datastore.js';
import { untilServing } from '../config/serve-setting.js';
import { importPackage, rethrow } from '../driver/import-package.js';
import type { ContainerLike } from './container-like.js';
import { SharedDatastore, stateOf } from './container-state.js';
import { DATASTORE, DEFAULT_NAME, datastoreToken } from './tokens.js';

/**
 * Resolves a datastore: one that is registered in the container, otherwise one from the configuration. Without a container, registrations in
 * tsyringe's global container count too, but nothing is registered there.
 */
export async function resolveDatastore(
  name: string,
  givenContainer: ContainerLike | undefined,
  options: ConfigurationOptions,
): Promise<Datastore> {
  const token = datastoreToken(name);
  const given = givenContainer as DependencyContainer | undefined;
  const visible = given ?? (await importGlobalContainer());
  // A registration of the default datastore alone, as in a test, replaces it for its name too.
  if (visible?.isRegistered(DATASTORE, true) === true && name === (await defaultNameOf(visible, options, name)))
    return visible.resolve(DATASTORE);

  const container = given ?? (visible?.isRegistered(token, true) === true ? visible : undefined);
  const existing = stateOf(container).connected.get(name);
  if (container === undefined)
    return untilServing((existing?.closed === false ? existing : await connectOnce(name, undefined, options)).get());
  if (!container.isRegistered(token, true) || existing?.closed === true) await connectOnce(name, container, options);
  return untilServing(container.resolve(token));
}

/** Imports tsyringe's global container. @returns undefined when tsyringe is not installed. */
async function importGlobalContainer(): Promise<DependencyContainer | undefined> {
  try {
    // tsyringe throws when it is loaded without this polyfill, or another.
    if (!('getMetadata' in Reflect))
      await importPackage(
        'reflect-metadata',
        async () => {
          try {
            return await import('reflect-metadata');
          } catch (error) {
            return rethrow(error);
          }
        },
        import.meta.url,
      );
    return (
      await importPackage(
        'tsyringe',
        async () => {
          try {
            return await import('tsyringe');
          } catch (error) {
            return rethrow(error);
          }
        },
        import.meta.url,
      )
    ).container;
  } catch (error) {
    if (isMissingPackage('tsyringe', error) || isMissingPackage('reflect-metadata', error)) return undefined;
    throw error;
  }
}

async function defaultNameOf(container: DependencyContainer, options: ConfigurationOptions, name: string): Promise<string> {
  if (container.isRegistered(DEFAULT_NAME, true)) return container.resolve(DEFAULT_NAME);
  return (await readConfiguration(options, name)).defaultName;
}

/** Adds a datastore as the configuration defines it now. Concurrent calls share one addition. */
function connectOnce(name: string, container: DependencyContainer | undefined, options: ConfigurationOptions): Promise<SharedDatastore> {
  const { open, connected, connecting } = stateOf(container);
  const add = async (): Promise<SharedDatastore> => {
    const setting = (await readConfiguration(options, name)).setting(name);
    const datastore = new SharedDatastore(await prepareDatastore(setting, options, name), open);
    connected.set(name, datastore);
    const token = datastoreToken(name);
    // Once only: tsyringe keeps every registration for ever, and the factory takes the latest.
    if (container?.isRegistered(token) === false) container.register(token, { useFactory: () => (connected.get(name) ?? datastore).get() });
    return datastore;
  };
  const pending = connecting.get(name) ?? add().finally(() => connecting.delete(name));
  connecting.set(name, pending);
  return pending;
}
