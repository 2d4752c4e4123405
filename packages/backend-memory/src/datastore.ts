import { PortableDatastore } from '@anybucket/core/backend';
import { MemoryDriver } from './driver.js';
import { checkOptions } from './options.js';
import type { MemoryDatastoreOptions } from './options.js';
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
   * @throws `InvalidArgument` for an unknown option, an option of the wrong type, or a seed body that is neither text nor bytes;
   *   `InvalidBucketName`, `InvalidKey` or `KeyTooLongError` for the name of a seed.
   */
  constructor(options: MemoryDatastoreOptions = {}) {
    checkOptions(options);
    const { name, shared, ...driverOptions } = options;
    const driver = shared === undefined ? new MemoryDriver(driverOptions) : sharedDriver(shared);
    super(driver, { name });
    this.#driver = driver;
  }

  /**
   * The memfs volume that stores the bodies as read-only files, `/<bucket>/<key>`.
   * A key that cannot be a file name, because it ends in `/` or conflicts with another key (`a` and `a/b`), is stored as
   * `/.anybucket/<bucket>/<percent-encoded key>`.
   */
  get volume(): MemoryVolume {
    return this.#driver.volume;
  }

  /** Returns all bodies by bucket and key, in listing order. The option `buckets` accepts the result. Works after `close`, too. */
  toJSON(): StoredBodies {
    return this.#driver.toJSON();
  }
}

/** Creates a datastore from options that match `optionsSchema`. Called by `connect` and `createDatastore` of the core. */
export function createDatastore(options: Record<string, unknown>, context: { readonly name: string }): MemoryDatastore {
  return new MemoryDatastore({ ...options, name: context.name });
}

/** Shared stores by name. A global, so that all copies of this package in the process share them. */
const registryKey = Symbol.for('anybucket.backend-memory.shared');

function sharedDriver(name: string): MemoryDriver {
  const scope = globalThis as { [registryKey]?: Map<string, MemoryDriver> };
  const drivers = (scope[registryKey] ??= new Map());
  const driver = drivers.get(name) ?? new MemoryDriver();
  drivers.set(name, driver);
  return driver;
}
