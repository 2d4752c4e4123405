import { expect, test } from 'vitest';
import type { GetOptions } from '../../src/api/options.js';
import type { GetCall } from '../../src/driver/calls.js';
import { StorageError } from '../../src/api/errors.js';
import { resolveRange } from '../../src/rules/ranges.js';
import { failureOf } from '../failure.js';
import { TestStream } from '../body/streams.js';
import { infoOf, testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

const body = 'some data';
const { etag, lastModified } = infoOf('k', Buffer.from(body));

/** Creates a store whose object has a stream as its body, and collects the streams. */
function streamStore(): TestStore & { readonly streams: TestStream[] } {
  const streams: TestStream[] = [];
  const store = testStore({
    getObject: async (key, { range: requested }) => {
      const range = requested === undefined ? undefined : resolveRange(requested, body.length);
      const stream = new TestStream([body.slice(range?.start, range?.end)]);
      streams.push(stream);
      return { info: infoOf(key, Buffer.from(body)), range, body: stream };
    },
  });
  store.objects.set('k', Buffer.from(body));
  return { ...store, streams };
}

const namesOf = ({ calls }: TestStore) => calls.map(({ name }) => name);
const rangesOf = ({ calls }: TestStore) => calls.map(({ args }) => (args[1] as GetCall).range);

test('without validators, an object is requested once', async () => {
  const store = streamStore();
  await (await store.bucket.get('k', { range: 'bytes=0-3' })).text();
  expect(rangesOf(store)).toEqual([{ start: 0, end: 4 }]);
});

test('a range that applies is requested once', async () => {
  for (const ifRange of [etag, `"${etag}"`, lastModified, lastModified.toUTCString()]) {
    const store = streamStore();
    const object = await store.bucket.get('k', { range: { start: 5 }, ifRange });
    expect([object.range, await object.text()]).toEqual([{ start: 5, end: 9, size: 9 }, 'data']);
    expect(namesOf(store)).toEqual(['getObject']);
  }
});

test('a range that does not apply is released, and the whole body requested', async () => {
  for (const ifRange of ['other', `W/"${etag}"`, new Date(0)]) {
    const store = streamStore();
    const object = await store.bucket.get('k', { range: { start: 5 }, ifRange, ifMatch: etag, versionId: 'v' });
    expect([object.range, await object.text()]).toEqual([undefined, body]);
    expect(rangesOf(store)).toEqual([{ start: 5 }, undefined]);
    expect(store.calls[1]?.args[1]).toEqual({ conditions: { ifMatch: etag }, versionId: 'v' });
    expect(store.streams.map(({ cancelled, reads }) => [cancelled, reads > 0])).toEqual([
      [1, false],
      [1, true],
    ]);
  }
});

test('the validator of a range past the end is compared with that of the object', async () => {
  const changed = streamStore();
  expect(await (await changed.bucket.get('k', { range: { start: 99 }, ifRange: 'other' })).text()).toBe(body);
  expect(namesOf(changed)).toEqual(['getObject', 'headObject', 'getObject']);
  const same = streamStore();
  expect((await failureOf(() => same.bucket.get('k', { range: { start: 99 }, ifRange: etag }))).code).toBe('InvalidRange');
  expect(namesOf(same)).toEqual(['getObject', 'headObject']);
});

test('a list of ETags is compared with that of the object, whose body is released', async () => {
  const store = streamStore();
  const failure = await failureOf(() => store.bucket.get('k', { ifNoneMatch: `"other", "${etag}"` }));
  expect([failure.code, failure.operation, failure.key]).toEqual(['NotModified', 'get', 'k']);
  expect(store.calls.map(({ name, args }) => [name, args[1]])).toEqual([['getObject', {}]]);
  expect(store.streams.map(({ cancelled, reads }) => [cancelled, reads])).toEqual([[1, 0]]);
});

test('a list with none of the ETags returns the body', async () => {
  const store = streamStore();
  expect(await (await store.bucket.get('k', { ifNoneMatch: '"other", "more"', range: { start: 5 } })).text()).toBe('data');
  expect(namesOf(store)).toEqual(['getObject']);
});

test('a list is compared before the range', async () => {
  const store = streamStore();
  const range = { start: 99 };
  expect((await failureOf(() => store.bucket.get('k', { ifNoneMatch: `"${etag}", "x"`, range }))).code).toBe('NotModified');
  expect((await failureOf(() => store.bucket.get('k', { ifNoneMatch: '"x", "y"', range }))).code).toBe('InvalidRange');
});

test('one weak ETag is passed to the driver like a strong one', async () => {
  const store = streamStore();
  await store.bucket.get('k', { ifNoneMatch: 'W/"other"' });
  expect(store.calls[0]?.args[1]).toEqual({ conditions: { ifNoneMatch: 'other' } });
});

test('a body that cannot be released does not hide the result', async () => {
  const stream = Object.assign(new TestStream([body]), {
    cancel: () => {
      throw new Error('cancel failed');
    },
  });
  const { bucket } = testStore({ getObject: async (key) => ({ info: infoOf(key, Buffer.from(body)), body: stream }) });
  expect((await failureOf(() => bucket.get('k', { ifNoneMatch: `"${etag}", "x"` }))).code).toBe('NotModified');
});

test('a failure of the second request is reported', async () => {
  const { bucket } = testStore({
    getObject: async (key, { range }) => {
      if (range === undefined) throw new StorageError({ code: 'NoSuchKey', message: 'deleted' });
      return { info: infoOf(key, Buffer.from(body)), range: resolveRange(range, body.length), body: Buffer.from('data') };
    },
  });
  expect((await failureOf(() => bucket.get('k', { range: { start: 5 }, ifRange: 'other' }))).code).toBe('NoSuchKey');
});

test.for([
  [{ range: '' }, 'InvalidArgument'],
  [{ range: 'bytes=0-1,3-4' }, 'InvalidArgument'],
  [{ range: 'bytes=-0' }, 'InvalidRange'],
  [{ range: 'bytes=0-1', partNumber: 1 }, 'InvalidArgument'],
  [{ ifRange: 'e' }, 'InvalidArgument'],
  [{ ifRange: '*', range: 'bytes=0-1' }, 'InvalidArgument'],
  [{ ifNoneMatch: '"a", *' }, 'InvalidArgument'],
  [{ ifNoneMatch: '"a", "b"', ifMatch: 'c' }, 'InvalidArgument'],
  [{ ifNoneMatch: '"", "b"' }, 'InvalidArgument'],
] as const)('rejects %j with %s before any I/O', async ([options, code]) => {
  const store = streamStore();
  expect((await failureOf(() => store.bucket.get('k', options as GetOptions))).code).toBe(code);
  expect(store.calls).toEqual([]);
});
