import { connect, connectBucket, connectDatastore, isStorageError } from '@anybucket/core';
import type { Bucket, Capabilities, Datastore, StorageError } from '@anybucket/core';
import { expectTypeOf, test } from 'vitest';

// Nothing here runs: the compiler is the judge.
declare const store: Datastore;
declare const path: string;
declare const name: 'data_store' | 'archive';
declare const either: 'data_store' | 'data_store/photos';
declare const signal: AbortSignal;
declare const maybe: boolean;

test('the type of the path decides between a datastore and a bucket', () => {
  expectTypeOf(() => connect('data_store')).returns.resolves.toEqualTypeOf<Datastore>();
  expectTypeOf(() => connect('data_store/photos')).returns.resolves.toEqualTypeOf<Bucket>();
  expectTypeOf(() => connect(`data_store/${path}`)).returns.resolves.toEqualTypeOf<Bucket>();
  expectTypeOf(() => connect(name)).returns.resolves.toEqualTypeOf<Datastore>();
  expectTypeOf(() => connect(either)).returns.resolves.toEqualTypeOf<Datastore | Bucket>();
  expectTypeOf(() => connect('data_store', { signal })).returns.resolves.toEqualTypeOf<Datastore>();
  expectTypeOf(() => connect(path as 'data_store')).returns.resolves.toEqualTypeOf<Datastore>();
  // @ts-expect-error a path is a string
  void (() => connect(5));
  // @ts-expect-error the type does not show whether the path contains a "/"
  void (() => connect(path));
  // @ts-expect-error the type does not show whether the path contains a "/"
  void (() => connect(`data_${path}`));
  // @ts-expect-error misspelt
  void (() => connect('data_store', { containr: {} }));
});

test('connectDatastore and connectBucket accept any string', () => {
  expectTypeOf(() => connectDatastore(path, { signal })).returns.resolves.toEqualTypeOf<Datastore>();
  expectTypeOf(() => connectBucket(path, { signal })).returns.resolves.toEqualTypeOf<Bucket>();
});

test('list gives an array or a string', () => {
  expectTypeOf(() => store.list()).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => store.list('array')).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => store.list({ signal })).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => store.list('str', { signal })).returns.resolves.toEqualTypeOf<string>();
  expectTypeOf(() => store.list({ returnType: 'str' })).returns.resolves.toEqualTypeOf<string>();
  expectTypeOf(() => store.list(maybe ? 'str' : 'array')).returns.resolves.toEqualTypeOf<string | string[]>();
  // @ts-expect-error one of two
  void (() => store.list('string'));
  // @ts-expect-error misspelt
  void (() => store.list({ returntype: 'str' }));
});

test('buckets', () => {
  expectTypeOf(() => store.getBuckets()).returns.resolves.toEqualTypeOf<Bucket[]>();
  expectTypeOf(() => store.getBucket('photos')).returns.resolves.toEqualTypeOf<Bucket>();
  expectTypeOf(() => store.bucket('photos')).returns.toEqualTypeOf<Bucket>();
  expectTypeOf(() => store.createBucket('photos', { signal })).returns.resolves.toEqualTypeOf<boolean>();
  // @ts-expect-error a handle asks nobody
  void (() => store.bucket('photos', { signal }));
  expectTypeOf<Datastore>().toExtend<AsyncDisposable>();
  expectTypeOf<Datastore>().not.toHaveProperty('then');
});

test('capabilities are read only', () => {
  // @ts-expect-error read only
  void (() => (store.capabilities.tags = true));
  // @ts-expect-error a closed list
  void (() => store.capabilities.encryption);
  expectTypeOf<Capabilities[keyof Capabilities]>().toEqualTypeOf<boolean>();
});

test('isStorageError narrows, and its codes may be any', () => {
  expectTypeOf((error: unknown) => (isStorageError(error, 'NoSuchKey') ? error : undefined)).returns.toEqualTypeOf<
    StorageError | undefined
  >();
  void ((error: unknown) => isStorageError(error, 'ACodeOfAServer'));
});
