import { getEventListeners } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import type { MinioDatastore, MinioDatastoreOptions } from '../src/index.js';
import { countIncompleteUploads, openDatastore, pattern, scratchBucket } from './support.js';
import { TcpProxy } from './tcp-proxy.js';
import type { Break, BreakPoint, Pace } from './tcp-proxy.js';

const address = inject('minio');
const [kib, mib] = [2 ** 10, 2 ** 20];
const small = pattern(4 * kib);
const large = pattern(mib);
const inParts = pattern(5 * mib + kib);
const listed = Array.from({ length: 20 }, (_, index) => `listed/${String(index).padStart(2, '0')}`);
const missing = Array.from({ length: 100 }, (_, index) => `missing/${index}`);

interface Context {
  readonly bucket: Bucket;
  /** A key that no other test uses. */
  readonly key: string;
  /** An empty folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

interface Operation {
  readonly name: string;
  /** Throws if the result is wrong. */
  readonly run: (context: Context) => Promise<unknown>;
  /** The body that is written under the key. */
  readonly written?: Buffer;
  /** Where the operation may break, by bytes of the request or the response. */
  readonly points: Readonly<Record<string, BreakPoint>>;
  /** Offsets of the points count from the first request with this text. */
  readonly within?: string;
  /** The point at which the operation is not repeated: the reader has received a part of the body. */
  readonly notRepeatedAt?: string;
}

const head = { 'before the request': 'connect', 'in the head of the request': { request: 60 } } as const;
const response = { 'before the response': { response: 0 }, 'in the head of the response': { response: 40 } } as const;
/** `100 Continue` precedes the response. */
const responseAfterContinue = { 'before the response': { response: 25 }, 'in the head of the response': { response: 65 } } as const;

const operations: readonly Operation[] = [
  {
    name: 'get',
    run: async ({ bucket, signal }) => expect((await (await bucket.get('small', { signal })).bytes()).equals(small)).toBe(true),
    points: { ...head, ...response, 'in the body of the response': { response: 3 * kib } },
  },
  {
    name: 'get of a large body',
    run: async ({ bucket, signal }) => expect((await (await bucket.get('large', { signal })).bytes()).equals(large)).toBe(true),
    points: { ...head, ...response, 'in the body of the response': { response: 300 * kib } },
    notRepeatedAt: 'in the body of the response',
  },
  {
    name: 'fget',
    run: async ({ bucket, folder, signal }) => {
      await bucket.fget('large', join(folder, 'file'), { signal });
      expect((await readFile(join(folder, 'file'))).equals(large)).toBe(true);
    },
    points: { 'in the body of the response': { response: 300 * kib } },
    notRepeatedAt: 'in the body of the response',
  },
  {
    name: 'stat',
    run: async ({ bucket, signal }) => expect(await bucket.stat('small', { signal })).toMatchObject({ size: small.length }),
    points: { ...head, ...response },
  },
  {
    name: 'list',
    run: async ({ bucket, signal }) => expect(await bucket.listFilename({ prefix: 'listed/', signal })).toEqual(listed),
    points: { ...head, ...response, 'in the body of the response': { response: 3 * kib } },
  },
  {
    name: 'put',
    run: async ({ bucket, key, signal }) => bucket.put(key, small, { signal }),
    written: small,
    points: { ...head, 'in the body of the request': { request: 3 * kib }, ...response },
  },
  {
    name: 'put of a large body',
    run: async ({ bucket, key, signal }) => bucket.put(key, large, { signal }),
    written: large,
    points: { ...head, 'in the body of the request': { request: 300 * kib }, ...responseAfterContinue },
  },
  {
    name: 'upload in parts',
    run: async ({ bucket, key, signal }) => bucket.put(key, inParts, { partSize: 5 * mib, signal }),
    written: inParts,
    within: 'partNumber=1',
    points: {
      'in the head of the request': { request: 60 },
      'in the body of the request': { request: 300 * kib },
      ...responseAfterContinue,
    },
  },
  { name: 'delete', run: async ({ bucket, key, signal }) => bucket.delete(key, { signal }), points: { ...head, ...response } },
  {
    name: 'delete of several',
    run: async ({ bucket, signal }) => bucket.delete(missing, { signal }),
    points: { ...head, 'in the body of the request': { request: 3 * kib }, ...response },
  },
];

const paces: Readonly<Record<string, Pace>> = {
  latency: { latencyMs: 20 },
  'limited bandwidth': { bytesPerSecond: 20 * mib },
  'packets of 1460 bytes': { writeBytes: 1460 },
  'connections that close slowly': { closeDelayMs: 300 },
};

