import type {
  Bucket,
  CopyResult,
  DeleteOutcome,
  DeleteResult,
  ObjectInfo,
  ObjectVersion,
  PutData,
  PutResult,
  StoredObject,
  VersioningState,
} from '@anybucket/core';
import type { Readable } from 'node:stream';
import { expectTypeOf, test } from 'vitest';

// Type tests: checked by the compiler, no code runs.
declare const bucket: Bucket;
declare const data: PutData;
declare const object: StoredObject;
declare const signal: AbortSignal;

test('put accepts a length, options, or both', () => {
  expectTypeOf(() => bucket.put('k', data)).returns.resolves.toEqualTypeOf<PutResult>();
  expectTypeOf(() => bucket.put('k', data, 5)).returns.resolves.toEqualTypeOf<PutResult>();
  expectTypeOf(() => bucket.put('k', data, { contentType: 'a/b' })).returns.resolves.toEqualTypeOf<PutResult>();
  expectTypeOf(() => bucket.put('k', data, 5, { contentType: 'a/b', signal })).returns.resolves.toEqualTypeOf<PutResult>();
  expectTypeOf(() => bucket.put('k', data, undefined, { contentType: undefined })).returns.resolves.toEqualTypeOf<PutResult>();
  // @ts-expect-error options twice
  void (() => bucket.put('k', data, {}, {}));
  // @ts-expect-error the length must be a number
  void (() => bucket.put('k', data, '5'));
});

test('put accepts all supported types of data', () => {
  expectTypeOf<string>().toExtend<PutData>();
  expectTypeOf<Buffer>().toExtend<PutData>();
  expectTypeOf<Uint8Array>().toExtend<PutData>();
  expectTypeOf<DataView>().toExtend<PutData>();
  expectTypeOf<Float64Array>().toExtend<PutData>();
  expectTypeOf<ArrayBuffer>().toExtend<PutData>();
  expectTypeOf<SharedArrayBuffer>().toExtend<PutData>();
  expectTypeOf<Blob>().toExtend<PutData>();
  expectTypeOf<Readable>().toExtend<PutData>();
  expectTypeOf<ReadableStream<Uint8Array>>().toExtend<PutData>();
  expectTypeOf<AsyncGenerator<Buffer>>().toExtend<PutData>();
  expectTypeOf<string[]>().toExtend<PutData>();
  expectTypeOf<StoredObject>().toExtend<PutData>();
  expectTypeOf<NonNullable<Response['body']>>().toExtend<PutData>();
  expectTypeOf<number>().not.toExtend<PutData>();
  expectTypeOf<undefined>().not.toExtend<PutData>();
  expectTypeOf<number[]>().not.toExtend<PutData>();
  expectTypeOf<Promise<string>>().not.toExtend<PutData>();
  expectTypeOf<{ a: string }>().not.toExtend<PutData>();
});

test('an unknown option is a type error', () => {
  // @ts-expect-error misspelled option
  void (() => bucket.put('k', data, { contenttype: 'a/b' }));
  // @ts-expect-error misspelled option
  void (() => bucket.put('k', data, 5, { tag: {} }));
  // @ts-expect-error misspelled option
  void (() => bucket.get('k', { ranges: { suffix: 1 } }));
  // @ts-expect-error get has no progress
  void (() => bucket.get('k', { progress: () => {} }));
  // @ts-expect-error misspelled option
  void (() => bucket.fput('k', 'path', { metaData: {} }));
  // @ts-expect-error fcopyTo has no part size
  void (() => bucket.fcopyTo('b', 't', 's', { partSize: 5 }));
  // @ts-expect-error misspelled option
  void (() => bucket.stat('k', { version: 'v' }));
  // @ts-expect-error for one key only
  void (() => bucket.stat(['k'], { versionId: 'v' }));
  // @ts-expect-error for one key only
  void (() => bucket.delete(['k'], { ifMatch: '*' }));
  // @ts-expect-error misspelled option
  void (() => bucket.presign('k', { expires: 5 }));
  // @ts-expect-error misspelled option
  void (() => bucket.putRequest('http://host', 'k', { header: {} }));
});

