import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import type { Bucket } from '@anybucket/core';
import type { MinioDatastore } from '../src/index.js';
import { copyInParts } from '../src/operations/copy-object.js';
import { serverProfiles } from '../src/server/server-profiles.js';
import { FaultProxy, first } from './fault-proxy.js';
import type { ReceivedRequest } from './fault-proxy.js';
import { chunksOf, countIncompleteUploads, failure, openDatastore, openS3Client, pattern, scratchBucket } from './support.js';

const profile = serverProfiles.minio;

const address = inject('minio');
const unavailable = { kind: 'respond', status: 503 } as const;
const mib = 2 ** 20;
const bytes = pattern(11 * mib);
const partSize = 5 * mib;

const isPart = ({ method, url }: ReceivedRequest): boolean => method === 'PUT' && url.includes('partNumber=');
const isCreate = ({ method, url }: ReceivedRequest): boolean => method === 'POST' && url.includes('?uploads');
const isComplete = ({ method, url }: ReceivedRequest): boolean => method === 'POST' && url.includes('uploadId=');

describe.skipIf(address === undefined)('multipart uploads behind a proxy that injects faults:', () => {
  let direct: MinioDatastore;
  let scratch: Bucket & AsyncDisposable;
  let proxy: FaultProxy;
  let datastore: MinioDatastore;
  let bucket: Bucket;

  beforeAll(async () => {
    direct = openDatastore(address as MinioAddress);
    scratch = await scratchBucket(direct);
    proxy = await FaultProxy.start(address as MinioAddress);
    datastore = openDatastore(proxy.address);
    bucket = datastore.bucket(scratch.name);
    await scratch.put('source', bytes);
  });
  afterAll(async () => {
    await datastore.close();
    await proxy[Symbol.asyncDispose]();
    await scratch[Symbol.asyncDispose]();
    await direct.close();
  });
  beforeEach(() => {
    proxy.fault = () => undefined;
    proxy.requests.length = 0;
  });

  const upload = (key: string, signal?: AbortSignal): Promise<unknown> => bucket.put(key, chunksOf(bytes), { partSize, signal });

  /** Copies in parts, though the object is small. */
  const copy = async (key: string, signal?: AbortSignal): Promise<unknown> => {
    const client = openS3Client(proxy.address, 3);
    const source = { bucket: scratch.name, key: 'source' };
    const plan = { profile, bucket: scratch.name, key, source, call: { signal }, info: await scratch.stat('source'), pinned: true };
    return copyInParts(client, plan, partSize).finally(() => client.close());
  };

  describe.each([
    ['upload', upload],
    ['copy', copy],
  ])('%s', (kind, run) => {
    test.each([
      ['status 503', unavailable],
      ['lost response', { kind: 'lose-response' }],
    ] as const)('sends a part again after a %s', async (_, fault) => {
      proxy.fault = first(2, isPart, fault);
      await run('parts');
      expect((await (await scratch.get('parts')).bytes()).equals(bytes)).toBe(true);
    });

    test('finds the object after a lost response of CompleteMultipartUpload', async () => {
      proxy.fault = first(1, isComplete, { kind: 'lose-response' });
      expect(await run('completed')).toMatchObject({ etag: (await scratch.stat('completed')).etag });
    });

    test.each([
      ['CreateMultipartUpload', isCreate],
      ['a part', isPart],
      ['CompleteMultipartUpload', isComplete],
    ])('leaves nothing behind after a permanent failure of %s', async (stage, matches) => {
      const key = `${kind} failed at ${stage}`;
      proxy.fault = first(Infinity, matches, unavailable);
      await failure(run(key), 'ConnectionFailed');
      expect(await countIncompleteUploads(direct, scratch.name, key)).toBe(0);
      expect(await scratch.exists(key)).toBe(false);
    });

    test.each([
      ['CreateMultipartUpload', isCreate],
      ['a part', isPart],
      ['CompleteMultipartUpload', isComplete],
    ])('leaves nothing behind when aborted during %s', async (stage, matches) => {
      const key = `${kind} aborted at ${stage}`;
      // An abort of CreateMultipartUpload takes effect after a second, because the upload id is needed to abort the upload.
      proxy.fault = first(1, matches, { kind: 'delay', ms: matches === isCreate ? 200 : 600 });
      const controller = new AbortController();
      const reason = new Error('aborted');
      const call = run(key, controller.signal);
      call.catch(() => {});
      await expect.poll(() => proxy.requests.some(matches)).toBe(true);
      controller.abort(reason);
      await expect(call).rejects.toBe(reason);
      expect(await countIncompleteUploads(direct, scratch.name, key)).toBe(0);
    });
  });

  test('may be repeated as a whole after the server has lost a part', async () => {
    proxy.fault = first(1, isComplete, { kind: 'respond', status: 400, body: '<Error><Code>InvalidPart</Code></Error>' });
    expect(await failure(upload('lost part'), 'InvalidPart')).toMatchObject({ retryable: true, status: 400 });
    expect(await countIncompleteUploads(direct, scratch.name, 'lost part')).toBe(0);
  });

  test('is created again after an S3 error, which shows that no upload exists', async () => {
    proxy.fault = first(2, isCreate, { ...unavailable, body: '<Error><Code>SlowDownWrite</Code></Error>' });
    await upload('created again');
    expect(proxy.requests.filter(isCreate)).toHaveLength(3);
  });

  test('is not created again after a lost response, because the first upload could not be aborted', async () => {
    proxy.fault = first(1, isCreate, { kind: 'lose-response' });
    await failure(upload('created once'), 'ConnectionFailed');
    expect(proxy.requests.filter(isCreate)).toHaveLength(1);
  });

  test('a part is sent again after its connection breaks', async () => {
    proxy.fault = first(2, isPart, { kind: 'cut-request', after: 100_000 });
    await upload('cut');
    expect((await (await scratch.get('cut')).bytes()).equals(bytes)).toBe(true);
  });

  test('an upload whose parts get no response times out and leaves nothing behind', async () => {
    proxy.fault = first(Infinity, isPart, { kind: 'stall' });
    await using shortTimeout = openDatastore(proxy.address, { idleTimeoutMs: 700 });
    await failure(shortTimeout.bucket(scratch.name).put('silent', chunksOf(bytes), { partSize }), 'Timeout');
    expect(await countIncompleteUploads(direct, scratch.name, 'silent')).toBe(0);
  });

  test('a failing source leaves nothing behind, and its error is the cause', async () => {
    const cause = new Error('source failed');
    const source = async function* (): AsyncGenerator<Buffer> {
      yield* chunksOf(bytes);
      throw cause;
    };
    const error = await failure(bucket.put('failing', source(), { partSize }), 'IncompleteBody');
    expect(error.cause).toBe(cause);
    expect(await countIncompleteUploads(direct, scratch.name, 'failing')).toBe(0);
  });
});
