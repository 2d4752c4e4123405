import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calls, entriesOf } from '../../src/contract/calls.js';
import type { CallName } from '../../src/contract/calls.js';
import { failureOf, thrownBy } from '../failure.js';
import { testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

/** Calls a method with valid arguments, except for those given. */
type Call = (store: TestStore, given: { key?: unknown; options?: unknown }) => Promise<unknown>;

const missingFolder = join(tmpdir(), 'anybucket-no-such-folder');
const respondWith = (text: string) => async () => new Response(text);

function toCall(name: CallName): Call {
  return async ({ bucket }, given) =>
    calls[name].run({
      bucket,
      bucketName: 'photos',
      key: 'key' in given ? (given.key as string) : 'k',
      folder: missingFolder,
      options: given.options as never,
    });
}

const allMethods = entriesOf(calls).map(([name, { operation }]) => [name, operation, toCall(name)] as const);
const keyMethods = allMethods.filter(([name]) => calls[name].scope === 'key');
const bucketMethods = allMethods.filter(([name]) => !['datastore', 'bucket-name'].includes(calls[name].scope));
/** `list` of the datastore has another form, whose options come second. */
const methods: (readonly [name: string, operation: string, call: Call])[] = [
  ...allMethods,
  ['list by return type', 'list', ({ store }, { options }) => store.list('str', options as never)],
];

test.for(
  keyMethods.flatMap(([name, operation, call]) =>
    (
      [undefined, null, 1, ['k'], '', '/a', 'a//b', '../other/k', 'a\0', '\uD800', 'x__XLDIR__', 'k'.repeat(256), 'k/'.repeat(513)] as const
    ).map((key) => [name, key, operation, call] as const),
  ),
)('%s rejects the key %j before any I/O', async ([name, key, operation, call]) => {
  // With a list of keys, these methods are a different call.
  if (Array.isArray(key) && (name === 'delete' || name === 'stat')) return;
  const context = testStore();
  const failure = await failureOf(() => call(context, { key }));
  expect(['InvalidArgument', 'KeyTooLongError', 'InvalidKey']).toContain(failure.code);
  expect([failure.operation, failure.bucket, failure.key, failure.status]).toEqual([
    operation,
    'photos',
    typeof key === 'string' ? key : undefined,
    400,
  ]);
  expect(context.calls).toEqual([]);
});

test.for(
  methods.flatMap(([name, operation, call]) => [null, 5, 'text', [], true].map((options) => [name, options, operation, call] as const)),
)('%s rejects %o in place of options', async ([, options, operation, call]) => {
  const context = testStore();
  const failure = await failureOf(() => call(context, { options }));
  expect([failure.code, failure.operation]).toEqual(['InvalidArgument', operation]);
  expect(context.calls).toEqual([]);
});

test.for(methods)('%s rejects an unknown option by name, even if its value is undefined', async ([, operation, call]) => {
  for (const value of ['x', undefined]) {
    const context = testStore();
    const failure = await failureOf(() => call(context, { options: { contentTyp: value } }));
    expect([failure.code, failure.operation]).toEqual(['InvalidArgument', operation]);
    expect(failure.message).toContain('"contentTyp"');
    expect(context.calls).toEqual([]);
  }
});

test.for(methods)('%s rejects a signal of another type', async ([, , call]) => {
  for (const signal of [null, {}, new AbortController(), new EventTarget()]) {
    const context = testStore();
    expect((await failureOf(() => call(context, { options: { signal } }))).code).toBe('InvalidArgument');
    expect(context.calls).toEqual([]);
  }
});

test.for(methods)('%s rejects with the reason of an aborted signal, even if other arguments are invalid', async ([, , call]) => {
  const context = testStore();
  const reason = { reason: 'stop' };
  expect(await thrownBy(() => call(context, { key: '//', options: { signal: AbortSignal.abort(reason), unknown: 1 } }))).toBe(reason);
  expect(context.calls).toEqual([]);
});

const conditions = {
  ifMatch: [1, null, '', '""'],
  ifNoneMatch: [1, null, '', 'a\n'],
  ifModifiedSince: ['2020', 0, null],
  ifUnmodifiedSince: ['2020', 0, null],
};
const attributes = {
  contentType: [1, null, '', 'é'],
  cacheControl: [1, null, ''],
  contentDisposition: [1, null, ''],
  contentEncoding: [1, null, ''],
  contentLanguage: [1, null, ''],
  expires: ['2020', 0, null, new Date(Number.NaN)],
  metadata: [1, null, 'a', [], { a: 1 }, new Map(), { 'a b': 'x' }],
  tags: [1, null, 'a', [], { a: 1 }],
  ifMatch: conditions.ifMatch,
  ifNoneMatch: conditions.ifNoneMatch,
  native: [
    1,
    null,
    'a',
    [],
    { header: {} },
    { headers: 'a' },
    { headers: { a: 1 } },
    { query: [] },
    { query: { a: null } },
    { headers: new Headers() },
  ],
};
const readOptions = {
  ...conditions,
  range: [1, null, 'a', {}, { start: -1 }, { start: 0, length: 1 }],
  versionId: [1, null, ''],
  native: attributes.native,
};
const writeOptions = {
  ...attributes,
  contentMD5: [1, null],
  partSize: ['5', null, 0, 5 * 2 ** 20 - 1, 5 * 2 ** 30 + 1, 5.5 * 2 ** 20 + 0.5, Number.NaN, Infinity],
  concurrency: ['1', null, 0, 65, 1.5],
  progress: [1, null, {}, 'a'],
};
const listOptions = {
  recursive: [1, null, 'true'],
  prefix: [1, null, {}, '\uD800'],
  startAfter: [1, null, {}, '\uDC00'],
  delimiter: [1, null, {}, '', '\uD83C'],
  limit: [-1, 1.5, '1', null, Number.NaN, Infinity],
};
const pageOptions = { pageSize: [0, -1, 1.5, '1', null] };
const metadata = { metadata: [1, null, 'true'] };

/** Invalid values of each option, by method. */
const invalidValues: Partial<Record<CallName, Readonly<Record<string, readonly unknown[]>>>> = {
  get: readOptions,
  fget: { ...readOptions, progress: writeOptions.progress },
  put: writeOptions,
  fput: writeOptions,
  putRequest: {
    ...writeOptions,
    data: [1, null, true],
    method: [1, null, ''],
    headers: [1, null, [], { a: 1 }, new Map()],
    fetch: [1, null, {}],
  },
  delete: { versionId: [1, null, ''], ifMatch: conditions.ifMatch },
  stat: { versionId: [1, null, ''], native: attributes.native },
  fcopyTo: {
    ...attributes,
    sourceVersionId: [1, null, ''],
    sourceIfMatch: conditions.ifMatch,
    sourceIfNoneMatch: conditions.ifNoneMatch,
    sourceIfModifiedSince: conditions.ifModifiedSince,
    sourceIfUnmodifiedSince: conditions.ifUnmodifiedSince,
  },
  tags: { versionId: [1, null, ''] },
  setTags: { versionId: [1, null, ''] },
  removeTags: { versionId: [1, null, ''] },
  presign: { versionId: [1, null, ''], expiresIn: [0, -1, 1.5, '1', null, 604_801, Infinity], contentType: ['text/plain'] },
  list: { ...listOptions, ...metadata },
  iterate: { ...listOptions, ...metadata, ...pageOptions },
  listPage: { ...listOptions, ...metadata, ...pageOptions, token: [1, null, '', 'junk'], limit: [1, null] },
  listFilename: { ...listOptions, returnType: ['string', 1, null], contains: [1, null, {}] },
  listVersions: { prefix: [1, null, {}] },
};

test.for(
  entriesOf(invalidValues as Record<CallName, Record<string, readonly unknown[]>>).flatMap(([name, options]) =>
    Object.entries(options).flatMap(([option, values]) => values.map((value) => [name, option, value] as const)),
  ),
)('%s rejects the option %s with the value %o', async ([name, option, value]) => {
  const context = testStore();
  const failure = await failureOf(() => toCall(name)(context, { options: { [option]: value } }));
  expect([failure.code, failure.operation]).toEqual(['InvalidArgument', name]);
  expect(context.calls).toEqual([]);
});

// An option with the value undefined must be accepted if it is known. A driver call proves that the calls above are otherwise valid.
test.for(bucketMethods.filter(([name]) => name !== 'fput' && name !== 'fget'))(
  '%s accepts undefined for each of its options, and calls the driver',
  async ([name, , call]) => {
    const context = testStore();
    context.objects.set('k', Buffer.from('data'));
    const options = Object.fromEntries(
      [...Object.keys(invalidValues[name] ?? {}), 'signal'].map((option): [string, unknown] => [option, undefined]),
    );
    if (name === 'putRequest') options['fetch'] = respondWith('data');
    await call(context, { options });
    expect(context.calls.length).toBe({ statMany: 2, move: 3 }[name as string] ?? 1);
  },
);