test('a value of the wrong type is a type error', () => {
  // @ts-expect-error a range requires `start` or `suffix`
  void (() => bucket.get('k', { range: { end: 5 } }));
  // @ts-expect-error metadata values must be strings
  void (() => bucket.put('k', data, { metadata: { a: 1 } }));
  // @ts-expect-error tags must be a plain object
  void (() => bucket.setTags('k', new Map<string, string>()));
  // @ts-expect-error a time must be a Date
  void (() => bucket.get('k', { ifModifiedSince: '2020-01-01' }));
  // @ts-expect-error must be 'GET', 'HEAD', 'PUT' or 'DELETE'
  void (() => bucket.presign('k', { method: 'POST' }));
  // @ts-expect-error must be 'enabled' or 'suspended'
  void (() => bucket.setVersioning('off'));
  void (() => bucket.get('k', { range: { start: 1 } }));
  void (() => bucket.get('k', { range: { start: 1, end: undefined } }));
  void (() => bucket.get('k', { range: { suffix: 1 }, ifMatch: undefined }));
});

test('a key returns one result, a list of keys a list', () => {
  expectTypeOf(() => bucket.stat('k')).returns.resolves.toEqualTypeOf<ObjectInfo>();
  expectTypeOf(() => bucket.stat('k', { versionId: 'v' })).returns.resolves.toEqualTypeOf<ObjectInfo>();
  expectTypeOf(() => bucket.stat(['k'])).returns.resolves.toEqualTypeOf<(ObjectInfo | undefined)[]>();
  expectTypeOf(() => bucket.stat(['k'] as const, { signal })).returns.resolves.toEqualTypeOf<(ObjectInfo | undefined)[]>();
  expectTypeOf(() => bucket.delete('k', { ifMatch: '*' })).returns.resolves.toEqualTypeOf<DeleteOutcome>();
  expectTypeOf(() => bucket.delete(['k'])).returns.resolves.toEqualTypeOf<DeleteResult>();
  expectTypeOf(() => bucket.delete(['k'] as const)).returns.resolves.toEqualTypeOf<DeleteResult>();
});

test('result types', () => {
  expectTypeOf(() => bucket.get('k')).returns.resolves.toEqualTypeOf<StoredObject>();
  expectTypeOf(() => bucket.fget('k', 'path')).returns.resolves.toEqualTypeOf<ObjectInfo>();
  expectTypeOf(() => bucket.fput('k', 'path')).returns.resolves.toEqualTypeOf<PutResult>();
  expectTypeOf(() => bucket.putRequest(new URL('http://host'), 'k', { data: { a: 1 } })).returns.resolves.toEqualTypeOf<PutResult>();
  expectTypeOf(() => bucket.fcopyTo('b', 't', 's')).returns.resolves.toEqualTypeOf<CopyResult>();
  expectTypeOf(() => bucket.exists('k')).returns.resolves.toEqualTypeOf<boolean>();
  expectTypeOf(() => bucket.tags('k')).returns.resolves.toEqualTypeOf<Record<string, string>>();
  expectTypeOf(() => bucket.presign('k')).returns.resolves.toEqualTypeOf<string>();
  expectTypeOf(() => bucket.listVersions()).returns.resolves.toEqualTypeOf<ObjectVersion[]>();
  expectTypeOf(() => bucket.versioning()).returns.resolves.toEqualTypeOf<VersioningState>();
});

test('the methods of StoredObject return their declared types', () => {
  expectTypeOf(() => object.stream(5)).returns.toEqualTypeOf<AsyncIterableIterator<Buffer>>();
  expectTypeOf(() => object.bytes()).returns.resolves.toEqualTypeOf<Buffer>();
  expectTypeOf(() => object.json()).returns.resolves.toEqualTypeOf<unknown>();
  expectTypeOf(() => object.json<{ a: number }>()).returns.resolves.toEqualTypeOf<{ a: number }>();
  expectTypeOf<StoredObject>().toExtend<AsyncIterable<Buffer>>();
  expectTypeOf<StoredObject>().toExtend<AsyncDisposable>();
  expectTypeOf<StoredObject>().not.toHaveProperty('then');
  expectTypeOf<Bucket>().not.toHaveProperty('then');
});

test('object metadata is read-only', () => {
  // @ts-expect-error read-only
  void (() => (object.info.size = 5));
  // @ts-expect-error read-only
  void (() => (object.info.metadata['a'] = 'b'));
  expectTypeOf<ObjectInfo['expires']>().toEqualTypeOf<Date | undefined>();
});
