import type { Datastore } from '../api/datastore.js';
import type { DriverWrapper } from '../driver/datastore-driver.js';
import { invalidArgument } from '../api/errors.js';
import { extendDriver } from '../driver/extend-driver.js';
import { PortableDatastore, driverOf } from './datastore.js';

/**
 * Returns a datastore whose calls go through a wrapped driver. Members of the class of the datastore that are not part of
 * {@link Datastore}, such as `toJSON` of `MemoryDatastore`, are kept; they act on the original datastore. Closing one closes both.
 *
 * @throws `InvalidArgument` if the datastore is not based on `PortableDatastore`.
 */
export function wrapDatastore<Wrapped extends Datastore>(datastore: Wrapped, wrap: DriverWrapper): Wrapped {
  const driver = driverOf(datastore);
  if (driver === undefined) throw invalidArgument('the datastore cannot be wrapped, because it is not based on `PortableDatastore`');
  const wrapped = wrap(extendDriver(driver, { close: () => datastore.close() }));
  const inner: PortableDatastore = new PortableDatastore(wrapped, { name: datastore.name, handleOwner: () => proxy });
  const proxy: Wrapped = new Proxy(datastore, {
    get: (target, property) => {
      const owner: object = Object.hasOwn(inner, property) || property in PortableDatastore.prototype ? inner : target;
      const value: unknown = Reflect.get(owner, property, owner);
      return typeof value === 'function' && property !== 'constructor' ? (value.bind(owner) as unknown) : value;
    },
  });
  return proxy;
}
