import type { Datastore } from '@anybucket/core';
import { extendDriver, wrapDatastore } from '@anybucket/core/backend';
import type { Presigner } from '@anybucket/core/backend';
import { checkServeOptions } from '../options.js';
import type { Credentials } from '../auth/credentials.js';
import type { ServeOptions } from '../options.js';
import { start } from './serve.js';

/** Options of a configuration: a key pair may be given by itself. */
export type BackgroundServeOptions = ServeOptions & Partial<Pick<Credentials, 'accessKey' | 'secretKey'>>;

/** A server that was started without waiting until it listens. */
export interface BackgroundServer {
  /** The datastore that is served, with presigned URLs that point at the server. Closing it closes the server as well. */
  readonly datastore: Datastore;
  /** Resolves when the server listens; rejects if it cannot. */
  readonly listening: Promise<void>;
}

/**
 * Starts a server for a datastore of a configuration (the setting `serve`).
 *
 * @throws `InvalidArgument` for an invalid option, or a datastore that is not based on `PortableDatastore`.
 */
export function serveInBackground(datastore: Datastore, { accessKey, secretKey, ...rest }: BackgroundServeOptions): BackgroundServer {
  const pair = accessKey === undefined && secretKey === undefined ? undefined : { accessKey: accessKey ?? '', secretKey: secretKey ?? '' };
  const options: ServeOptions = pair === undefined ? rest : { ...rest, credentials: pair };
  checkServeOptions(options);
  const started = start(datastore, options);
  // Reported by `listening`, and by each use of a presigned URL.
  started.catch(() => {});
  const presigner: Presigner = {
    presign: async (...call) => (await started).presigner.presign(...call),
    presignPost: async (...call) => (await started).presigner.presignPost(...call),
  };
  const served = wrapDatastore(datastore, (driver) =>
    extendDriver(driver, {
      presigner,
      close: async () => {
        const [outcome] = await Promise.allSettled([started]);
        if (outcome.status === 'fulfilled') await outcome.value.server.close();
        await driver.close();
      },
    }),
  );
  return { datastore: served, listening: ended(started) };
}

async function ended(started: Promise<unknown>): Promise<void> {
  await started;
}
