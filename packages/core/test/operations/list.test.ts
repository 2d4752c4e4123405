import { expect, test } from 'vitest';
import type { ListOptions } from '../../src/api/options.js';
import type { CommonPrefix, ObjectSummary } from '../../src/api/object-info.js';
import type { ListCall } from '../../src/driver/calls.js';
import { failureOf, thrownBy } from '../failure.js';
import { infoOf, testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

const keys = ['a', 'b/1', 'b/2', 'c', 'd/x/1', 'e,f'];

/** Creates a store whose bucket contains `keys`. */
function filledStore(): TestStore {
  const context = testStore();
  for (const key of keys) context.objects.set(key, Buffer.from(key));
  return context;
}

/** Formats entries, with common prefixes in angle brackets. */
const format = (entries: readonly (ObjectSummary | CommonPrefix)[]) =>
  entries.map(({ key, isPrefix }) => (isPrefix === true ? `<${key}>` : key));

async function collect<Entry>(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

/** Returns the parameters of the driver calls. */
const listCallsOf = ({ calls }: TestStore) => calls.map(({ args }) => args[0] as ListCall);

const defaultCall = { prefix: '', delimiter: '', startAfter: '', maxKeys: 1000, metadata: true };

test.for([
  [undefined, defaultCall],
  [{}, defaultCall],
  [
    { recursive: undefined, metadata: undefined, delimiter: undefined, prefix: undefined, startAfter: undefined, limit: undefined },
    defaultCall,
  ],
  [{ recursive: true }, defaultCall],
  [{ recursive: false }, { ...defaultCall, delimiter: '/' }],
  [{ delimiter: '-' }, { ...defaultCall, delimiter: '-' }],
  [
    { recursive: false, delimiter: '-' },
    { ...defaultCall, delimiter: '-' },
  ],
  [{ recursive: true, delimiter: undefined }, defaultCall],
  [{ metadata: false }, { ...defaultCall, metadata: false }],
  [
    { prefix: '../x//', startAfter: '/\0' },
    { ...defaultCall, prefix: '../x//', startAfter: '/\0' },
  ],
  [{ limit: 7 }, { ...defaultCall, maxKeys: 7 }],
  [{ limit: 5000 }, defaultCall],
  [{ limit: 0 }, { ...defaultCall, maxKeys: 1 }],
] as const)('translates %o to the driver call %o', async ([options, call]) => {
  const context = testStore();
  await context.bucket.list(options as ListOptions);
  expect(listCallsOf(context)).toEqual([call]);
});

test.for([
  [1, 1],
  [1000, 1000],
  [1001, 1000],
  [Number.MAX_SAFE_INTEGER, 1000],
  [undefined, 1000],
])('translates the page size %s to maxKeys %i', async ([pageSize, maxKeys]) => {
  const context = testStore();
  await context.bucket.listPage({ pageSize });
  await context.bucket.iterate({ pageSize }).next();
  expect(listCallsOf(context).map((call) => call.maxKeys)).toEqual([maxKeys, maxKeys]);
});

test('rejects a delimiter with `recursive: true`', async () => {
  const { bucket, calls } = filledStore();
  const options = { recursive: true, delimiter: '/' };
  for (const call of [
    () => bucket.list(options),
    () => bucket.iterate(options).next(),
    () => bucket.listPage(options),
    () => bucket.listFilename(options),
  ]) {
    expect((await failureOf(call)).code).toBe('InvalidArgument');
  }
  expect(calls).toEqual([]);
});

test('list requests all pages in sequence', async () => {
  const { bucket, calls } = testStore({
    listObjects: async ({ startAfter }) => {
      const index = startAfter === '' ? 0 : keys.indexOf(startAfter) + 1;
      return { entries: keys.slice(index, index + 2).map((key) => infoOf(key, Buffer.alloc(0))), truncated: index + 2 < keys.length };
    },
  });
  expect(format(await bucket.list())).toEqual(keys);
  expect(calls.map(({ args }) => (args[0] as ListCall).startAfter)).toEqual(['', 'b/1', 'c']);
});

test.for([
  [{}, keys],
  [{ recursive: false }, ['a', '<b/>', 'c', '<d/>', 'e,f']],
  [{ recursive: false, prefix: 'b/' }, ['b/1', 'b/2']],
  [{ startAfter: 'c' }, ['d/x/1', 'e,f']],
  [{ limit: 0 }, []],
  [{ limit: 2 }, ['a', 'b/1']],
  [{ limit: 2, recursive: false }, ['a', '<b/>']],
  [{ limit: 99 }, keys],
] as const)('%o lists %j with any page size', async ([options, expected]) => {
  expect(format(await filledStore().bucket.list(options))).toEqual(expected);
  for (const pageSize of [1, 2, 3, 1000])
    expect(format(await collect(filledStore().bucket.iterate({ ...options, pageSize })))).toEqual(expected);
});

test('requests no more entries than the limit allows', async () => {
  const context = filledStore();
  await collect(context.bucket.iterate({ limit: 5, pageSize: 3 }));
  expect(listCallsOf(context).map(({ maxKeys }) => maxKeys)).toEqual([3, 2]);
});

test('iterate requests a page when the previous one is consumed', async () => {
  const { bucket, calls } = filledStore();
  const entries = bucket.iterate({ pageSize: 2 });
  expect(calls.length).toBe(0);
  await entries.next();
  await entries.next();
  expect(calls.length).toBe(1);
  await entries.next();
  expect(calls.length).toBe(2);
  await entries.return?.();
  expect(await entries.next()).toEqual({ done: true, value: undefined });
  expect(calls.length).toBe(2);
});

test('iterate stops on abort, even within a page', async () => {
  const controller = new AbortController();
  const seen: string[] = [];
  const iterate = async () => {
    for await (const { key } of filledStore().bucket.iterate({ signal: controller.signal })) {
      seen.push(key);
      controller.abort('stop');
    }
  };
  expect([await thrownBy(iterate), seen]).toEqual(['stop', ['a']]);
});

test('listPage continues from a token on any handle, and the last page has no token', async () => {
  const { store, bucket } = filledStore();
  const first = await bucket.listPage({ pageSize: 2, recursive: false });
  expect([format(first.entries), first.nextToken === undefined]).toEqual([['a', '<b/>'], false]);
  const options = { pageSize: 2, recursive: false, token: first.nextToken };
  const second = await store.bucket('photos').listPage(options);
  expect(format(second.entries)).toEqual(['c', '<d/>']);
  // The token takes precedence over `startAfter`.
  expect(format((await bucket.listPage({ ...options, startAfter: 'e' })).entries)).toEqual(['c', '<d/>']);
  const last = await bucket.listPage({ ...options, token: second.nextToken });
  expect(format(last.entries)).toEqual(['e,f']);
  expect('nextToken' in last).toBe(false);
});

test('lists an empty bucket as one empty page', async () => {
  const { bucket } = testStore();
  expect(await bucket.listPage()).toStrictEqual({ entries: [] });
  expect(await bucket.list()).toEqual([]);
  expect(await bucket.listFilename({ returnType: 'str' })).toBe('');
});

test.for([
  [undefined, keys],
  [{ contains: '' }, keys],
  [{ contains: '1' }, ['b/1', 'd/x/1']],
  [{ contains: '/' }, ['b/1', 'b/2', 'd/x/1']],
  [{ contains: 'B' }, []],
  [{ contains: '.' }, []],
  [{ contains: '1', limit: 1 }, ['b/1']],
  [{ limit: 0 }, []],
  [{ limit: 2 }, ['a', 'b/1']],
  [{ recursive: false }, ['a', 'b/', 'c', 'd/', 'e,f']],
  [{ delimiter: '/', prefix: 'b' }, ['b/']],
  [{ prefix: 'd', startAfter: 'd/x/1' }, []],
  [{ returnType: 'array' }, keys],
] as const)('listFilename(%o) returns %j', async ([options, expected]) => {
  const context = filledStore();
  expect(await context.bucket.listFilename(options)).toEqual(expected);
  expect(listCallsOf(context).every(({ metadata }) => !metadata)).toBe(true);
});

test('listFilename joins keys with commas, even if they contain commas', async () => {
  expect(await filledStore().bucket.listFilename({ returnType: 'str', startAfter: 'c' })).toBe('d/x/1,e,f');
});

test('listFilename requests no page beyond its limit', async () => {
  const { bucket, calls } = testStore({
    listObjects: async ({ startAfter }) => ({ entries: [infoOf(`${startAfter}x`, Buffer.alloc(0))], truncated: true }),
  });
  expect(await bucket.listFilename({ limit: 3 })).toEqual(['x', 'xx', 'xxx']);
  expect(calls.length).toBe(3);
});

test('fails with InternalError if the driver returns an empty truncated page', async () => {
  const { bucket } = testStore({ listObjects: async () => ({ entries: [], truncated: true }) });
  expect((await failureOf(() => bucket.list())).code).toBe('InternalError');
  expect((await failureOf(() => bucket.listPage())).code).toBe('InternalError');
});

test('fails with InternalError if a truncated page does not advance', async () => {
  const { bucket } = testStore({ listObjects: async () => ({ entries: [infoOf('b', Buffer.alloc(0))], truncated: true }) });
  expect((await failureOf(() => bucket.list())).code).toBe('InternalError');
  for (const startAfter of ['b', 'c']) expect((await failureOf(() => bucket.listPage({ startAfter }))).code).toBe('InternalError');
  for (const startAfter of ['', 'a']) expect((await bucket.listPage({ startAfter })).entries).toHaveLength(1);
});

test('accepts the common prefix that contains startAfter as the last entry of a page', async () => {
  const { bucket } = testStore({ listObjects: async () => ({ entries: [{ key: 'b/', isPrefix: true }], truncated: true }) });
  expect((await bucket.listPage({ recursive: false, startAfter: 'b/c' })).entries).toHaveLength(1);
});

test('fails with InternalError if pages alternate between a key and its common prefix', async () => {
  const { bucket, calls } = testStore({
    listObjects: async ({ startAfter }) => ({
      entries: [startAfter === 'b/c' ? { key: 'b/', isPrefix: true } : infoOf('b/c', Buffer.alloc(0))],
      truncated: true,
    }),
  });
  expect((await failureOf(() => bucket.list({ recursive: false }))).code).toBe('InternalError');
  expect(calls).toHaveLength(2);
  const { nextToken } = await bucket.listPage();
  expect((await failureOf(() => bucket.listPage({ token: nextToken }))).code).toBe('InternalError');
});

test('fails with InternalError if a page has more entries than requested', async () => {
  const entries = ['a', 'b', 'c'].map((key) => infoOf(key, Buffer.alloc(0)));
  const { bucket } = testStore({ listObjects: async () => ({ entries, truncated: false }) });
  expect((await failureOf(() => bucket.list({ limit: 2 }))).code).toBe('InternalError');
  expect((await failureOf(() => bucket.listPage({ pageSize: 2 }))).code).toBe('InternalError');
  expect(await bucket.list({ limit: 3 })).toHaveLength(3);
});
