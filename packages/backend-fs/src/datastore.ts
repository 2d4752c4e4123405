import type { BackendContext } from '@anybucket/core/backend';
import { PortableDatastore } from '@anybucket/core/backend';
import { FsDriver } from './driver.js';
import type { FsDatastoreOptions } from './options.js';

/**
 * An object store in a directory. Each object is a plain file at `<root>/<bucket>/<key>`. The processes of one host may share a root.
 *
 * The root is opened by the first operation, which throws `ConfigError` if the root is missing (with `create: false`), is not a directory, has an
 * incompatible format or is in use by a process that cannot share it, and `AccessDenied` if it cannot be read and written.
 */
export class FsDatastore extends PortableDatastore {
  readonly #driver: FsDriver;

  /** @throws `InvalidArgument` for a missing, unknown or invalid option. */
  constructor(options: FsDatastoreOptions) {
    const driver = new FsDriver(options);
    super(driver, { name: options.name });
    this.#driver = driver;
  }

  /**
   * Returns the path of the file that holds an object's body, or that would hold it if the object existed.
   * @throws `InvalidBucketName`, `InvalidKey`, `KeyTooLongError`, `InvalidArgument`.
   */
  pathOf(bucket: string, key: string): string {
    return this.#driver.pathOf(bucket, key);
  }
}

/** Creates a datastore from the options of a configuration, as described by `optionsSchema`. */
export function createDatastore(options: Record<string, unknown>, { name }: BackendContext): FsDatastore {
  return new FsDatastore({ ...(options as unknown as FsDatastoreOptions), name });
}
