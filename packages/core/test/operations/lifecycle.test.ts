import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { onClose } from '../../src/operations/lifecycle.js';
import { failureOf } from '../failure.js';
import { TestStream, settled } from '../body/streams.js';
import { infoOf, testStore } from './test-store.js';

/** Creates a promise that the test resolves. */
function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

test('close waits for running calls, then closes the driver', async () => {
  const steps: string[] = [];
  const put = gate();
  const head = gate();
  const { store, bucket } = testStore({
    putObject: async () => {
      await put.opened;
      steps.push('put');
      return { etag: 'e' };
    },
    headObject: async (key) => {
      await head.opened;
      steps.push('stat');
      return infoOf(key, Buffer.alloc(0));
    },
    close: async () => void steps.push('close'),
  });
  const running = [bucket.put('k', 'data'), bucket.stat('k')];
  const closed = store.close();
  await settled();
  put.open();
  await settled();
  expect(steps).toEqual(['put']);
  head.open();
  await Promise.all([...running, closed]);
  expect(steps).toEqual(['put', 'stat', 'close']);
});

test('close waits for a call that fails', async () => {
  const { opened, open } = gate();
  const { store, bucket, calls } = testStore({
    headObject: async () => {
      await opened;
      throw new Error('failed');
    },
  });
  const failure = failureOf(() => bucket.stat('k'));
  const closed = store.close();
  await settled();
  expect(calls.map(({ name }) => name)).toEqual(['headObject']);
  open();
  await closed;
  expect((await failure).code).toBe('InternalError');
  expect(calls.at(-1)?.name).toBe('close');
});

test('close starts immediately without running calls; further calls wait for the first', async () => {
  const { opened, open } = gate();
  const { store, calls } = testStore({ close: () => opened });
  const closes = [store.close(), store.close(), store[Symbol.asyncDispose]()];
  await settled();
  expect(calls.map(({ name }) => name)).toEqual(['close']);
  let done = false;
  const all = Promise.all(closes).then(() => (done = true));
  await settled();
  expect(done).toBe(false);
  open();
  await all;
  await store.close();
  expect(calls.length).toBe(1);
});

test('close reports a failure of the driver', async () => {
  const cause = new Error('failed');
  const { store } = testStore({
    close: async () => {
      throw cause;
    },
  });
  expect(await failureOf(() => store.close())).toMatchObject({ code: 'InternalError', operation: 'close', cause });
});

test.for([
  ['list', undefined],
  ['getBuckets', undefined],
  ['getBucket', 'photos'],
  ['createBucket', 'photos'],
  ['removeBucket', 'photos'],
  ['bucketExists', 'photos'],
] as const)('%s fails with DatastoreClosed after close', async ([method, name]) => {
  const { store, calls } = testStore();
  const closed = store.close();
  expect(await failureOf(() => store[method](name as never))).toMatchObject({ code: 'DatastoreClosed', operation: method });
  await closed;
  expect(await failureOf(() => store[method](name as never))).toMatchObject({ code: 'DatastoreClosed', operation: method });
  expect(calls.map((call) => call.name)).toEqual(['close']);
});

test('calls of a bucket fail with DatastoreClosed after close, with operation, bucket and key', async () => {
  const { store, bucket, calls } = testStore();
  const pages = bucket.iterate();
  await store.close();
  expect(await failureOf(() => bucket.get('k'))).toMatchObject({ code: 'DatastoreClosed', operation: 'get', bucket: 'photos', key: 'k' });
  expect(await failureOf(() => bucket.list())).toMatchObject({ code: 'DatastoreClosed', operation: 'list', bucket: 'photos' });
  expect(await failureOf(() => pages.next())).toMatchObject({ code: 'DatastoreClosed', operation: 'iterate' });
  expect(await failureOf(() => store.bucket('other').exists('k'))).toMatchObject({ code: 'DatastoreClosed', bucket: 'other' });
  expect(calls.map((call) => call.name)).toEqual(['close']);
});

test('a put rejected because of close or an aborted signal closes its source', async () => {
  const { store, bucket } = testStore();
  const aborted = new PassThrough();
  await bucket.put('k', aborted, { signal: AbortSignal.abort() }).catch(() => {});
  await store.close();
  const late = new PassThrough();
  expect((await failureOf(() => bucket.put('k', late))).code).toBe('DatastoreClosed');
  expect((await failureOf(() => bucket.put('k', 5 as never))).code).toBe('DatastoreClosed');
  await settled();
  expect([aborted.destroyed, late.destroyed]).toEqual([true, true]);
});

test('close interrupts open bodies with DatastoreClosed and waits until they are released', async () => {
  const streams: TestStream[] = [];
  const { store, bucket, calls } = testStore({
    getObject: async (key) => {
      const released = new TestStream(['data'], 'hang');
      streams.push(released);
      return { info: { ...infoOf(key, Buffer.alloc(0)), size: 9 }, body: released };
    },
    close: async () => expect(streams.map((stream) => stream.cancelled)).toEqual([1, 1, 1]),
  });
  const [unread, begun, waiting] = [await bucket.get('unread'), await bucket.get('begun'), await bucket.get('waiting')];
  const iterator = begun.stream();
  await iterator.next();
  const failure = failureOf(() => waiting.text());
  await settled();
  await store.close();
  expect(calls.at(-1)?.name).toBe('close');
  const closed = { code: 'DatastoreClosed', operation: 'get', bucket: 'photos' };
  expect(await failure).toMatchObject({ ...closed, key: 'waiting' });
  expect(await failureOf(() => iterator.next())).toMatchObject({ ...closed, key: 'begun' });
  expect(await failureOf(() => unread.text())).toMatchObject({ ...closed, key: 'unread' });
});

test('close lets a put finish that reads from a body of the same datastore', async () => {
  const { store, bucket, objects } = testStore({
    getObject: async (key) => ({ info: { ...infoOf(key, Buffer.alloc(0)), size: 6 }, body: new TestStream(['abc', 'def']) }),
  });
  const copied = bucket.put('copy', await bucket.get('k'));
  await Promise.all([store.close(), copied]);
  expect(String(objects.get('copy'))).toBe('abcdef');
});

test('close does not wait for bodies that were read or cancelled', async () => {
  const { store, bucket } = testStore({
    getObject: async (key) => ({ info: { ...infoOf(key, Buffer.alloc(0)), size: 3 }, body: new TestStream(['abc']) }),
  });
  await (await bucket.get('k')).text();
  await (await bucket.get('k')).cancel();
  await store.close();
});

test('sharing a signal between many calls does not trigger the leak warning of Node', async () => {
  const warnings: Error[] = [];
  const listener = (warning: Error) => warnings.push(warning);
  process.on('warning', listener);
  onTestFinished(() => void process.off('warning', listener));
  const { signal } = new AbortController();
  const { bucket } = testStore({ getObject: async (key) => ({ info: infoOf(key, Buffer.alloc(0)), body: new TestStream([]) }) });
  const objects = await Promise.all(Array.from({ length: 20 }, () => bucket.get('k', { signal })));
  await settled();
  for (const object of objects) await object.cancel();
  expect(warnings).toEqual([]);
});

test('onClose listeners are called once, when the datastore begins to close', async () => {
  const { store } = testStore();
  const other = testStore().store;
  const called: string[] = [];
  onClose(store, () => called.push('a'));
  onClose(store, () => called.push('b'));
  onClose(other, () => called.push('other'));
  const closed = store.close();
  expect(called).toEqual(['a', 'b']);
  await closed;
  await store.close();
  expect(called).toEqual(['a', 'b']);
});
