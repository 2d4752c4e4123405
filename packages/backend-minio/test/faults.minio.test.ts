import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import type { Bucket } from '@anybucket/core';
import type { MinioDatastore } from '../src/index.js';
import { FaultProxy, first } from './fault-proxy.js';
import { failure, open, pattern, scratchBucket } from './support.js';

const address = inject('minio');
const busy = { kind: 'answer', status: 503 } as const;
const mib = 2 ** 20;

describe.skipIf(address === undefined)('between us and the server stands a proxy that', () => {
  let direct: MinioDatastore;
  let own: Bucket & AsyncDisposable;
  let proxy: FaultProxy;
  let datastore: MinioDatastore;
  let bucket: Bucket;
  let impatient: MinioDatastore;
  /** The same bucket of one who loses patience soon. */
  let hasty: Bucket;

  beforeAll(async () => {
    direct = open(address as MinioAddress);
    own = await scratchBucket(direct);
    proxy = await FaultProxy.start(address as MinioAddress);
    datastore = open(proxy.address);
    bucket = datastore.bucket(own.name);
    impatient = open(proxy.address, { idleTimeout: 700, connectTimeout: 700 });
    hasty = impatient.bucket(own.name);
    await own.put('small', 'small');
    await own.put('large', pattern(mib));
  });
  afterAll(async () => {
    await datastore.close();
    await impatient.close();
    await proxy[Symbol.asyncDispose]();
    await own[Symbol.asyncDispose]();
    await direct.close();
  });
  beforeEach(() => {
    proxy.fault = () => undefined;
    proxy.requests.length = 0;
  });

  const calls: [string, (bucket: Bucket) => Promise<unknown>][] = [
    ['get', async (b) => (await b.get('small')).text()],
    ['stat', async (b) => b.stat('small')],
    ['list', async (b) => b.list({ prefix: 'small' })],
    ['put of bytes', async (b) => b.put('written', 'bytes')],
    ['delete', async (b) => b.delete('never')],
    ['batch delete', async (b) => b.delete(['never', 'nowhere'])],
    ['copy', async (b) => b.fcopyTo(b.name, 'copied', 'small')],
    ['tags', async (b) => b.tags('small')],
  ];

  describe.each(calls)('fails %s twice', (_, call) => {
    test.each([429, 500, 502, 503, 504])('with %i: it is repeated', async (status) => {
      proxy.fault = first(2, () => true, { kind: 'answer', status });
      await call(bucket);
      expect(proxy.requests.length).toBeGreaterThanOrEqual(3);
    });

    test('by a lost answer: it is repeated', async () => {
      proxy.fault = first(2, () => true, { kind: 'lose-answer' });
      await call(bucket);
      expect(proxy.requests.length).toBeGreaterThanOrEqual(3);
    });
  });

  test('is busy for good: the failure comes after the repetitions', async () => {
    proxy.fault = () => ({
      ...busy,
      headers: { 'x-amz-request-id': 'R1' },
      body: '<Error><Code>SlowDownRead</Code><Message>busy</Message></Error>',
    });
    expect(await failure(bucket.get('small'))).toMatchObject({ code: 'SlowDownRead', status: 503, requestId: 'R1', retryable: true });
    expect(proxy.requests).toHaveLength(4);
  });

  test.each([
    [400, 'IncompleteBody'],
    [403, 'AccessDenied'],
  ])('refuses a put by chance, as MinIO does while a folder is removed: it is repeated after %i %s', async (status, code) => {
    const body = `<Error><Code>${code}</Code></Error>`;
    proxy.fault = first(2, ({ method }) => method === 'PUT', { kind: 'answer', status, body });
    await bucket.put(`written-${code}`, 'bytes', { ifNoneMatch: '*' });
    expect(proxy.requests).toHaveLength(3);
  });

  test('asks to come back later: that is honoured', async () => {
    proxy.fault = first(1, () => true, { ...busy, headers: { 'retry-after': '1' } });
    const before = performance.now();
    await bucket.get('small');
    expect(performance.now() - before).toBeGreaterThan(950);
  });

  test.each([busy, { kind: 'lose-answer' } as const])('spoils a conditional put by %j: it is not repeated', async (fault) => {
    proxy.fault = first(1, ({ method }) => method === 'PUT', fault);
    await failure(bucket.put(`once-${fault.kind}`, 'x', { ifNoneMatch: '*' }));
    expect(proxy.requests).toHaveLength(1);
    expect(await own.exists(`once-${fault.kind}`)).toBe(fault.kind === 'lose-answer');
  });

  test.each([
    ['createBucket', (name: string) => datastore.createBucket(name)],
    ['removeBucket', (name: string) => datastore.removeBucket(name)],
  ])('loses the answer of %s: it is not repeated, since its result would lie', async (_, call) => {
    proxy.fault = () => ({ kind: 'answer', status: 503 });
    await failure(call(`${own.name}-other`));
    expect(proxy.requests).toHaveLength(1);
  });

  test('was restarted: the call goes on when it is back', async () => {
    const patient = open(proxy.address, { retries: 20 });
    await proxy.stop();
    const call = patient.bucket(own.name).stat('small');
    await sleep(30);
    await proxy.listen();
    expect((await call).size).toBe(5);
    await patient.close();
  });

  test('is gone: the failure says so', async () => {
    await proxy.stop();
    expect(await failure(bucket.stat('small'))).toMatchObject({ code: 'ConnectionFailed', retryable: true });
    await proxy.listen();
  });

  test.each([1, 5000])('cuts a large body after %i bytes: an error, never a short object', async (after) => {
    proxy.fault = () => ({ kind: 'cut-answer', after });
    const error = await failure(bucket.get('large').then((object) => object.bytes()));
    expect(['ConnectionFailed', 'IncompleteBody']).toContain(error.code);
  });

  test('cuts a small body once: it is read again', async () => {
    proxy.fault = first(1, () => true, { kind: 'cut-answer', after: 2 });
    expect(await (await bucket.get('small')).text()).toBe('small');
  });

  test('cuts a page of a listing once: it is read again', async () => {
    proxy.fault = first(1, () => true, { kind: 'cut-answer', after: 100 });
    expect(await bucket.listFilename({ prefix: 'small' })).toEqual(['small']);
  });

  test.each(calls)('says nothing: %s times out', async (_, call) => {
    proxy.fault = () => ({ kind: 'stall' });
    await failure(call(hasty), 'Timeout');
    expect(proxy.requests).toHaveLength(1);
  });

  test('stops within a body: the reader times out', async () => {
    proxy.fault = () => ({ kind: 'stall-answer', after: 200_000 });
    await using store = open(proxy.address, { idleTimeout: 2000 });
    const object = await store.bucket(own.name).get('large');
    await failure(object.bytes(), 'Timeout');
  });

  test('is slow, but not for too long: nothing happens', async () => {
    proxy.fault = () => ({ kind: 'delay', ms: 400 });
    expect(await (await bucket.get('small')).text()).toBe('small');
  });

  describe.concurrent('waits longer than its time-out', () => {
    const idleTimeout = 3000;
    const pause = (): Promise<void> => sleep(1.5 * idleTimeout);

    test('for a reader that pauses: no time-out counts', async () => {
      await using store = open(proxy.address, { idleTimeout });
      const chunks = (await store.bucket(own.name).get('large')).stream(300_000);
      const read = [(await chunks.next()).value as Buffer];
      await pause();
      for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) read.push(chunk);
      expect(Buffer.concat(read).equals(pattern(mib))).toBe(true);
    });

    test.each([2, 18])('for a source of %i MiB that pauses: no time-out counts', async (size) => {
      await using store = open(proxy.address, { idleTimeout });
      const bytes = pattern(size * mib);
      const source = async function* (): AsyncGenerator<Buffer> {
        yield bytes.subarray(0, bytes.length / 2);
        await pause();
        yield bytes.subarray(bytes.length / 2);
      };
      await store.bucket(own.name).put(`paused-${size}`, source(), bytes.length, { partSize: 64 * mib });
      expect((await (await own.get(`paused-${size}`)).bytes()).equals(bytes)).toBe(true);
    });
  });

  test('passes a large put on to a missing bucket: the refusal is heard, the source is left alone', async () => {
    let taken = 0;
    const source = async function* (): AsyncGenerator<Buffer> {
      for (; taken < 20; taken++) yield pattern(mib);
    };
    await failure(direct.bucket('no-such-bucket-here').put('k', source(), 20 * mib, { partSize: 64 * mib }), 'NoSuchBucket');
    expect(taken).toBeLessThan(3);
  });

  test.each(calls)('is silent while the caller gives up on %s: the connection closes at once', async (_, call) => {
    const fresh = open(proxy.address, { retries: 0 });
    proxy.fault = () => ({ kind: 'stall' });
    const controller = new AbortController();
    const before = proxy.standing;
    const running = call(withSignal(fresh.bucket(own.name), controller.signal));
    await expect.poll(() => proxy.requests.length).toBe(1);
    controller.abort('enough');
    await expect(running).rejects.toBe('enough');
    await expect.poll(() => proxy.standing).toBeLessThanOrEqual(before);
    await fresh.close();
  });
});

/** The same bucket, each call of it with a signal. */
function withSignal(bucket: Bucket, signal: AbortSignal): Bucket {
  return new Proxy(bucket, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        const wanted = name === 'list' ? 0 : name === 'put' ? 2 : name === 'fcopyTo' ? 3 : 1;
        const options = { ...(given[wanted] as object | undefined), signal };
        return Reflect.apply(value, target, [...given.slice(0, wanted), options]) as unknown;
      };
    },
  });
}
