import type { Datastore } from '../api/datastore.js';
import { readConfiguration } from '../config/configuration.js';
import type { ConnectOptions } from '../config/connect.js';
import { stateOf } from './container-state.js';
import { prepareDatastore } from '../config/open-datastore.js';
import { SharedDatastore } from './shared-datastore.js';
import { DATASTORE, DEFAULT_NAME, datastoreToken } from './tokens.js';
import { container as globalContainer } from './tsyringe.js';
import type { DependencyContainer } from './tsyringe.js';

/** Below the global container: what a user registers there is seen here, and nothing of ours is seen there. */
let ownContainer: DependencyContainer | undefined;

/** Resolves a datastore from a container, after the configuration was registered there if nothing else was. */
export async function resolveDatastore(name: string, options: ConnectOptions): Promise<Datastore> {
  const users = options.container === undefined ? globalContainer : (options.container as DependencyContainer);
  // Someone who registers only the default datastore, as a test does, means it by its name too.
  if (users.isRegistered(DATASTORE, true) && name === (await defaultNameOf(users, options))) return users.resolve(DATASTORE);

  const token = datastoreToken(name);
  const usesOwn = options.container === undefined && !globalContainer.isRegistered(token, true);
  const container = usesOwn ? (ownContainer ??= globalContainer.createChildContainer()) : users;
  if (!container.isRegistered(token, true) || stateOf(container).connected.get(name)?.closed === true)
    await register(container, name, options);
  return container.resolve(token);
}

async function defaultNameOf(container: DependencyContainer, options: ConnectOptions): Promise<string> {
  if (container.isRegistered(DEFAULT_NAME, true)) return container.resolve(DEFAULT_NAME);
  return (await readConfiguration(options)).defaultName;
}

/** Registers a datastore as the configuration has it now. Calls at the same moment share one registration. */
function register(container: DependencyContainer, name: string, options: ConnectOptions): Promise<void> {
  const { made, connected, opening } = stateOf(container);
  const load = async (): Promise<void> => {
    const setting = (await readConfiguration(options)).setting(name);
    const shared = new SharedDatastore(await prepareDatastore(setting, options.env ?? process.env, name), made);
    connected.set(name, shared);
    const token = datastoreToken(name);
    // Once: the factory finds the newest by itself, and tsyringe keeps every registration for ever.
    if (!container.isRegistered(token)) container.register(token, { useFactory: () => (connected.get(name) ?? shared).get() });
  };
  const begun = opening.get(name) ?? load().finally(() => opening.delete(name));
  opening.set(name, begun);
  return begun;
}
