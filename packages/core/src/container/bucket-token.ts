import 'reflect-metadata'; // before tsyringe, which requires it
import { container as globalContainer, delay, inject, injectable } from 'tsyringe';
import type { InjectionToken } from 'tsyringe';
import type { Bucket, Datastore } from '../api/datastore.js';
import { StorageError, invalidArgument, quote } from '../api/errors.js';
import { fallbackName } from '../config/configuration.js';
import { parseDatastorePath } from '../config/datastore-path.js';
import { toStorageError } from '../operations/to-storage-error.js';
import { DATASTORE, DEFAULT_NAME, datastoreToken } from './tokens.js';

// tsyringe's own type, with its `any`: otherwise no class with constructor parameters would be assignable.
type Constructor<T> = Extract<InjectionToken<T>, new (...dependencies: never[]) => T>;

/** The datastore that a token resolves to; undefined when nothing is registered for the token. */
interface DatastoreHolder {
  readonly datastore: Datastore | undefined;
}

interface BucketTokens {
  readonly byPath: Map<string, InjectionToken<Bucket>>;
  readonly holders: Map<InjectionToken<Datastore>, Constructor<DatastoreHolder>>;
}

// Global, so that the ESM and the CommonJS build of this package have the same tokens, but per copy of tsyringe: each resolves its own only.
const registryKey = Symbol.for('anybucket.bucketTokens.1');
const shared = globalThis as { [registryKey]?: WeakMap<object, BucketTokens> };
const registry = (shared[registryKey] ??= new WeakMap());
const tokens: BucketTokens = registry.get(globalContainer) ?? { byPath: new Map(), holders: new Map() };
registry.set(globalContainer, tokens);

/**
 * Returns the token of a bucket, such as `bucketToken('data_store/photos')`, the same token for the same path. It needs no registration: it
 * resolves to the bucket of the datastore that the container resolves at that moment. Something else may be registered for the token.
 * @throws `InvalidArgument` for a path without a bucket; `ConfigError` for an invalid datastore name; `InvalidBucketName` for an empty bucket.
 */
export function bucketToken(path: string): InjectionToken<Bucket> {
  const existing = tokens.byPath.get(path);
  if (existing !== undefined) return existing;
  try {
    const { name, bucket } = parseDatastorePath(path);
    if (bucket === undefined) throw invalidArgument(`expected name/bucket, found the datastore ${quote(name)} alone; use datastoreToken`);
    const token = createBucketClass(name, bucket);
    tokens.byPath.set(path, token);
    return token;
  } catch (error) {
    throw toStorageError(error, { operation: 'bucketToken' });
  }
}

/**
 * Creates a class whose constructor returns the bucket. A class is the only kind of token that tsyringe resolves without a registration, and
 * what its constructor returns is what gets injected.
 */
function createBucketClass(name: string, bucket: string): Constructor<Bucket> {
  // oxlint-disable-next-line typescript/no-extraneous-class -- used as a token
  class BucketOfDatastore {
    constructor(defaultName: string | undefined, defaultHolder: DatastoreHolder, namedHolder: DatastoreHolder) {
      const datastore = (name === (defaultName ?? fallbackName) ? defaultHolder.datastore : undefined) ?? namedHolder.datastore;
      if (datastore === undefined) throw notRegistered(name);
      return datastore.bucket(bucket);
    }
  }
  // Delayed, so that only one of the two datastores is created.
  injectInto(BucketOfDatastore, [DEFAULT_NAME, delay(() => holderClass(DATASTORE)), delay(() => holderClass(datastoreToken(name)))]);
  return BucketOfDatastore as Constructor<unknown> as Constructor<Bucket>;
}

/** Returns the class that holds what a token resolves to, one per token: tsyringe never releases what it stores about a class. */
function holderClass(token: InjectionToken<Datastore>): Constructor<DatastoreHolder> {
  const existing = tokens.holders.get(token);
  if (existing !== undefined) return existing;
  class Holder implements DatastoreHolder {
    readonly datastore: Datastore | undefined;
    constructor(datastore: Datastore | undefined) {
      this.datastore = datastore;
    }
  }
  injectInto(Holder, [token]);
  tokens.holders.set(token, Holder);
  return Holder;
}

/** Applies the decorators of a class and its parameters as functions: decorator syntax would require compiler settings. */
function injectInto(target: Constructor<unknown>, dependencies: InjectionToken[]): void {
  for (const [index, token] of dependencies.entries()) inject(token, { isOptional: true })(target, undefined, index);
  injectable()(target);
}

function notRegistered(name: string): StorageError {
  const message = `no datastore ${quote(name)} is registered in the container: await registerDatastores(container) first, or register datastoreToken(name)`;
  return new StorageError({ code: 'ConfigError', operation: 'bucketToken', message });
}
