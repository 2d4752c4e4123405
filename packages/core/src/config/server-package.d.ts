// Stands in for the types of `@anybucket/s3-server` (see `paths` in tsconfig.json): that package depends on this one, and is built after it.
import type { Datastore } from '../api/datastore.js';

/** A server that was started without waiting until it listens. */
export interface BackgroundServer {
  readonly datastore: Datastore;
  /** Resolves when the server listens. */
  readonly listening: Promise<void>;
}

export declare function serveInBackground(datastore: Datastore, options: Record<string, unknown>): BackgroundServer;
