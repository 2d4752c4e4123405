import type { Bucket, CommonPrefix, ListOptions, ListPage, ListedObject, ObjectSummary } from '@anybucket/core';
import { expectTypeOf, test } from 'vitest';

// Nothing here runs: the compiler is the judge.
declare const bucket: Bucket;
declare const maybe: boolean;
declare const any: ListOptions;

type Rich = ListedObject;
type RichOrPrefix = ListedObject | CommonPrefix;
type PlainOrPrefix = ObjectSummary | CommonPrefix;

test('a flat listing gives objects, one with metadata all that is listed of them', () => {
  expectTypeOf(() => bucket.list()).returns.resolves.toEqualTypeOf<Rich[]>();
  expectTypeOf(() => bucket.list({})).returns.resolves.toEqualTypeOf<Rich[]>();
  expectTypeOf(() => bucket.list({ recursive: true, metadata: true, limit: 1, prefix: 'a' })).returns.resolves.toEqualTypeOf<Rich[]>();
  expectTypeOf(() => bucket.list({ recursive: undefined, metadata: undefined })).returns.resolves.toEqualTypeOf<Rich[]>();
  expectTypeOf(() => bucket.list({ metadata: false })).returns.resolves.toEqualTypeOf<ObjectSummary[]>();
});

test('a folded listing may give prefixes', () => {
  expectTypeOf(() => bucket.list({ recursive: false })).returns.resolves.toEqualTypeOf<RichOrPrefix[]>();
  expectTypeOf(() => bucket.list({ delimiter: '/' })).returns.resolves.toEqualTypeOf<RichOrPrefix[]>();
  expectTypeOf(() => bucket.list({ recursive: false, metadata: false })).returns.resolves.toEqualTypeOf<PlainOrPrefix[]>();
  expectTypeOf(() => bucket.list({ delimiter: '/', metadata: false })).returns.resolves.toEqualTypeOf<PlainOrPrefix[]>();
});

test('what is not known before may be either', () => {
  expectTypeOf(() => bucket.list({ recursive: maybe })).returns.resolves.toEqualTypeOf<RichOrPrefix[]>();
  expectTypeOf(() => bucket.list({ metadata: maybe })).returns.resolves.toEqualTypeOf<PlainOrPrefix[]>();
  expectTypeOf(() => bucket.list(any)).returns.resolves.toEqualTypeOf<PlainOrPrefix[]>();
});

test('`isPrefix` tells them apart', () => {
  expectTypeOf(async () =>
    (await bucket.list({ recursive: false })).filter((entry) => entry.isPrefix !== true),
  ).returns.resolves.toEqualTypeOf<Rich[]>();
  expectTypeOf((entry: PlainOrPrefix) => (entry.isPrefix === true ? entry : undefined)).returns.toEqualTypeOf<CommonPrefix | undefined>();
});

test('iterate streams the same', () => {
  expectTypeOf(() => bucket.iterate()).returns.toEqualTypeOf<AsyncIterableIterator<Rich>>();
  expectTypeOf(() => bucket.iterate({ pageSize: 10, metadata: false })).returns.toEqualTypeOf<AsyncIterableIterator<ObjectSummary>>();
  expectTypeOf(() => bucket.iterate({ recursive: false })).returns.toEqualTypeOf<AsyncIterableIterator<RichOrPrefix>>();
  expectTypeOf(() => bucket.iterate({ delimiter: '-', metadata: false })).returns.toEqualTypeOf<AsyncIterableIterator<PlainOrPrefix>>();
  expectTypeOf(() => bucket.iterate({ recursive: maybe })).returns.toEqualTypeOf<AsyncIterableIterator<RichOrPrefix>>();
});

test('listPage gives pages of the same', () => {
  expectTypeOf(() => bucket.listPage()).returns.resolves.toEqualTypeOf<ListPage<Rich>>();
  expectTypeOf(() => bucket.listPage({ token: undefined, pageSize: 10, limit: undefined })).returns.resolves.toEqualTypeOf<
    ListPage<Rich>
  >();
  expectTypeOf(() => bucket.listPage({ metadata: false })).returns.resolves.toEqualTypeOf<ListPage<ObjectSummary>>();
  expectTypeOf(() => bucket.listPage({ recursive: false })).returns.resolves.toEqualTypeOf<ListPage<RichOrPrefix>>();
  expectTypeOf(() => bucket.listPage({ recursive: maybe, metadata: maybe })).returns.resolves.toEqualTypeOf<ListPage<PlainOrPrefix>>();
  expectTypeOf<ListPage<Rich>['nextToken']>().toEqualTypeOf<string | undefined>();
  // @ts-expect-error a page is as long as `pageSize` says
  void (() => bucket.listPage({ limit: 1 }));
});

test('listFilename gives an array or a string', () => {
  expectTypeOf(() => bucket.listFilename()).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => bucket.listFilename({ contains: 'a' })).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => bucket.listFilename({ returnType: 'array' })).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => bucket.listFilename({ returnType: undefined })).returns.resolves.toEqualTypeOf<string[]>();
  expectTypeOf(() => bucket.listFilename({ returnType: 'str' })).returns.resolves.toEqualTypeOf<string>();
  expectTypeOf(() => bucket.listFilename({ returnType: maybe ? 'str' : 'array' })).returns.resolves.toEqualTypeOf<string | string[]>();
  // @ts-expect-error keys have no metadata
  void (() => bucket.listFilename({ metadata: true }));
});

test('an unknown option is a type error', () => {
  // @ts-expect-error misspelt
  void (() => bucket.list({ recursiv: false }));
  // @ts-expect-error misspelt
  void (() => bucket.iterate({ pagesize: 1 }));
  // @ts-expect-error a page size is not for the whole
  void (() => bucket.list({ pageSize: 1 }));
  // @ts-expect-error misspelt
  void (() => bucket.listFilename({ contain: 'a' }));
});
