import type { Bucket, CommonPrefix, ListOptions, ListPage, ListedObject, ObjectSummary } from '@anybucket/core';
import { expectTypeOf, test } from 'vitest';

// Type tests: checked by the compiler, no code runs.
declare const bucket: Bucket;
declare const condition: boolean;
declare const anyOptions: ListOptions;

type Rich = ListedObject;
type RichOrPrefix = ListedObject | CommonPrefix;
type PlainOrPrefix = ObjectSummary | CommonPrefix;

test('a flat listing returns objects, with or without metadata', () => {
  expectTypeOf(() => bucket.list()).returns.resolves.toEqualTypeOf<Rich[]>();
  expectTypeOf(() => bucket.list({})).returns.resolves.toEqualTypeOf<Rich[]>();
  expectTypeOf(() => bucket.list({ recursive: true, metadata: true, limit: 1, prefix: 'a' })).returns.resolves.toEqualTypeOf<Rich[]>();
  expectTypeOf(() => bucket.list({ recursive: undefined, metadata: undefined })).returns.resolves.toEqualTypeOf<Rich[]>();
  expectTypeOf(() => bucket.list({ metadata: false })).returns.resolves.toEqualTypeOf<ObjectSummary[]>();
});

test('a listing with a delimiter returns objects and common prefixes', () => {
  expectTypeOf(() => bucket.list({ recursive: false })).returns.resolves.toEqualTypeOf<RichOrPrefix[]>();
  expectTypeOf(() => bucket.list({ delimiter: '/' })).returns.resolves.toEqualTypeOf<RichOrPrefix[]>();
  expectTypeOf(() => bucket.list({ recursive: false, metadata: false })).returns.resolves.toEqualTypeOf<PlainOrPrefix[]>();
  expectTypeOf(() => bucket.list({ delimiter: '/', metadata: false })).returns.resolves.toEqualTypeOf<PlainOrPrefix[]>();
});

test('options unknown at compile time return a union', () => {
  expectTypeOf(() => bucket.list({ recursive: condition })).returns.resolves.toEqualTypeOf<RichOrPrefix[]>();
  expectTypeOf(() => bucket.list({ metadata: condition })).returns.resolves.toEqualTypeOf<PlainOrPrefix[]>();
  expectTypeOf(() => bucket.list(anyOptions)).returns.resolves.toEqualTypeOf<PlainOrPrefix[]>();
});

test('`isPrefix` discriminates objects and common prefixes', () => {
  expectTypeOf(async () =>
    (await bucket.list({ recursive: false })).filter((entry) => entry.isPrefix !== true),
  ).returns.resolves.toEqualTypeOf<Rich[]>();
  expectTypeOf((entry: PlainOrPrefix) => (entry.isPrefix === true ? entry : undefined)).returns.toEqualTypeOf<CommonPrefix | undefined>();
});

test('iterate yields the same types', () => {
  expectTypeOf(() => bucket.iterate()).returns.toEqualTypeOf<AsyncIterableIterator<Rich>>();
  expectTypeOf(() => bucket.iterate({ pageSize: 10, metadata: false })).returns.toEqualTypeOf<AsyncIterableIterator<ObjectSummary>>();
  expectTypeOf(() => bucket.iterate({ recursive: false })).returns.toEqualTypeOf<AsyncIterableIterator<RichOrPrefix>>();
  expectTypeOf(() => bucket.iterate({ delimiter: '-', metadata: false })).returns.toEqualTypeOf<AsyncIterableIterator<PlainOrPrefix>>();
  expectTypeOf(() => bucket.iterate({ recursive: condition })).returns.toEqualTypeOf<AsyncIterableIterator<RichOrPrefix>>();
});

test('listPage returns pages of the same types', () => {
  expectTypeOf(() => bucket.listPage()).returns.resolves.toEqualTypeOf<ListPage<Rich>>();
  expectTypeOf(() => bucket.listPage({ token: undefined, pageSize: 10, limit: undefined })).returns.resolves.toEqualTypeOf<
    ListPage<Rich>
  >();
  expectTypeOf(() => bucket.listPage({ metadata: false })).returns.resolves.toEqualTypeOf<ListPage<ObjectSummary>>();
  expectTypeOf(() => bucket.listPage({ recursive: false })).returns.resolves.toEqualTypeOf<ListPage<RichOrPrefix>>();
  expectTypeOf(() => bucket.listPage({ recursive: condition, metadata: condition })).returns.resolves.toEqualTypeOf<
    ListPage<PlainOrPrefix>
  >();
  expectTypeOf<ListPage<Rich>['nextToken']>().toEqualTypeOf<string | undefined>();
  // @ts-expect-error the size of a page is `pageSize`
  void (() => bucket.listPage({ limit: 1 }));
});

test('listFilename returns an array or a string', () => {
  expectTypeOf(() => bucket.listFilename()).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => bucket.listFilename({ contains: 'a' })).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => bucket.listFilename({ returnType: 'array' })).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => bucket.listFilename({ returnType: undefined })).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => bucket.listFilename({ returnType: 'str' })).returns.resolves.toEqualTypeOf<string>();
  expectTypeOf(() => bucket.listFilename({ returnType: condition ? 'str' : 'array' })).returns.resolves.toEqualTypeOf<string | string[]>();
  // @ts-expect-error listFilename returns no metadata
  void (() => bucket.listFilename({ metadata: true }));
});

test('an unknown option is a type error', () => {
  // @ts-expect-error misspelled option
  void (() => bucket.list({ recursiv: false }));
  // @ts-expect-error misspelled option
  void (() => bucket.iterate({ pagesize: 1 }));
  // @ts-expect-error list has no page size
  void (() => bucket.list({ pageSize: 1 }));
  // @ts-expect-error misspelled option
  void (() => bucket.listFilename({ contain: 'a' }));
});
