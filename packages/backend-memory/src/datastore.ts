import { PortableDatastore } from '@anybucket/core/backend';
import { MemoryDriver } from './driver.js';
import type { MemoryVolume } from './memory-volume.js';
import { checkOptions } from './options.js';
import type { MemoryDatastoreOptions } from './options.js';
import type { StoredBodies } from './seeds.js';

/**
 * A datastore that keeps everything in this process: a fake for tests that behaves like the real ones.
 *
 *     const store = new MemoryDatastore({ buckets: { photos: { 'a.txt': 'hello' } } });
 */
export class MemoryDatastore extends PortableDatastore {
  readonly #driver: MemoryDriver;

  /**
   * @param options see {@link MemoryDatastoreOptions}.
   * @throws `InvalidArgument` for an option that is unknown or wrong, or a body that is neither text nor bytes; `InvalidBucketName` and the
   *   codes of a bad key for a seed of such a name.
   */
  constructor(options: MemoryDatastoreOptions = {}) {
    checkOptions(options);
    const { name, shared, ...own } = options;
    const driver = shared === undefined ? new MemoryDriver(own) : sharedDriver(shared);
    super(driver, { name });
    this.#driver = driver;
  }

  /**
   * The memfs volume in which the bodies live, `/<bucket>/<key>` each, to look at: its files are read-only.
   * A body that can't be a file there, since its key ends in `/` or there is a folder or file in its way, is in `/.anybucket/<bucket>`
   * under its percent-encoded key.
   */
  get volume(): MemoryVolume {
    return this.#driver.volume;
  }

  /** All bodies by bucket and key, in the order of listings; the option `buckets` takes the answer back. Works after `close` too. */
  toJSON(): StoredBodies {
    return this.#driver.toJSON();
  }
}

/** Makes a datastore from checked options: what a configuration calls. */
export function createDatastore(options: Record<string, unknown>, context: { readonly name: string }): MemoryDatastore {
  return new MemoryDatastore({ ...options, name: context.name });
}

// Global, so that several copies of this package, such as its two module formats, share the same stores.
const registry = Symbol.for('anybucket.memory.shared');
const globals = globalThis as { [registry]?: Map<string, MemoryDriver> };

function sharedDriver(name: string): MemoryDriver {
  const shared = (globals[registry] ??= new Map());
  const driver = shared.get(name) ?? new MemoryDriver();
  shared.set(name, driver);
  return driver;
}
