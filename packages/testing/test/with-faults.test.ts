import { MemoryDatastore } from '@anybucket/backend-memory';
import { BatchDeleteError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { describe, expect, test } from 'vitest';
import { withDelay, withFaults, withLog } from '../src/index.js';
import type { Fault, Faults } from '../src/index.js';
import { chunksOf, failure, thrownBy } from './support.js';

const part = 5 * 2 ** 20;

function faultyStore(...faults: readonly Fault[]): { store: MemoryDatastore & { readonly faults: Faults }; bucket: Bucket } {
  const memory = new MemoryDatastore({ buckets: { photos: { 'a.txt': 'aaaa', 'b.csv': 'bbbb', 'c.csv': 'cccc' }, other: {} } });
  const store = withFaults(memory, faults);
  return { store, bucket: store.bucket('photos') };
}

describe('a failed request', () => {
  test('has the fields of an error of a server', async () => {
    const { bucket, store } = faultyStore({ operation: 'put', error: 'SlowDown' });
    expect(await failure(bucket.put('new', 'x'))).toMatchObject({
      name: 'StorageError',
      code: 'SlowDown',
      status: 503,
      retryable: true,
      operation: 'put',
      bucket: 'photos',
      key: 'new',
      serverCode: 'SlowDown',
      requestId: expect.any(String) as unknown,
      cause: { name: 'S3Error', code: 'SlowDown', status: 503 },
    });
    expect(await bucket.exists('new')).toBe(false);
    await bucket.put('new', 'x');
    store.faults.verify();
  });

  test('has no status if the connection failed', async () => {
    const { bucket } = faultyStore({ operation: 'stat', error: 'ConnectionFailed' });
    const error = await failure(bucket.stat('a.txt'), 'ConnectionFailed');
    expect(error).toMatchObject({ retryable: true, cause: { code: 'ECONNRESET' } });
    expect(error).not.toHaveProperty('status');
  });

  test.each<[Fault['operation'], (bucket: Bucket) => Promise<unknown>]>([
    ['list', (bucket) => bucket.list()],
    ['listFilename', (bucket) => bucket.listFilename()],
    ['keys', (bucket) => bucket.keys().next()],
    ['iterate', (bucket) => bucket.iterate().next()],
    ['get', (bucket) => bucket.get('a.txt')],
    ['exists', (bucket) => bucket.exists('a.txt')],
    ['copy', (bucket) => bucket.copy('a.txt', 'z')],
    ['fcopyTo', (bucket) => bucket.fcopyTo('other', 'z', 'a.txt')],
    ['move', (bucket) => bucket.move('a.txt', 'z')],
    ['tags', (bucket) => bucket.tags('a.txt')],
    ['listVersions', (bucket) => bucket.listVersions()],
    ['createUpload', (bucket) => bucket.createUpload('z')],
    ['putPart', async (bucket) => (await bucket.createUpload('z')).putPart(1, 'x')],
    ['abort', async (bucket) => bucket.upload('z', 'id').abort()],
    ['deleteAll', (bucket) => bucket.deleteAll({ prefix: 'a' })],
  ])('affects only the method %s', async (operation, call) => {
    const { bucket, store } = faultyStore({ operation, error: 'AccessDenied' });
    await bucket.stat('a.txt');
    await bucket.datastore.bucketExists('photos');
    expect(store.faults.occurred).toEqual([0]);
    expect(await failure(call(bucket), 'AccessDenied')).toMatchObject({ operation });
  });

  test('can be one of a method of the datastore', async () => {
    const { store } = faultyStore({ operation: 'createBucket', bucket: 'new', error: 'InternalError' });
    await store.createBucket('newer');
    expect(await failure(store.createBucket('new'))).toMatchObject({ code: 'InternalError', operation: 'createBucket', bucket: 'new' });
    expect(await store.list()).toEqual(['newer', 'other', 'photos']);
  });

  test('can be selected by the request in S3, whatever method makes it', async () => {
    const { bucket } = faultyStore({ operation: 'DeleteObject', error: 'SlowDown' });
    expect(await failure(bucket.move('a.txt', 'z'), 'SlowDown')).toMatchObject({ operation: 'move' });
    expect(await bucket.listFilename()).toEqual(['a.txt', 'b.csv', 'c.csv', 'z']);
  });

  test('affects only the requests from nth on, times times, with matching keys and buckets', async () => {
    const { bucket, store } = faultyStore({ operation: 'get', bucket: 'photos', key: /\.csv$/g, nth: 2, times: 2, error: 'Timeout' });
    const outcomes: string[] = [];
    for (const key of ['b.csv', 'a.txt', 'c.csv', 'b.csv', 'b.csv'])
      outcomes.push(
        await bucket.get(key).then(
          () => 'ok',
          (error: unknown) => (error as { code: string }).code,
        ),
      );
    expect(outcomes).toEqual(['ok', 'ok', 'Timeout', 'Timeout', 'ok']);
    expect(store.faults.occurred).toEqual([2]);
  });

  test('takes effect if its response is lost', async () => {
    const { bucket } = faultyStore({ operation: 'put', error: 'ConnectionFailed', responseLost: true });
    await failure(bucket.put('new', 'x', { ifNoneMatch: '*' }), 'ConnectionFailed');
    expect(await (await bucket.get('new')).text()).toBe('x');
  });

  test('of a list fails the matching keys alone', async () => {
    const { bucket } = faultyStore({ operation: 'delete', key: 'b.csv', error: 'AccessDenied' });
    const error = await failure(bucket.delete(['a.txt', 'b.csv', 'c.csv']), 'AccessDenied');
    expect(error).toMatchObject({ deleted: ['a.txt', 'c.csv'], failures: [{ key: 'b.csv' }] });
    expect(error).toBeInstanceOf(BatchDeleteError);
    expect(await bucket.listFilename()).toEqual(['b.csv']);
  });
});

describe('a body', () => {
  test('of a get breaks after some bytes', async () => {
    const { bucket } = faultyStore({ operation: 'get', afterBytes: 3, error: 'ConnectionFailed' });
    const received: Buffer[] = [];
    const reading = (async () => {
      for await (const chunk of await bucket.get('a.txt')) received.push(chunk);
    })();
    expect(await failure(reading)).toMatchObject({ code: 'ConnectionFailed', operation: 'get', bucket: 'photos', key: 'a.txt' });
    expect(Buffer.concat(received).toString()).toBe('aaa');
  });

  test.each(['bytes', 'a stream'])('of a put of %s breaks after some bytes, and nothing is stored', async (kind) => {
    const { bucket, store } = faultyStore({ operation: 'put', afterBytes: 6, error: 'ConnectionFailed' });
    const data = Buffer.from('0123456789');
    await failure(bucket.put('a.txt', kind === 'bytes' ? data : chunksOf(data, 4)), 'ConnectionFailed');
    expect(await (await bucket.get('a.txt')).text()).toBe('aaaa');
    store.faults.verify();
  });

  test('of a part breaks, and the upload stays open', async () => {
    const { bucket } = faultyStore({ operation: 'putPart', nth: 2, afterBytes: 100, error: 'Timeout' });
    const upload = await bucket.createUpload('large');
    await upload.putPart(1, Buffer.alloc(part));
    await failure(upload.putPart(2, Buffer.alloc(200)), 'Timeout');
    expect(await upload.listParts()).toHaveLength(1);
    await upload.complete();
    expect((await bucket.stat('large')).size).toBe(part);
  });

  test.each([
    [0, 0],
    [3, 3],
    [true, 2],
  ] as const)('that is truncated (%s) fails as incomplete', async (truncate, bytes) => {
    const { bucket, store } = faultyStore({ operation: 'get', truncate }, { operation: 'put', truncate });
    const error = await failure((await bucket.get('a.txt')).bytes(), 'IncompleteBody');
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining(`after ${bytes} of 4 bytes`) as unknown });
    expect(await failure(bucket.put('new', 'xxxx'))).toMatchObject({ code: 'IncompleteBody', status: 400 });
    expect(await bucket.exists('new')).toBe(false);
    store.faults.verify();
  });

  test('that is corrupt is received with one changed bit, which the seed determines', async () => {
    const read = async (seed: number): Promise<string> => {
      const memory = new MemoryDatastore({ buckets: { photos: { k: 'a'.repeat(1000) } } });
      const bucket = withFaults(memory, [{ operation: 'get', corrupt: true }], { seed }).bucket('photos');
      const text = await (await bucket.get('k')).text();
      expect(text.replaceAll('a', '')).toHaveLength(1);
      expect(await (await bucket.get('k')).text()).toBe('a'.repeat(1000));
      return text;
    };
    expect(await read(7)).toBe(await read(7));
    expect(await read(7)).not.toBe(await read(8));
  });

  test('that is corrupt is rejected by a put', async () => {
    const { bucket } = faultyStore({ operation: 'put', corrupt: true });
    expect(await failure(bucket.put('new', 'xxxx'))).toMatchObject({ code: 'BadDigest', status: 400 });
    expect(await bucket.exists('new')).toBe(false);
  });
});

