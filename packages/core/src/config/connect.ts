import type { Bucket, Datastore } from '../api/datastore.js';
import { invalidArgument } from '../api/errors.js';
import { Interrupter } from '../body/interrupter.js';
import { requireContainer } from '../container/container-like.js';
import type { ContainerLike } from '../container/container-like.js';
import { importOnDemand } from '../driver/import-package.js';
import { checkOptions } from '../operations/check-options.js';
import { toStorageError } from '../operations/to-storage-error.js';
import { configurationChecks } from './configuration-options.js';
import type { ConfigurationOptions } from './configuration-options.js';
import { parseDatastorePath } from './datastore-path.js';

/** Options of {@link connect}. */
export interface ConnectOptions extends ConfigurationOptions {
  /**
   * A tsyringe container: datastores registered there take precedence over the configuration, and those opened are registered there.
   * @defaultValue registrations in tsyringe's global `container` take precedence; those opened are shared by all calls without a container
   */
  readonly container?: ContainerLike | undefined;
}

/** The result of {@link connect} for a path: a `Bucket` if the path contains a `/`, otherwise a `Datastore`. */
export type Connected<Path extends string> = Path extends `${string}/${string}` ? Bucket : Datastore;

/** A path whose type shows whether it contains a `/`; for any other path an error message in the form of a type. */
export type ConnectPath<Path extends string> = Path extends `${string}/${string}`
  ? Path
  : // Only `string` and patterns, which have any number of values, may be absent from a record of them.
    {} extends Record<Path, unknown>
    ? 'the type of this path does not show whether it contains a "/": use connectDatastore(name), connectBucket(path), or connect(`name/${bucket}`)'
    : Path;

/**
 * Opens a datastore by its name in the configuration, or one of its buckets. Sends no request. All calls with the same name (and container) share
 * one datastore; after it is closed, the next call opens a new one.
 * @param path `name`, or `name/bucket`, of a type that shows which: a literal, or a template with a `/` such as `data_store/${bucket}`.
 * @throws `ConfigError` for a name that is not configured, or an invalid configuration; `InvalidBucketName`; `InvalidArgument`.
 */
export async function connect<const Path extends string>(path: ConnectPath<Path>, options?: ConnectOptions): Promise<Connected<Path>>;
export async function connect(path: string, options?: ConnectOptions): Promise<Datastore | Bucket> {
  return open('connect', path, options, (datastore, bucket) => (bucket === undefined ? datastore : datastore.bucket(bucket)));
}

/**
 * Opens a datastore by a name that is known only at run time; otherwise like {@link connect}.
 * @throws also `InvalidArgument` for a path of a bucket.
 */
export async function connectDatastore(name: string, options?: ConnectOptions): Promise<Datastore> {
  return open('connectDatastore', name, options, (datastore, bucket) => {
    if (bucket === undefined) return datastore;
    throw invalidArgument('expected the name of a datastore, found name/bucket; use connectBucket');
  });
}

/**
 * Opens a bucket by a path `name/bucket` that is known only at run time; otherwise like {@link connect}.
 * @throws also `InvalidArgument` for a path without a bucket.
 */
export async function connectBucket(path: string, options?: ConnectOptions): Promise<Bucket> {
  return open('connectBucket', path, options, (datastore, bucket) => {
    if (bucket !== undefined) return datastore.bucket(bucket);
    throw invalidArgument('expected name/bucket, found the name of a datastore; use connectDatastore');
  });
}

async function open<Result>(
  operation: string,
  path: string,
  options: ConnectOptions | undefined,
  select: (datastore: Datastore, bucket: string | undefined) => Result,
): Promise<Result> {
  try {
    const { signal, container, ...sources } = checkOptions(options, { ...configurationChecks, container: requireContainer });
    signal?.throwIfAborted();
    const { name, bucket } = parseDatastorePath(path);
    // Loaded on demand: importing this package loads neither tsyringe nor the reading of configurations.
    const { resolveDatastore } = await importOnDemand('resolve-datastore', () => import('../container/resolve-datastore.js'));
    return select(await untilAborted(signal, () => resolveDatastore(name, container, sources)), bucket);
  } catch (error) {
    throw options?.signal?.aborted === true ? options.signal.reason : toStorageError(error, { operation });
  }
}

/** Waits for work, or rejects with the signal's reason. The work continues after an abort: other calls may wait for it. */
export async function untilAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const interrupter = new Interrupter();
  interrupter.link(signal, () => {});
  try {
    return await interrupter.guard(work);
  } finally {
    interrupter.unlink();
  }
}
