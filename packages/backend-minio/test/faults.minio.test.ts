import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import type { Bucket, StorageError } from '@anybucket/core';
import type { MinioDatastore, RetryEvent } from '../src/index.js';
import { FaultProxy, first } from './fault-proxy.js';
import { failure, openDatastore, pattern, scratchBucket } from './support.js';

const address = inject('minio');
const unavailable = { kind: 'respond', status: 503 } as const;
const mib = 2 ** 20;

describe.skipIf(address === undefined)('a proxy injects faults:', () => {
  let direct: MinioDatastore;
  let scratch: Bucket & AsyncDisposable;
  let proxy: FaultProxy;
  let datastore: MinioDatastore;
  let bucket: Bucket;
  let shortTimeoutDatastore: MinioDatastore;
  /** The same bucket with short timeouts. */
  let shortTimeoutBucket: Bucket;

  beforeAll(async () => {
    direct = openDatastore(address as MinioAddress);
    scratch = await scratchBucket(direct);
    proxy = await FaultProxy.start(address as MinioAddress);
    datastore = openDatastore(proxy.address);
    bucket = datastore.bucket(scratch.name);
    shortTimeoutDatastore = openDatastore(proxy.address, { idleTimeoutMs: 700, connectTimeoutMs: 700 });
    shortTimeoutBucket = shortTimeoutDatastore.bucket(scratch.name);
    await scratch.put('small', 'small');
    await scratch.put('large', pattern(mib));
  });
  afterAll(async () => {
    await datastore.close();
    await shortTimeoutDatastore.close();
    await proxy[Symbol.asyncDispose]();
    await scratch[Symbol.asyncDispose]();
    await direct.close();
  });
  beforeEach(() => {
    proxy.fault = () => undefined;
    proxy.requests.length = 0;
  });

  const operations: [string, (bucket: Bucket) => Promise<unknown>][] = [
    ['get', async (b) => (await b.get('small')).text()],
    ['stat', async (b) => b.stat('small')],
    ['list', async (b) => b.list({ prefix: 'small' })],
    ['put of bytes', async (b) => b.put('written', 'bytes')],
    ['delete', async (b) => b.delete('never')],
    ['batch delete', async (b) => b.delete(['never', 'nowhere'])],
    ['copy', async (b) => b.fcopyTo(b.name, 'copied', 'small')],
    ['tags', async (b) => b.tags('small')],
  ];

  describe.each(operations)('%s', (_, call) => {
    test.each([429, 500, 502, 503, 504])('is retried after two responses with status %i', async (status) => {
      proxy.fault = first(2, () => true, { kind: 'respond', status });
      await call(bucket);
      expect(proxy.requests.length).toBeGreaterThanOrEqual(3);
    });

    test('is retried after two lost responses', async () => {
      proxy.fault = first(2, () => true, { kind: 'lose-response' });
      await call(bucket);
      expect(proxy.requests.length).toBeGreaterThanOrEqual(3);
    });
  });

  test('a permanent failure is reported after all retries', async () => {
    proxy.fault = () => ({
      ...unavailable,
      headers: { 'x-amz-request-id': 'R1' },
      body: '<Error><Code>SlowDownRead</Code><Message>message</Message></Error>',
    });
    expect(await failure(bucket.get('small'), 'SlowDown')).toMatchObject({
      serverCode: 'SlowDownRead',
      status: 503,
      requestId: 'R1',
      retryable: true,
    });
    expect(proxy.requests).toHaveLength(4);
  });

  test.each([
    [400, 'IncompleteBody'],
    [403, 'AccessDenied'],
  ])('a put is retried after a spurious %i %s, which MinIO sends while a folder is removed', async (status, code) => {
    const body = `<Error><Code>${code}</Code></Error>`;
    proxy.fault = first(2, ({ method }) => method === 'PUT', { kind: 'respond', status, body });
    await bucket.put(`written-${code}`, 'bytes', { ifNoneMatch: '*' });
    expect(proxy.requests).toHaveLength(3);
  });

  test('Retry-After is honoured', async () => {
    proxy.fault = first(1, () => true, { ...unavailable, headers: { 'retry-after': '1' } });
    const before = performance.now();
    await bucket.get('small');
    expect(performance.now() - before).toBeGreaterThan(950);
  });

  test.each([unavailable, { kind: 'lose-response' } as const])('a conditional put is not retried after %j', async (fault) => {
    proxy.fault = first(1, ({ method }) => method === 'PUT', fault);
    await failure(bucket.put(`once-${fault.kind}`, 'x', { ifNoneMatch: '*' }));
    expect(proxy.requests).toHaveLength(1);
    expect(await scratch.exists(`once-${fault.kind}`)).toBe(fault.kind === 'lose-response');
  });

  test.each(['XMinioServerNotInitialized', 'XMinioIAMNotInitialized', 'XMinioBucketMetadataNotInitialized', 'TooManyRequests'])(
    'a conditional put is retried after %s, which shows that it had no effect',
    async (code) => {
      const body = `<Error><Code>${code}</Code></Error>`;
      proxy.fault = first(2, ({ method }) => method === 'PUT', { ...unavailable, body });
      await bucket.put(`once-${code}`, 'x', { ifNoneMatch: '*' });
      expect(proxy.requests).toHaveLength(3);
    },
  );

  test('a conditional put is retried after a refused connection', async () => {
    const events: string[] = [];
    const onRetry = ({ error }: RetryEvent): void => {
      events.push((error as StorageError).code);
      if (events.length === 1) void proxy.listen();
    };
    await using retrying = openDatastore(proxy.address, { retries: 20, onRetry });
    await proxy.stop();
    await retrying.bucket(scratch.name).put('once-refused', 'x', { ifNoneMatch: '*' });
    expect(new Set(events)).toEqual(new Set(['ConnectionFailed']));
  });

  test.each([
    ['createBucket', (name: string) => datastore.createBucket(name)],
    ['removeBucket', (name: string) => datastore.removeBucket(name)],
  ])('%s is not retried, because its result would be wrong', async (_, call) => {
    proxy.fault = () => unavailable;
    await failure(call(`${scratch.name}-other`));
    expect(proxy.requests).toHaveLength(1);
  });

  test('a call succeeds after a restart of the server', async () => {
    const retrying = openDatastore(proxy.address, { retries: 20 });
    await proxy.stop();
    const call = retrying.bucket(scratch.name).stat('small');
    await sleep(30);
    await proxy.listen();
    expect((await call).size).toBe(5);
    await retrying.close();
  });

  test('a stopped server is reported as ConnectionFailed', async () => {
    await proxy.stop();
    expect(await failure(bucket.stat('small'))).toMatchObject({ code: 'ConnectionFailed', retryable: true });
    await proxy.listen();
  });

  test.each([1, 5000])('a large body that breaks after %i bytes fails the read', async (after) => {
    proxy.fault = () => ({ kind: 'cut-response', after });
    const error = await failure(bucket.get('large').then((object) => object.bytes()));
    expect(['ConnectionFailed', 'IncompleteBody']).toContain(error.code);
  });

  test('a small body that breaks is read again', async () => {
    proxy.fault = first(1, () => true, { kind: 'cut-response', after: 2 });
    expect(await (await bucket.get('small')).text()).toBe('small');
  });

  test('a list page that breaks is read again', async () => {
    proxy.fault = first(1, () => true, { kind: 'cut-response', after: 100 });
    expect(await bucket.listFilename({ prefix: 'small' })).toEqual(['small']);
  });

  test.each(operations)('%s times out without a response', async (_, call) => {
    proxy.fault = () => ({ kind: 'stall' });
    await failure(call(shortTimeoutBucket), 'Timeout');
    expect(proxy.requests).toHaveLength(1);
  });

  test('a stalled body times out', async () => {
    proxy.fault = () => ({ kind: 'stall-response', after: 200_000 });
    await using patient = openDatastore(proxy.address, { idleTimeoutMs: 2000 });
    const object = await patient.bucket(scratch.name).get('large');
    await failure(object.bytes(), 'Timeout');
  });

  test('a delay below the idle timeout does not fail a call', async () => {
    proxy.fault = () => ({ kind: 'delay', ms: 400 });
    expect(await (await bucket.get('small')).text()).toBe('small');
  });

  describe.concurrent('a pause longer than the idle timeout', () => {
    const idleTimeoutMs = 3000;
    const pause = (): Promise<void> => sleep(1.5 * idleTimeoutMs);

    test('of a reader does not time out', async () => {
      await using patient = openDatastore(proxy.address, { idleTimeoutMs });
      const chunks = (await patient.bucket(scratch.name).get('large')).stream(300_000);
      const read = [(await chunks.next()).value as Buffer];
      await pause();
      for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) read.push(chunk);
      expect(Buffer.concat(read).equals(pattern(mib))).toBe(true);
    });

    test.each([2, 18])('of a source of %i MiB does not time out', async (size) => {
      await using patient = openDatastore(proxy.address, { idleTimeoutMs });
      const bytes = pattern(size * mib);
      const source = async function* (): AsyncGenerator<Buffer> {
        yield bytes.subarray(0, bytes.length / 2);
        await pause();
        yield bytes.subarray(bytes.length / 2);
      };
      await patient.bucket(scratch.name).put(`paused-${size}`, source(), bytes.length, { partSize: 64 * mib });
      expect((await (await scratch.get(`paused-${size}`)).bytes()).equals(bytes)).toBe(true);
    });
  });

  test('a large put to a missing bucket fails without reading its source', async () => {
    let read = 0;
    const source = async function* (): AsyncGenerator<Buffer> {
      for (; read < 20; read++) yield pattern(mib);
    };
    await failure(direct.bucket('no-such-bucket-here').put('k', source(), 20 * mib, { partSize: 64 * mib }), 'NoSuchBucket');
    expect(read).toBeLessThan(3);
  });

  test.each(operations)('an aborted %s closes its connection at once', async (_, call) => {
    const noRetries = openDatastore(proxy.address, { retries: 0 });
    proxy.fault = () => ({ kind: 'stall' });
    const controller = new AbortController();
    const before = proxy.openConnections;
    const running = call(withSignal(noRetries.bucket(scratch.name), controller.signal));
    await expect.poll(() => proxy.requests.length).toBe(1);
    controller.abort('aborted');
    await expect(running).rejects.toBe('aborted');
    await expect.poll(() => proxy.openConnections).toBeLessThanOrEqual(before);
    await noRetries.close();
  });
});

/** Returns the bucket with a signal added to the options of each call. */
function withSignal(bucket: Bucket, signal: AbortSignal): Bucket {
  return new Proxy(bucket, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const optionsIndex = name === 'list' ? 0 : name === 'put' ? 2 : name === 'fcopyTo' ? 3 : 1;
        const options = { ...(args[optionsIndex] as object | undefined), signal };
        return Reflect.apply(value, target, [...args.slice(0, optionsIndex), options]) as unknown;
      };
    },
  });
}