describe('a stall', () => {
  test('ends with the reason of the signal', async () => {
    const { bucket, store } = faultyStore({ operation: 'get', stall: true });
    const controller = new AbortController();
    const reading = bucket.get('a.txt', { signal: controller.signal });
    controller.abort(new TypeError('stop'));
    await expect(reading).rejects.toThrow('stop');
    store.faults.verify();
  });

  test('of a body ends with the reason of the signal', async () => {
    const { bucket } = faultyStore({ operation: 'get', stall: true, afterBytes: 2 });
    const controller = new AbortController();
    const chunks = (await bucket.get('a.txt', { signal: controller.signal })).stream();
    expect((await chunks.next()).value?.toString()).toBe('aa');
    const next = chunks.next();
    controller.abort(new TypeError('stop'));
    await expect(next).rejects.toThrow('stop');
  });

  test.each(['release', 'close'] as const)('ends with Timeout on %s, also in another wrapper', async (end) => {
    const { store: faulty } = faultyStore({ operation: 'stat', stall: true });
    const store = withLog(faulty);
    const call = failure(store.bucket('photos').stat('a.txt'), 'Timeout');
    await expect.poll(() => store.calls.length).toBe(1);
    if (end === 'release') store.faults.release();
    else await store.close();
    expect(await call).toMatchObject({ retryable: true });
  });
});