const breaks = operations.flatMap((operation) =>
  Object.entries(operation.points).map(([point, at]) => ({ operation, name: operation.name, point, at })),
);

/** The network of a test. */
interface Conditions {
  readonly pace?: Pace;
  readonly fault?: Break;
  readonly options?: Partial<MinioDatastoreOptions>;
}

describe.skipIf(address === undefined)('a network in front of the server:', () => {
  let direct: MinioDatastore;
  let scratch: Bucket & AsyncDisposable;
  let folder: string;
  let keys = 0;

  beforeAll(async () => {
    direct = openDatastore(address as MinioAddress);
    scratch = await scratchBucket(direct);
    folder = await mkdtemp(join(tmpdir(), 'anybucket-network-'));
    await scratch.put('small', small);
    await scratch.put('large', large);
    for (const key of listed) await scratch.put(key, '');
  });
  afterAll(async () => {
    await scratch[Symbol.asyncDispose]();
    await direct.close();
    await rm(folder, { recursive: true });
  });

  /**
   * Runs an operation through a proxy, and checks that nothing is left of it: no connection, listener, temp file or open upload, and no other
   * body than the written one.
   * @param outcome 'success', or the code of the expected error.
   */
  async function run(operation: Operation, outcome: string, { pace, fault, options }: Conditions): Promise<void> {
    await using proxy = await TcpProxy.start(address as MinioAddress, pace);
    const datastore = openDatastore(proxy.address, options);
    const bucket = datastore.bucket(scratch.name);
    const key = `key-${++keys}`;
    const target = await mkdtemp(join(folder, 'target-'));
    const { signal } = new AbortController();
    proxy.break = fault;
    expect(await outcomeOf(operation.run({ bucket, key, folder: target, signal }))).toBe(outcome);
    expect(proxy.broken > 0).toBe(fault !== undefined);
    expect(getEventListeners(signal, 'abort')).toEqual([]);

    proxy.break = undefined;
    await vi.waitFor(async () => expect(await outcomeOf(bucket.get('small').then((object) => object.bytes()))).toBe('success'));
    await datastore.close();
    await vi.waitFor(() => expect(proxy.openConnections).toBe(0), 10_000);
    expect(await readdir(target)).toEqual(operation.name === 'fget' && outcome === 'success' ? ['file'] : []);
    const stored = await scratch.get(key).then(
      (object) => object.bytes(),
      () => undefined,
    );
    const { written } = operation;
    expect(stored?.equals(written ?? Buffer.alloc(0)) ?? (written === undefined || outcome !== 'success')).toBe(true);
    expect(written === undefined ? 0 : await countIncompleteUploads(direct, scratch.name, key)).toBe(0);
  }

  describe.each(Object.entries(paces))('%s', (_, pace) => {
    test.each(operations)('$name succeeds', async (operation) => run(operation, 'success', { pace }));
  });

  test.each(operations.filter(({ name }) => !/large|parts|fget/.test(name)))('packets of 1 byte: $name succeeds', async (operation) =>
    run(operation, 'success', { pace: { writeBytes: 1 } }),
  );

  describe.each(['reset', 'half-close'] as const)('one %s', (action) => {
    test.each(breaks)('$point: $name is repeated, unless its reader has received a part', async ({ operation, point, at }) => {
      const outcome = point === operation.notRepeatedAt ? 'ConnectionFailed' : 'success';
      await run(operation, outcome, { fault: { at, within: operation.within, action, times: 1 } });
    });
  });

  describe.each(['reset', 'half-close'] as const)('a %s of each connection', (action) => {
    test.each(breaks)('$point: $name fails', async ({ operation, point, at }) => {
      const fault = { at, within: operation.within, action, times: Infinity };
      // The server reports that the client has ended the request.
      const code = action === 'half-close' && point === 'in the body of the request' ? 'RequestFailed' : 'ConnectionFailed';
      await run(operation, code, { fault, options: { retries: 1 } });
    });
  });

  describe.concurrent('a connection that stalls', () => {
    test.each(breaks)('$point: $name fails with Timeout', async ({ operation, at }) => {
      const fault = { at, within: operation.within, action: 'stall', times: 1 } as const;
      await run(operation, 'Timeout', { fault, options: { idleTimeoutMs: 700 } });
    });
  });
});

/** Returns 'success', or the code of the error. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'success';
  } catch (error) {
    if (isStorageError(error)) return error.code;
    throw error;
  }
}
