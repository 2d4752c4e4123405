import { expect, test } from 'vitest';
import type { ListOptions } from '../../src/api/options.js';
import type { CommonPrefix, ObjectSummary } from '../../src/api/object-info.js';
import type { ListCall } from '../../src/driver/calls.js';
import { failureOf, thrownBy } from '../failure.js';
import { infoOf, testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

const keys = ['a', 'b/1', 'b/2', 'c', 'd/x/1', 'e,f'];

function filled(): TestStore {
  const context = testStore();
  for (const key of keys) context.objects.set(key, Buffer.from(key));
  return context;
}

const show = (entries: readonly (ObjectSummary | CommonPrefix)[]) =>
  entries.map(({ key, isPrefix }) => (isPrefix === true ? `<${key}>` : key));

async function collect<Entry>(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

/** What the driver was asked. */
const asked = ({ calls }: TestStore) => calls.map(({ args }) => args[0] as ListCall);

const plain = { prefix: '', delimiter: '', startAfter: '', maxKeys: 1000, metadata: true };

test.for([
  [undefined, plain],
  [{}, plain],
  [{ recursive: undefined, metadata: undefined, delimiter: undefined, prefix: undefined, startAfter: undefined, limit: undefined }, plain],
  [{ recursive: true }, plain],
  [{ recursive: false }, { ...plain, delimiter: '/' }],
  [{ delimiter: '-' }, { ...plain, delimiter: '-' }],
  [
    { recursive: false, delimiter: '-' },
    { ...plain, delimiter: '-' },
  ],
  [{ recursive: true, delimiter: undefined }, plain],
  [{ metadata: false }, { ...plain, metadata: false }],
  [
    { prefix: '../x//', startAfter: '/\0' },
    { ...plain, prefix: '../x//', startAfter: '/\0' },
  ],
  [{ limit: 7 }, { ...plain, maxKeys: 7 }],
  [{ limit: 5000 }, plain],
  [{ limit: 0 }, { ...plain, maxKeys: 1 }],
] as const)('%o asks the driver for %o', async ([options, call]) => {
  const context = testStore();
  await context.bucket.list(options as ListOptions);
  expect(asked(context)).toEqual([call]);
});

test.for([
  [1, 1],
  [1000, 1000],
  [1001, 1000],
  [Number.MAX_SAFE_INTEGER, 1000],
  [undefined, 1000],
])('a page size of %s asks for %i', async ([pageSize, maxKeys]) => {
  const context = testStore();
  await context.bucket.listPage({ pageSize });
  await context.bucket.iterate({ pageSize }).next();
  expect(asked(context).map((call) => call.maxKeys)).toEqual([maxKeys, maxKeys]);
});

test('a delimiter does not go with `recursive: true`', async () => {
  const { bucket, calls } = filled();
  const options = { recursive: true, delimiter: '/' };
  for (const work of [
    () => bucket.list(options),
    () => bucket.iterate(options).next(),
    () => bucket.listPage(options),
    () => bucket.listFilename(options),
  ]) {
    expect((await failureOf(work)).code).toBe('InvalidArgument');
  }
  expect(calls).toEqual([]);
});

test('list gives every page, page after page', async () => {
  const { bucket, calls } = testStore({
    listObjects: async ({ startAfter }) => {
      const at = startAfter === '' ? 0 : keys.indexOf(startAfter) + 1;
      return { entries: keys.slice(at, at + 2).map((key) => infoOf(key, Buffer.alloc(0))), truncated: at + 2 < keys.length };
    },
  });
  expect(show(await bucket.list())).toEqual(keys);
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
] as const)('%o lists %j, whatever the page size', async ([options, expected]) => {
  expect(show(await filled().bucket.list(options))).toEqual(expected);
  for (const pageSize of [1, 2, 3, 1000]) expect(show(await collect(filled().bucket.iterate({ ...options, pageSize })))).toEqual(expected);
});

test('a limit asks for no more than is left', async () => {
  const context = filled();
  await collect(context.bucket.iterate({ limit: 5, pageSize: 3 }));
  expect(asked(context).map(({ maxKeys }) => maxKeys)).toEqual([3, 2]);
});

test('iterate reads a page when the one before is consumed', async () => {
  const { bucket, calls } = filled();
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

test('iterate stops at an abort, in the middle of a page too', async () => {
  const controller = new AbortController();
  const seen: string[] = [];
  const reading = async () => {
    for await (const { key } of filled().bucket.iterate({ signal: controller.signal })) {
      seen.push(key);
      controller.abort('enough');
    }
  };
  expect([await thrownBy(reading), seen]).toEqual(['enough', ['a']]);
});

test('pages go on by a token, also on another handle, and the last has none', async () => {
  const { store, bucket } = filled();
  const first = await bucket.listPage({ pageSize: 2, recursive: false });
  expect([show(first.entries), first.nextToken === undefined]).toEqual([['a', '<b/>'], false]);
  const options = { pageSize: 2, recursive: false, token: first.nextToken };
  const second = await store.bucket('photos').listPage(options);
  expect(show(second.entries)).toEqual(['c', '<d/>']);
  // A token is worth more than `startAfter`.
  expect(show((await bucket.listPage({ ...options, startAfter: 'e' })).entries)).toEqual(['c', '<d/>']);
  const last = await bucket.listPage({ ...options, token: second.nextToken });
  expect(show(last.entries)).toEqual(['e,f']);
  expect('nextToken' in last).toBe(false);
});

test('an empty bucket has one empty page', async () => {
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
] as const)('listFilename(%o) gives %j', async ([options, expected]) => {
  const context = filled();
  expect(await context.bucket.listFilename(options)).toEqual(expected);
  expect(asked(context).every(({ metadata }) => !metadata)).toBe(true);
});

test('listFilename joins with commas, whatever the keys hold', async () => {
  expect(await filled().bucket.listFilename({ returnType: 'str', startAfter: 'c' })).toBe('d/x/1,e,f');
});

test('listFilename with a limit reads no page beyond it', async () => {
  const { bucket, calls } = testStore({
    listObjects: async ({ startAfter }) => ({ entries: [infoOf(`${startAfter}x`, Buffer.alloc(0))], truncated: true }),
  });
  expect(await bucket.listFilename({ limit: 3 })).toEqual(['x', 'xx', 'xxx']);
  expect(calls.length).toBe(3);
});

test('a driver that promises more behind an empty page is told off, not asked for ever', async () => {
  const { bucket } = testStore({ listObjects: async () => ({ entries: [], truncated: true }) });
  expect((await failureOf(() => bucket.list())).code).toBe('InternalError');
  expect((await failureOf(() => bucket.listPage())).code).toBe('InternalError');
});

test('so is one whose page does not go beyond where it began', async () => {
  const { bucket } = testStore({ listObjects: async () => ({ entries: [infoOf('b', Buffer.alloc(0))], truncated: true }) });
  expect((await failureOf(() => bucket.list())).code).toBe('InternalError');
  for (const startAfter of ['b', 'c']) expect((await failureOf(() => bucket.listPage({ startAfter }))).code).toBe('InternalError');
  for (const startAfter of ['', 'a']) expect((await bucket.listPage({ startAfter })).entries).toHaveLength(1);
});

test('a folder that the listing begins in may end its page', async () => {
  const { bucket } = testStore({ listObjects: async () => ({ entries: [{ key: 'b/', isPrefix: true }], truncated: true }) });
  expect((await bucket.listPage({ recursive: false, startAfter: 'b/c' })).entries).toHaveLength(1);
});
