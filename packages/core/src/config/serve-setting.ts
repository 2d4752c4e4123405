import type { Datastore } from '../api/datastore.js';
import { isStorageError, messageOf } from '../api/errors.js';
import { importPackage, rethrow } from '../driver/import-package.js';
import { childOrigin, configError, describeType, invalidSetting, isSettings } from './config-error.js';
import type { Origin } from './config-error.js';
import { isMissingPackage } from './import-module.js';
import { importFromApplication } from './load-backend.js';
import type { BackgroundServer } from './server-package.d.ts';

const packageName = '@anybucket/s3-server';

interface ServerModule {
  serveInBackground(datastore: Datastore, options: Record<string, unknown>): BackgroundServer;
}

/** The datastores whose server may not listen yet. */
const starting = new WeakMap<Datastore, Promise<void>>();

/**
 * Loads the server that the setting `serve` of a datastore asks for.
 *
 * @returns a function that creates a datastore and starts its server, without waiting until it listens ({@link untilServing}).
 * @throws `ConfigError` if the package is not installed, or the setting is not an object.
 */
export async function withServer(create: () => Datastore, serve: unknown, origin: Origin): Promise<() => Datastore> {
  const serveOrigin = childOrigin(origin, 'serve');
  if (!isSettings(serve)) throw invalidSetting(serveOrigin, 'an object such as { "port": 9100 }', describeType(serve));
  const server = await importServer(serveOrigin);
  return () => {
    const created = create();
    try {
      const { datastore, listening } = server.serveInBackground(created, serve);
      const started = listening.catch((error: unknown) => {
        throw configError(serveOrigin, `the server cannot listen: ${describeFailure(error)}`, error);
      });
      // Reported by `untilServing`; a datastore of a container may be used without it.
      started.catch(() => {});
      starting.set(datastore, started);
      return datastore;
    } catch (error) {
      void created.close();
      throw isStorageError(error) ? configError(serveOrigin, messageOf(error), error) : error;
    }
  };
}

/** Waits until the server of a datastore listens. Closes the datastore if it cannot. @throws `ConfigError` */
export async function untilServing(datastore: Datastore): Promise<Datastore> {
  const started = starting.get(datastore);
  if (started === undefined) return datastore;
  try {
    await started;
  } catch (error) {
    await datastore.close();
    throw error;
  }
  return datastore;
}

async function importServer(origin: Origin): Promise<ServerModule> {
  const module = (await importLiteral()) ?? (await importFromApplication(packageName, origin));
  if (module === undefined) {
    throw configError(origin, `the package ${packageName} is not installed; install it with: npm install ${packageName}`);
  }
  return module as ServerModule;
}

/** A literal specifier within `try`: bundlers include the package if it is installed, and do not require it otherwise. */
async function importLiteral(): Promise<unknown> {
  try {
    return await importPackage(
      packageName,
      async () => {
        try {
          return await import('@anybucket/s3-server');
        } catch (error) {
          return rethrow(error);
        }
      },
      import.meta.url,
    );
  } catch (error) {
    if (isMissingPackage(packageName, error)) return undefined;
    throw error;
  }
}

function describeFailure(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'the port is in use';
  return error instanceof Error ? error.message : String(error);
}
