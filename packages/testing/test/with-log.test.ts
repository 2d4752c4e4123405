import { MemoryDatastore } from '@anybucket/backend-memory';
import { expect, test } from 'vitest';
import { expectAtMost, expectCalls, expectInOrder, expectNever, withFaults, withLog } from '../src/index.js';
import { chunksOf, failure, thrownBy } from './support.js';

function loggedStore() {
  return withLog(new MemoryDatastore({ buckets: { photos: { 'a.txt': 'aaaa' } } }));
}

test('records operation, bucket, key, bytes, outcome and time of each request', async () => {
  const store = loggedStore();
  const bucket = store.bucket('photos');
  await bucket.put('b', chunksOf(Buffer.alloc(10), 4));
  await (await bucket.get('a.txt')).text();
  await failure(bucket.get('missing'));
  await bucket.move('b', 'c');
  await bucket.delete(['c', 'd']);
  expect(store.calls.all()).toMatchObject([
    {
      operation: 'put',
      request: 'PutObject',
      bucket: 'photos',
      key: 'b',
      bytes: 10,
      outcome: 'ok',
      durationMs: expect.any(Number) as unknown,
    },
    { operation: 'get', request: 'GetObject', bucket: 'photos', key: 'a.txt', bytes: 4, outcome: 'ok' },
    { operation: 'get', key: 'missing', bytes: 0, outcome: 'NoSuchKey' },
    { operation: 'move', request: 'HeadObject', key: 'b' },
    { operation: 'move', request: 'CopyObject', key: 'c' },
    { operation: 'move', request: 'DeleteObject', key: 'b' },
    { operation: 'delete', request: 'DeleteObjects', keys: ['c', 'd'] },
  ]);
  expect(store.calls.all().every(({ durationMs }) => durationMs >= 0)).toBe(true);
  store.calls.clear();
  expect([...store.calls]).toEqual([]);
});

test('attributes requests to the right method while calls overlap', async () => {
  const store = loggedStore();
  const bucket = store.bucket('photos');
  // The source of the put calls another method.
  await bucket.put(
    'b',
    (async function* () {
      yield await (await bucket.get('a.txt')).bytes();
    })(),
  );
  expectCalls(store, [{ operation: 'put', key: 'b' }, 'get']);
});

test('records a body that fails, and an aborted request', async () => {
  const store = withLog(withFaults(loggedStore(), [{ operation: 'get', afterBytes: 2, error: 'ConnectionFailed' }]));
  await failure((await store.bucket('photos').get('a.txt')).bytes());
  expectCalls(store, [{ operation: 'get', bytes: 2, outcome: 'ConnectionFailed' }]);
  const stalled = withLog(withFaults(loggedStore(), [{ operation: 'stat', stall: true }]));
  await expect(stalled.bucket('photos').stat('a.txt', { signal: AbortSignal.timeout(5) })).rejects.toThrow('timeout');
  expectCalls(stalled, [{ operation: 'stat', outcome: 'TimeoutError' }]);
});

test('expectCalls compares all calls in order, or some, or in any order', async () => {
  const store = loggedStore();
  const bucket = store.bucket('photos');
  await bucket.stat('a.txt');
  await bucket.put('b', 'x');
  await bucket.delete('b');
  expectCalls(store, ['stat', { operation: 'put', key: /^b$/, bytes: 1 }, 'delete']);
  expectCalls(store, ['put'], { partial: true });
  expectCalls(store, ['delete', {}, 'stat'], { anyOrder: true });
  expectInOrder(store, ['stat', 'delete']);
  expectNever(store, { operation: 'get' });
  expectNever(store, { outcome: 'AccessDenied' });
  expectAtMost(store, 1, 'put');
  expectAtMost(store, 3);
  expect(thrownBy(() => expectInOrder(store, ['delete', 'stat'])).message).toContain("expected a call { operation: 'stat' }");
  expect(() => expectCalls(store, ['stat', 'put'])).toThrow('expected 2 calls, got 3');
  expect(() => expectAtMost(store, 0, 'put')).toThrow("expected at most 0 calls { operation: 'put' }, got 1");
  expect(() => expectNever(store, 'delete')).toThrow('expected no call');
});

test('a failed assertion shows what was expected and received', async () => {
  const store = loggedStore();
  await store.bucket('photos').put('b', 'x');
  await failure(store.bucket('photos').get('c'));
  const error = thrownBy(() =>
    expectCalls(store, [
      { operation: 'put', key: 'b' },
      { operation: 'get', outcome: 'ok' },
    ]),
  );
  expect(error).toMatchObject({ name: 'AssertionError' });
  expect(error.message).toBe(
    [
      "expected a call { operation: 'get', outcome: 'ok' }",
      '',
      'Expected:',
      "  1. { operation: 'put', key: 'b' }",
      "  2. { operation: 'get', outcome: 'ok' }",
      '',
      'Received:',
      '  1. put photos/b (PutObject): 1 B, ok',
      '  2. get photos/c (GetObject): 0 B, NoSuchKey',
    ].join('\n'),
  );
});

test.each([['upload'], [{ operation: 'upload' }], [{ name: 'put' }], [{ request: 'put' }], [3]])(
  'rejects the expected call %j',
  (expected) => {
    expect(thrownBy(() => expectCalls(loggedStore(), [expected as 'put']))).toMatchObject({ code: 'InvalidArgument' });
  },
);
