import type { BackendContext } from '@anybucket/core/backend';
import { PortableDatastore } from '@anybucket/core/backend';
import { FsDriver } from './driver.js';
import type { FsDatastoreOptions } from './options.js';

/**
 * A folder as an object store: an object is a plain file at `<root>/<bucket>/<key>`. Several processes of one host may share a root.
 *
 * Nothing is read or made before the first call, which raises `ConfigError` for a root that is missing (with `create: false`), no folder, or
 * made by other rules than its volume needs, and `AccessDenied` for one that can't be read and written.
 */
export class FsDatastore extends PortableDatastore {
  readonly #driver: FsDriver;

  /** @throws `InvalidArgument` for an option that is missing, unknown or of a wrong type. */
  constructor(options: FsDatastoreOptions) {
    const driver = new FsDriver(options);
    super(driver, { name: options.name });
    this.#driver = driver;
  }

  /**
   * Gives the path of the file that holds an object's body; where there is no object, the one that it would get.
   * @throws `InvalidBucketName`, and for a bad key the codes of every call.
   */
  pathOf(bucket: string, key: string): string {
    return this.#driver.pathOf(bucket, key);
  }
}

/** What a configuration calls. Options as in `optionsSchema`. */
export function createDatastore(options: Record<string, unknown>, { name }: BackendContext): FsDatastore {
  return new FsDatastore({ ...(options as unknown as FsDatastoreOptions), name });
}
