import type { Bucket, Datastore, Upload } from '@anybucket/core';
import { runOperation } from './current-operation.js';
import { bucketOperations, datastoreOperations, uploadOperations } from './operations.js';
import type { Operation } from './operations.js';

type Method = (...args: unknown[]) => unknown;

/** A member of wrapped datastores that is called before the datastore waits for running calls, to end those that never would. */
export const beforeClose = Symbol.for('anybucket.testing.beforeClose');
/** A member of wrapped datastores that is called at the end of `[Symbol.asyncDispose]`. */
export const afterDispose = Symbol.for('anybucket.testing.afterDispose');

/** The hooks of a datastore, be it the outermost wrapper or not. */
export interface CloseHooks {
  readonly [beforeClose]?: () => void;
  readonly [afterDispose]?: () => void;
}

/** A call of a public method. */
export interface PublicCall {
  readonly operation: Operation;
  readonly bucket?: string;
  /** The key and id of the upload, for a method of an upload. */
  readonly upload?: { readonly key: string; readonly id: string };
  readonly args: readonly unknown[];
}

/** Called around each public method. Must return the result of `run`, or one that replaces it. */
export type CallListener = (call: PublicCall, run: () => unknown) => unknown;

/**
 * Returns a datastore whose requests can be attributed to the methods that make them. Other members of the datastore are kept.
 *
 * @param listener is called for each call of a method, also by buckets and uploads that the datastore returns.
 */
export function trackOperations<Tracked extends Datastore>(datastore: Tracked, listener: CallListener = (_, run) => run()): Tracked {
  const tracker = new Tracker(listener);
  const proxy: Tracked = new Proxy(datastore, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function' || property === 'constructor') return value;
      const method = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
      if (property === 'close' || property === Symbol.asyncDispose)
        return () => close(target as CloseHooks, method, property === Symbol.asyncDispose);
      if (property === 'bucket') return (name: string) => tracker.bucket(target.bucket(name), proxy);
      const operation = datastoreOperations.find((name) => name === property);
      return operation === undefined ? method : tracker.method({ operation, target, method }, (result) => tracker.buckets(result, proxy));
    },
  });
  return proxy;
}

async function close(target: CloseHooks, method: Method, dispose: boolean): Promise<void> {
  target[beforeClose]?.();
  await method();
  if (dispose) target[afterDispose]?.();
}

/** Returns a datastore with additional members, which take precedence. */
export function withMembers<Base extends Datastore, Members extends object>(datastore: Base, members: Members): Base & Members {
  return new Proxy(datastore, {
    get(target, property) {
      const owner: object = Object.hasOwn(members, property) ? members : target;
      const value: unknown = Reflect.get(owner, property, owner);
      return typeof value === 'function' && owner === target && property !== 'constructor'
        ? (...args: unknown[]): unknown => Reflect.apply(value, target, args)
        : value;
    },
    has: (target, property) => Object.hasOwn(members, property) || Reflect.has(target, property),
  }) as Base & Members;
}

interface TrackedMethod {
  readonly operation: Operation;
  readonly bucket?: string;
  readonly upload?: Upload;
  readonly target: object;
  readonly method: Method;
}

class Tracker {
  readonly #listener: CallListener;

  constructor(listener: CallListener) {
    this.#listener = listener;
  }

  /** @param wrap replaces the handles in the result. */
  method({ operation, bucket, upload, target, method }: TrackedMethod, wrap: (result: unknown) => unknown = (result) => result): Method {
    return (...args) => {
      const call: PublicCall = {
        operation,
        ...(bucket === undefined ? {} : { bucket }),
        ...(upload === undefined ? {} : { upload: { key: upload.key, id: upload.id } }),
        args,
      };
      const run = (): unknown => {
        const result: unknown = runOperation(operation, () => Reflect.apply(method, target, args));
        if (isIterator(result)) return trackedIterator(operation, result);
        return isPromise(result) ? result.then(wrap) : wrap(result);
      };
      return this.#listener(call, run);
    };
  }

  /** Returns a handle with the methods of a bucket. Its own properties are plain functions, which spies can replace. */
  bucket(bucket: Bucket, datastore: Datastore): Bucket {
    const handle: Record<string, unknown> = { name: bucket.name };
    // The datastore refers to the buckets in turn, so that a failed assertion would print it at length.
    Object.defineProperty(handle, 'datastore', { value: datastore });
    handle['upload'] = (key: string, id: string) => this.#upload(bucket.upload(key, id), bucket.name);
    for (const operation of bucketOperations) {
      const tracked = { operation, bucket: bucket.name, target: bucket, method: bucket[operation] as Method };
      const wrap = (result: unknown): unknown => (operation === 'createUpload' ? this.#upload(result as Upload, bucket.name) : result);
      handle[operation] = this.method(tracked, wrap);
    }
    return handle as unknown as Bucket;
  }

  /** Replaces the buckets in the result of a method of a datastore. */
  buckets(result: unknown, datastore: Datastore): unknown {
    if (Array.isArray(result)) return result.map((item: unknown) => this.buckets(item, datastore));
    return typeof result === 'object' && result !== null ? this.bucket(result as Bucket, datastore) : result;
  }

  #upload(upload: Upload, bucket: string): Upload {
    const handle: Record<string, unknown> = { key: upload.key, id: upload.id };
    for (const operation of uploadOperations)
      handle[operation] = this.method({ operation, bucket, upload, target: upload, method: upload[operation] as Method });
    return handle as unknown as Upload;
  }
}

/** Not `instanceof`: Jest runs tests in a realm of their own. */
function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

function isIterator(value: unknown): value is AsyncIterableIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}

/** Returns an iterator that requests its pages as part of the operation. */
function trackedIterator(operation: Operation, entries: AsyncIterableIterator<unknown>): AsyncIterableIterator<unknown> {
  return {
    next: () => runOperation(operation, () => entries.next()),
    return: async (value?: unknown) => runOperation(operation, async () => (await entries.return?.(value)) ?? { done: true, value }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