test('delays a request', async () => {
  const { bucket, store } = faultyStore({ operation: 'get', delayMs: 30 });
  const start = performance.now();
  await bucket.get('a.txt');
  expect(performance.now() - start).toBeGreaterThan(25);
  store.faults.verify();
});

test('the seed determines which requests fail', async () => {
  const run = async (seed: number): Promise<string> => {
    const memory = new MemoryDatastore({ buckets: { photos: { k: '' } } });
    const bucket = withFaults(memory, [{ operation: 'stat', probability: 0.5, times: Infinity, error: 'SlowDown' }], { seed }).bucket(
      'photos',
    );
    let outcomes = '';
    for (let i = 0; i < 40; i++)
      outcomes += await bucket.stat('k').then(
        () => '.',
        () => 'x',
      );
    return outcomes;
  };
  expect(await run(3)).toBe(await run(3));
  expect(await run(3)).not.toBe(await run(4));
  expect(await run(3)).toMatch(/x.*\.|\..*x/);
});

describe('verify', () => {
  test('names the faults that did not occur', async () => {
    const { bucket, store } = faultyStore(
      { operation: 'put', key: /x/, error: 'SlowDown' },
      { operation: 'get', nth: 2, error: 'Timeout' },
      { operation: 'copy', error: 'Timeout', optional: true },
    );
    await bucket.get('a.txt');
    expect(thrownBy(() => store.faults.verify()).message).toBe(
      [
        '2 of 3 faults did not occur:',
        "  { operation: 'put', key: /x/, error: 'SlowDown' }: no request matched",
        "  { operation: 'get', nth: 2, error: 'Timeout' }: 1 request matched",
      ].join('\n'),
    );
  });

  test('runs at the end of the scope of the datastore, whatever wraps it', async () => {
    const { store } = faultyStore({ operation: 'put', error: 'SlowDown' });
    await expect(withDelay(withLog(store), { ms: 0 })[Symbol.asyncDispose]()).rejects.toThrow('1 of 1 faults did not occur');
    await expect(store.list()).rejects.toMatchObject({ code: 'DatastoreClosed' });
  });

  test('runs at the end of the scope of the faults', () => {
    const { store } = faultyStore({ operation: 'put', error: 'SlowDown' });
    expect(() => store.faults[Symbol.dispose]()).toThrow('did not occur');
  });

  test('is not run by close', async () => {
    await faultyStore({ operation: 'put', error: 'SlowDown' }).store.close();
  });
});

test('keeps the methods of the datastore', () => {
  const { store } = faultyStore();
  expect(store.toJSON()).toMatchObject({ photos: { 'a.txt': 'aaaa' } });
  store.restore(store.snapshot());
  expect(store).toBeInstanceOf(MemoryDatastore);
});

test.each<[string, unknown]>([
  ['an unknown operation', { operation: 'upload', error: 'SlowDown' }],
  ['an unknown error code', { operation: 'put', error: 'Slow' }],
  ['an unknown field', { operation: 'put', error: 'SlowDown', after: 3 }],
  ['no operation', { error: 'SlowDown' }],
  ['no effect', { operation: 'put' }],
  ['a nth of 0', { operation: 'put', nth: 0, error: 'SlowDown' }],
  ['a fraction of times', { operation: 'put', times: 1.5, error: 'SlowDown' }],
  ['a negative delay', { operation: 'put', delayMs: -1 }],
  ['a probability above 1', { operation: 'put', probability: 2, error: 'SlowDown' }],
  ['a key of the wrong type', { operation: 'put', key: 1, error: 'SlowDown' }],
  ['afterBytes of an operation without a body', { operation: 'stat', afterBytes: 1, error: 'SlowDown' }],
  ['afterBytes without an error', { operation: 'get', afterBytes: 1, delayMs: 1 }],
  ['contradicting effects', { operation: 'get', stall: true, error: 'SlowDown' }],
  ['truncate and corrupt', { operation: 'get', truncate: 1, corrupt: true }],
  ['no object', 'put'],
])('rejects %s', (_, fault) => {
  expect(thrownBy(() => withFaults(new MemoryDatastore(), [fault as Fault]))).toMatchObject({ code: 'InvalidArgument' });
});

test('rejects faults that are not a list, and unknown options', () => {
  expect(thrownBy(() => withFaults(new MemoryDatastore(), {} as Fault[]))).toMatchObject({ code: 'InvalidArgument' });
  expect(thrownBy(() => withFaults(new MemoryDatastore(), [], { sed: 1 } as object))).toMatchObject({ code: 'InvalidArgument' });
});
