import { connect, connectBucket, connectDatastore, createDatastore, isStorageError } from '@anybucket/core';
import type { Bucket, Capabilities, Datastore, StorageError } from '@anybucket/core';
import { expectTypeOf, test } from 'vitest';

// Type tests: checked by the compiler, no code runs.
declare const store: Datastore;
declare const path: string;
declare const name: 'data_store' | 'archive';
declare const either: 'data_store' | 'data_store/photos';
declare const signal: AbortSignal;
declare const condition: boolean;

test('connect returns a datastore or a bucket, depending on the path', () => {
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

test('createDatastore returns a datastore', () => {
  expectTypeOf(() => createDatastore('memory:')).returns.resolves.toEqualTypeOf<Datastore>();
});

test('connectDatastore and connectBucket accept any string', () => {
  expectTypeOf(() => connectDatastore(path, { signal })).returns.resolves.toEqualTypeOf<Datastore>();
  expectTypeOf(() => connectBucket(path, { signal })).returns.resolves.toEqualTypeOf<Bucket>();
});

test('list returns an array or a string', () => {
  expectTypeOf(() => store.list()).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => store.list('array')).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => store.list({ signal })).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => store.list('str', { signal })).returns.resolves.toEqualTypeOf<string>();
  expectTypeOf(() => store.list({ returnType: 'str' })).returns.resolves.toEqualTypeOf<string>();
  expectTypeOf(() => store.list(condition ? 'str' : 'array')).returns.resolves.toEqualTypeOf<string | string[]>();
  // @ts-expect-error must be 'array' or 'str'
  void (() => store.list('string'));
  // @ts-expect-error misspelled option
  void (() => store.list({ returntype: 'str' }));
});

test('bucket methods', () => {
  expectTypeOf(() => store.getBuckets()).returns.resolves.toEqualTypeOf<Bucket[]>();
  expectTypeOf(() => store.getBucket('photos')).returns.resolves.toEqualTypeOf<Bucket>();
  expectTypeOf(() => store.bucket('photos')).returns.toEqualTypeOf<Bucket>();
  expectTypeOf(() => store.createBucket('photos', { signal })).returns.resolves.toEqualTypeOf<boolean>();
  // @ts-expect-error bucket() takes no options
  void (() => store.bucket('photos', { signal }));
  expectTypeOf<Datastore>().toExtend<AsyncDisposable>();
  expectTypeOf<Datastore>().not.toHaveProperty('then');
});

test('capabilities are read-only', () => {
  // @ts-expect-error read-only
  void (() => (store.capabilities.tags = true));
  // @ts-expect-error unknown capability
  void (() => store.capabilities.encryption);
  expectTypeOf<Capabilities[keyof Capabilities]>().toEqualTypeOf<boolean>();
});

test('isStorageError narrows the type, and accepts any code', () => {
  expectTypeOf((error: unknown) => (isStorageError(error, 'NoSuchKey') ? error : undefined)).returns.toEqualTypeOf<
    StorageError | undefined
  >();
  void ((error: unknown) => isStorageError(error, 'SomeServerCode'));
});
