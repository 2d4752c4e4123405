import type { Bucket, Datastore } from '../api/datastore.js';
import { StorageError, invalidArgument } from '../api/errors.js';
import { toStorageError } from '../operations/to-storage-error.js';
import { fallbackName } from '../config/configuration.js';
import { parseDatastorePath } from '../config/datastore-path.js';
import { DATASTORE, DEFAULT_NAME, datastoreToken } from './tokens.js';
import { delay, inject, injectable } from './tsyringe.js';
import type { InjectionToken } from './tsyringe.js';

// As tsyringe has it, with its `any`: otherwise no constructor with parameters would be one.
type Constructor<T> = Extract<InjectionToken<T>, new (...dependencies: never[]) => T>;

/** What a token resolves to, undefined when nothing is registered for it. */
interface Holder {
  readonly datastore: Datastore | undefined;
}

const tokens = new Map<string, InjectionToken<Bucket>>();
const holders = new Map<InjectionToken<Datastore>, Constructor<Holder>>();

/**
 * The token of a bucket: `bucketToken('data_store/photos')`. It needs no registration: it takes the bucket of the datastore that the
 * container resolves, at that moment. Registering something else for the token works as always.
 * @returns the same token for the same path.
 * @throws `InvalidArgument` for a path without a bucket, `ConfigError` for a name that no datastore can have, `InvalidBucketName` for an empty bucket.
 */
export function bucketToken(path: string): InjectionToken<Bucket> {
  const known = tokens.get(path);
  if (known !== undefined) return known;
  try {
    const { name, bucket } = parseDatastorePath(path);
    if (bucket === undefined) throw invalidArgument(`expected name/bucket, found the datastore "${name}" alone; use datastoreToken`);
    const token = classOf(name, bucket);
    tokens.set(path, token);
    return token;
  } catch (error) {
    throw toStorageError(error, { operation: 'bucketToken' });
  }
}

/** tsyringe constructs a class that nobody registered, which no other kind of token allows; what the constructor returns is what is injected. */
function classOf(name: string, bucket: string): Constructor<Bucket> {
  // oxlint-disable-next-line typescript/no-extraneous-class -- it stands for a bucket, to tsyringe
  class BucketOfDatastore {
    constructor(defaultName: string | undefined, byDefault: Holder, byName: Holder) {
      const datastore = (name === (defaultName ?? fallbackName) ? byDefault.datastore : undefined) ?? byName.datastore;
      return (datastore ?? refuse(name)).bucket(bucket);
    }
  }
  // Delayed, so that only the datastore that is meant gets made.
  injectInto(BucketOfDatastore, [DEFAULT_NAME, delay(() => holderOf(DATASTORE)), delay(() => holderOf(datastoreToken(name)))]);
  return BucketOfDatastore as Constructor<unknown> as Constructor<Bucket>;
}

/** The class that holds what a token resolves to. One a token: tsyringe keeps the description of each for ever. */
function holderOf(token: InjectionToken<Datastore>): Constructor<Holder> {
  const known = holders.get(token);
  if (known !== undefined) return known;
  class DatastoreHolder implements Holder {
    readonly datastore: Datastore | undefined;
    constructor(datastore: Datastore | undefined) {
      this.datastore = datastore;
    }
  }
  injectInto(DatastoreHolder, [token]);
  holders.set(token, DatastoreHolder);
  return DatastoreHolder;
}

/** What decorators on a class and its parameters do, written out: a library has no business with decorator syntax and its compiler settings. */
function injectInto(target: Constructor<unknown>, dependencies: InjectionToken[]): void {
  for (const [index, token] of dependencies.entries()) inject(token, { isOptional: true })(target, undefined, index);
  injectable()(target);
}

function refuse(name: string): never {
  const message = `the container knows no datastore "${name}": await registerDatastores(container) first, or register datastoreToken("${name}")`;
  throw new StorageError({ code: 'ConfigError', operation: 'bucketToken', message });
}
