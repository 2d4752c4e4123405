import type { Bucket, Datastore } from '../api/datastore.js';
import type { CallOptions } from '../api/options.js';
import { toStorageError } from '../operations/to-storage-error.js';
import { checkOptions, requireSignal, requireNonEmptyString } from '../operations/check-options.js';
import { requireContainer } from '../container/container-like.js';
import type { ContainerLike } from '../container/container-like.js';
import { requireBackends } from './backend-module.js';
import type { Backends } from './backend-module.js';
import { parseDatastorePath } from './datastore-path.js';
import { requireEnvironment } from './environment.js';
import type { Environment } from './environment.js';

/** Where to find the configuration of datastores. What is open is shared, and not looked for again. */
export interface ConfigurationOptions extends CallOptions {
  /** The folder from which a configuration file is searched upwards. @defaultValue process.cwd() */
  readonly cwd?: string | undefined;
  /** Environment variables: `ANYBUCKET_*`, `NODE_ENV`, and those with credentials. @defaultValue process.env */
  readonly env?: Environment | undefined;
  /** Backends by name, used instead of importing them, such as `{ fs }` after `import * as fs from '@anybucket/backend-fs'`. */
  readonly backends?: Backends | undefined;
}

/** Options of {@link connect}. */
export interface ConnectOptions extends ConfigurationOptions {
  /** Resolves from this container: what is registered there comes before the configuration. @defaultValue one of `connect`'s own, below tsyringe's `container` */
  readonly container?: ContainerLike | undefined;
}

/** What {@link connect} gives for a path: a `Bucket` when it is known to hold a `/`, a `Datastore` when it is known not to, else either. */
export type Connected<Path extends string> = Path extends `${string}/${string}`
  ? Bucket
  : // A path that is only known as `string` or as a pattern may hold a `/` or not.
    {} extends Record<Path, unknown>
    ? Datastore | Bucket
    : Datastore;

/**
 * Opens a datastore by its name in the configuration, or takes one of its buckets. No request is sent. One datastore is shared by all calls
 * with its name (and container); closing it lets the next call open it anew.
 * @param path `name`, or `name/bucket`.
 * @throws `ConfigError` (a name that isn't configured, or what is wrong with its configuration), `InvalidBucketName`, `InvalidArgument`.
 */
export async function connect<const Path extends string>(path: Path, options?: ConnectOptions): Promise<Connected<Path>>;
export async function connect(path: string, options?: ConnectOptions): Promise<Datastore | Bucket> {
  try {
    const { signal, ...sources } = checkOptions(options, {
      container: requireContainer,
      cwd: requireNonEmptyString,
      env: requireEnvironment,
      backends: requireBackends,
      signal: requireSignal,
    });
    signal?.throwIfAborted();
    const { name, bucket } = parseDatastorePath(path);
    // On demand: this loads tsyringe, and then only what the configuration names.
    const [{ resolveDatastore }, { untilAborted }] = await Promise.all([
      import('../container/resolve-datastore.js'),
      import('./until-aborted.js'),
    ]);
    const datastore = await untilAborted(signal, () => resolveDatastore(name, sources));
    return bucket === undefined ? datastore : datastore.bucket(bucket);
  } catch (error) {
    throw options?.signal?.aborted === true ? options.signal.reason : toStorageError(error, { operation: 'connect' });
  }
}
