import { PortableDatastore } from '@anybucket/core/backend';
import type { KeyRules } from '@anybucket/core/backend';
import { MemoryDriver } from './driver.js';
import { checkOptions, invalidArgument } from './options.js';
import type { FromFolderOptions, MemoryDatastoreOptions, ToJsonOptions } from './options.js';
import { readFolderSeeds } from './store/folder-seeds.js';
import type { MemorySnapshot } from './store/memory-snapshot.js';
import type { MemoryVolume } from './store/memory-volume.js';
import type { StoredBodies } from './store/seeds.js';

/**
 * A datastore in the memory of this process: a fake for tests that behaves like the other backends.
 *
 *     const store = new MemoryDatastore({ buckets: { photos: { 'a.txt': 'hello' } } });
 */
export class MemoryDatastore extends PortableDatastore {
  readonly #driver: MemoryDriver;

  /**
   * Creates a datastore.
   * @throws `InvalidArgument` for an unknown option, an option of the wrong type, or an invalid seed; `InvalidBucketName`, `InvalidKey`,
   *   `KeyTooLongError`, `MetadataTooLarge`, `InvalidTag` or `BadRequest` for the name or the attributes of a seed.
   */
  constructor(options: MemoryDatastoreOptions = {}) {
    checkOptions(options);
    const { name, shared, ...driverOptions } = options;
    const driver = shared === undefined ? new MemoryDriver(driverOptions) : sharedDriver(shared, options.keys);
    super(driver, { name });
    this.#driver = driver;
  }

  /**
   * Creates a datastore with the files of a folder: each folder in it is a bucket, and each file below that an object, with the content type
   * of its extension and the time of the file. Follows symbolic links. Entries of the folder itself that begin with a dot are ignored.
   *
   * @param path absolute, or relative to the working directory.
   * @throws `InvalidArgument` if the path is not a folder, or contains anything else than folders; `InvalidBucketName`, `InvalidKey` or
   *   `KeyTooLongError` for the name of a folder or file.
   */
  static async fromFolder(path: string, options: FromFolderOptions = {}): Promise<MemoryDatastore> {
    return new MemoryDatastore({ ...options, buckets: await readFolderSeeds(path) });
  }

  /**
   * A read-only memfs volume with the bodies of the latest versions as files, `/<bucket>/<key>`. It follows later changes.
   * A key that cannot be a file name, because it conflicts with another key (`a` and `a/b`), or a segment is empty, `.` or `..`, is the
   * file `/.anybucket/<bucket>/<percent-encoded key>`.
   */
  get volume(): MemoryVolume {
    return this.#driver.volume;
  }

  /**
   * Returns the contents by bucket and key, in listing order. The option `buckets` accepts the result. An object without attributes is its
   * body alone. An object with a content type, headers, metadata, tags or a checksum includes these and its time; in a bucket with versions,
   * each key is the list of its versions. Open uploads are not included. Works after `close`, too.
   */
  toJSON(options?: ToJsonOptions | string): StoredBodies {
    return this.#driver.toJSON(options);
  }

  /**
   * Returns the current contents, including open uploads, in a time that does not depend on the number of objects. A test can thus restore
   * a state that was expensive to create. Works after `close`, too.
   */
  snapshot(): MemorySnapshot {
    return this.#driver.snapshot();
  }

  /**
   * Replaces the contents, including all buckets and open uploads, in a time that does not depend on the number of objects. Open bodies are
   * not affected.
   * @throws `InvalidArgument` if the argument is not the result of {@link MemoryDatastore.snapshot}.
   */
  restore(snapshot: MemorySnapshot): void {
    this.#driver.restore(snapshot);
  }
}

/** Creates a datastore from options that match `optionsSchema`. Called by `connect` and `createDatastore` of the core. */
export function createDatastore(options: Record<string, unknown>, context: { readonly name: string }): MemoryDatastore {
  return new MemoryDatastore({ ...options, name: context.name });
}

/** Shared stores by name. A global, so that all copies of this package in the process share them. */
const registryKey = Symbol.for('anybucket.backend-memory.shared');

/** @throws `InvalidArgument` if the store exists with other rules for keys. */
function sharedDriver(name: string, keys: KeyRules | undefined): MemoryDriver {
  const scope = globalThis as { [registryKey]?: Map<string, MemoryDriver> };
  const drivers = (scope[registryKey] ??= new Map());
  const driver = drivers.get(name) ?? new MemoryDriver({ keys });
  if (keys !== undefined && (keys === 's3') !== driver.capabilities.anyKeys)
    throw invalidArgument(`the shared store was created with other rules than \`keys: '${keys}'\``);
  drivers.set(name, driver);
  return driver;
}
