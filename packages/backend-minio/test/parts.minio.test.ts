import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import type { Bucket } from '@anybucket/core';
import type { MinioDatastore } from '../src/index.js';
import { endpointOf } from '../src/http/endpoint.js';
import { S3Server } from '../src/http/s3-server.js';
import { Signer } from '../src/http/signer.js';
import { copyParts } from '../src/operations/copy-parts.js';
import { FaultProxy, first } from './fault-proxy.js';
import type { SeenRequest } from './fault-proxy.js';
import { chunksOf, failure, open, openUploads, pattern, scratchBucket } from './support.js';

const address = inject('minio');
const busy = { kind: 'answer', status: 503 } as const;
const mib = 2 ** 20;
const bytes = pattern(11 * mib);
const partSize = 5 * mib;

const isPart = ({ method, url }: SeenRequest): boolean => method === 'PUT' && url.includes('partNumber=');
const isBegin = ({ method, url }: SeenRequest): boolean => method === 'POST' && url.includes('?uploads');
const isEnd = ({ method, url }: SeenRequest): boolean => method === 'POST' && url.includes('uploadId=');

describe.skipIf(address === undefined)('work in parts goes through a proxy that', () => {
  let direct: MinioDatastore;
  let own: Bucket & AsyncDisposable;
  let proxy: FaultProxy;
  let datastore: MinioDatastore;
  let bucket: Bucket;

  beforeAll(async () => {
    direct = open(address as MinioAddress);
    own = await scratchBucket(direct);
    proxy = await FaultProxy.start(address as MinioAddress);
    datastore = open(proxy.address);
    bucket = datastore.bucket(own.name);
    await own.put('source', bytes);
  });
  afterAll(async () => {
    await datastore.close();
    await proxy[Symbol.asyncDispose]();
    await own[Symbol.asyncDispose]();
    await direct.close();
  });
  beforeEach(() => {
    proxy.fault = () => undefined;
    proxy.requests.length = 0;
  });

  const upload = (key: string, signal?: AbortSignal): Promise<unknown> => bucket.put(key, chunksOf(bytes), { partSize, signal });

  /** A copy in parts, however small the object is. */
  const copy = async (key: string, signal?: AbortSignal): Promise<unknown> => {
    const { endPoint, port, accessKey, secretKey } = proxy.address;
    const signer = new Signer(endpointOf(endPoint, port, false, true), 'us-east-1', { accessKey, secretKey });
    const server = new S3Server(signer, { tls: false, connectTimeout: 5000, idleTimeout: 5000, retries: 3 });
    const source = { bucket: own.name, key: 'source' };
    const plan = { bucket: own.name, key, source, call: { signal }, info: await own.stat('source'), pinned: true };
    return copyParts(server, plan, partSize).finally(() => server.close());
  };

  describe.each([
    ['an upload', upload],
    ['a copy', copy],
  ])('sees %s, and', (kind, work) => {
    test.each([
      ['is busy', busy],
      ['loses the answer', { kind: 'lose-answer' }],
    ] as const)('%s at a part: the part is sent again', async (_, fault) => {
      proxy.fault = first(2, isPart, fault);
      await work('parts');
      expect((await (await own.get('parts')).bytes()).equals(bytes)).toBe(true);
    });

    test('loses the answer of the end: the object is found to be there', async () => {
      proxy.fault = first(1, isEnd, { kind: 'lose-answer' });
      expect(await work('completed')).toMatchObject({ etag: (await own.stat('completed')).etag });
    });

    test.each([
      ['the beginning', isBegin, busy, 'RequestFailed'],
      ['a part', isPart, busy, 'RequestFailed'],
      ['the end', isEnd, busy, 'RequestFailed'],
    ])('refuses %s for good: nothing stays', async (what, fits, fault, code) => {
      const key = `${kind} refused at ${what}`;
      proxy.fault = first(Infinity, fits, fault);
      await failure(work(key), code);
      expect(await openUploads(direct, own.name, key)).toBe(0);
      expect(await own.exists(key)).toBe(false);
    });

    test.each([
      ['the beginning', isBegin],
      ['a part', isPart],
      ['the end', isEnd],
    ])("is silent at %s while the caller gives up: the signal's reason, and nothing stays", async (what, fits) => {
      const key = `${kind} given up at ${what}`;
      // The beginning is waited for a second longer: it names what is to be aborted.
      proxy.fault = first(1, fits, { kind: 'delay', ms: fits === isBegin ? 200 : 600 });
      const controller = new AbortController();
      const reason = new Error('enough');
      const call = work(key, controller.signal);
      call.catch(() => {});
      await expect.poll(() => proxy.requests.some(fits)).toBe(true);
      controller.abort(reason);
      await expect(call).rejects.toBe(reason);
      expect(await openUploads(direct, own.name, key)).toBe(0);
    });
  });

  test('cuts a part: it is sent again', async () => {
    proxy.fault = first(2, isPart, { kind: 'cut-request', after: 100_000 });
    await upload('cut');
    expect((await (await own.get('cut')).bytes()).equals(bytes)).toBe(true);
  });

  test('says nothing to a part: the upload times out, and nothing stays', async () => {
    proxy.fault = first(Infinity, isPart, { kind: 'stall' });
    await using hasty = open(proxy.address, { idleTimeout: 700 });
    await failure(hasty.bucket(own.name).put('silent', chunksOf(bytes), { partSize }), 'Timeout');
    expect(await openUploads(direct, own.name, 'silent')).toBe(0);
  });

  test("gets a source that fails: nothing stays, and the source's error is the cause", async () => {
    const cause = new Error('no more');
    const source = async function* (): AsyncGenerator<Buffer> {
      yield* chunksOf(bytes);
      throw cause;
    };
    const error = await failure(bucket.put('failing', source(), { partSize }), 'IncompleteBody');
    expect(error.cause).toBe(cause);
    expect(await openUploads(direct, own.name, 'failing')).toBe(0);
  });
});
