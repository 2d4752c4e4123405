import type { Bucket, ChecksumAlgorithm } from '@anybucket/core';
import { checksumOf } from '@anybucket/core/backend';
import type { MinioAddress } from '@anybucket/minio-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import type { MinioDatastore } from '../src/index.js';
import { FaultProxy, first } from './fault-proxy.js';
import type { ReceivedRequest } from './fault-proxy.js';
import { chunksOf, failure, openDatastore, pattern, scratchBucket } from './support.js';

const address = inject('minio');
const mib = 2 ** 20;
const algorithms: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

/** Larger than the bodies that are buffered, and not a multiple of the size of a chunk. */
const streamed = pattern(16 * mib + 70_000);
const inParts = pattern(5 * mib + 1000);

const isComplete = ({ method, url }: ReceivedRequest): boolean => method === 'POST' && url.includes('uploadId=');

describe.skipIf(address === undefined).each([
  ['http', false],
  ['https', true],
])('checksums over %s', (_, tls) => {
  let direct: MinioDatastore;
  let scratch: Bucket & AsyncDisposable;
  let proxy: FaultProxy;
  let datastore: MinioDatastore;
  let bucket: Bucket;

  beforeAll(async () => {
    direct = openDatastore(address as MinioAddress);
    scratch = await scratchBucket(direct);
    proxy = await FaultProxy.start(address as MinioAddress, { tls });
    datastore = openDatastore(proxy.address, { tls });
    bucket = datastore.bucket(scratch.name);
  });
  afterAll(async () => {
    await datastore.close();
    await proxy[Symbol.asyncDispose]();
    await scratch[Symbol.asyncDispose]();
    await direct.close();
  });
  beforeEach(() => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    proxy.fault = () => undefined;
    proxy.requests.length = 0;
  });
  afterEach(() => void vi.unstubAllEnvs());

  /** Returns the headers of the PUT requests. */
  const putHeaders = (): ReceivedRequest['headers'][] =>
    proxy.requests.filter(({ method }) => method === 'PUT').map(({ headers }) => headers);

  test.each(tls ? ['CRC32C' as const] : algorithms)('sends the %s of a streamed body as a trailer', async (algorithm) => {
    const checksum = { algorithm, value: await checksumOf(algorithm, streamed), type: 'full-object' };
    const options = { partSize: 32 * mib, contentEncoding: 'gzip', checksum: { algorithm } };
    const result = await bucket.put('trailer', chunksOf(streamed), streamed.length, options);
    expect(putHeaders()).toMatchObject([
      {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-trailer': `x-amz-checksum-${algorithm.toLowerCase()}`,
        'x-amz-decoded-content-length': String(streamed.length),
        'content-encoding': 'gzip,aws-chunked',
      },
    ]);
    expect(result.checksum).toEqual(checksum);
    expect(await bucket.stat('trailer')).toMatchObject({ checksum, size: streamed.length, contentEncoding: 'gzip' });
    expect((await (await bucket.get('trailer')).bytes()).equals(streamed)).toBe(true);
  });

  test('sends a checksum that the caller gave as a header', async () => {
    const checksum = { algorithm: 'CRC32C', value: await checksumOf('CRC32C', streamed) } as const;
    await bucket.put('header', chunksOf(streamed), streamed.length, { partSize: 32 * mib, checksum });
    expect(putHeaders()).toMatchObject([{ 'x-amz-checksum-crc32c': checksum.value, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }]);
    expect((await bucket.stat('header')).checksum).toEqual({ ...checksum, type: 'full-object' });
  });

  test.each([
    ['checksum', { checksum: { algorithm: 'CRC32', value: 'AAAAAA==' } }],
    ['MD5', { checksum: { algorithm: 'CRC32' }, contentMD5: Buffer.alloc(16).toString('base64') }],
  ] as const)('a streamed body with the wrong %s is not stored', async (_name, options) => {
    await failure(bucket.put('mismatch', chunksOf(streamed), streamed.length, { partSize: 32 * mib, ...options }), 'BadDigest');
    expect(await bucket.exists('mismatch')).toBe(false);
  });

  test('sends the checksum of a streamed part as a trailer', async () => {
    const upload = await bucket.createUpload('part', { checksum: { algorithm: 'CRC64NVME' } });
    const part = await upload.putPart(1, chunksOf(streamed), { size: streamed.length });
    expect(putHeaders()).toMatchObject([{ 'x-amz-trailer': 'x-amz-checksum-crc64nvme' }]);
    const value = await checksumOf('CRC64NVME', streamed);
    expect(part.checksum?.value).toBe(value);
    expect(await upload.complete()).toMatchObject({ checksum: { algorithm: 'CRC64NVME', value, type: 'full-object' } });
  });

  test('signs small payloads without TLS only', async () => {
    await bucket.put('small', 'body');
    await bucket.put('large', pattern(2 * mib));
    const small = tls ? 'UNSIGNED-PAYLOAD' : '230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5';
    expect(putHeaders().map((headers) => headers['x-amz-content-sha256'])).toEqual([small, 'UNSIGNED-PAYLOAD']);
  });

  test.each(algorithms)('requests the type of the %s of a body in parts', async (algorithm) => {
    const result = await bucket.put('parts', inParts, { partSize: 5 * mib, checksum: { algorithm } });
    const type = algorithm.startsWith('SHA') ? 'composite' : 'full-object';
    expect(proxy.requests.find(({ url }) => url.includes('?uploads'))?.headers).toMatchObject({
      'x-amz-checksum-algorithm': algorithm,
      'x-amz-checksum-type': type.toUpperCase().replace('-', '_'),
    });
    const names = putHeaders().map((headers) => Object.keys(headers).filter((name) => name.startsWith('x-amz-checksum-')));
    expect(names).toEqual(Array.from({ length: 2 }, () => [`x-amz-checksum-${algorithm.toLowerCase()}`]));
    expect(result.checksum).toMatchObject({ algorithm, type });
    expect((await bucket.stat('parts')).checksum).toEqual(result.checksum);
  });

  test('finds the checksum after a lost response of CompleteMultipartUpload', async () => {
    proxy.fault = first(1, isComplete, { kind: 'lose-response' });
    const result = await bucket.put('lost', inParts, { partSize: 5 * mib, checksum: { algorithm: 'SHA256' } });
    expect(result.checksum).toMatchObject({ type: 'composite' });
    expect(result.checksum).toEqual((await bucket.stat('lost')).checksum);
  });

  test('looks up the checksums of parts that are completed without them', async () => {
    const upload = await bucket.createUpload('listed', { checksum: { algorithm: 'CRC32' } });
    const parts = [await upload.putPart(1, inParts), await upload.putPart(2, 'rest')];
    const { checksum } = await upload.complete(parts.map(({ partNumber, etag }) => ({ partNumber, etag })));
    expect(checksum).toMatchObject({ algorithm: 'CRC32', type: 'composite' });
    expect((await bucket.stat('listed')).checksum).toEqual(checksum);
    // The completion that failed, ListParts, and the one that succeeded.
    expect(proxy.requests.filter(({ method, url }) => method !== 'PUT' && url.includes('uploadId='))).toHaveLength(3);
  });

  test('does not report the checksum of a part as that of the object', async () => {
    await bucket.put('parts', inParts, { partSize: 5 * mib, checksum: { algorithm: 'CRC32' } });
    const object = await bucket.get('parts', { partNumber: 2 });
    expect((await object.bytes()).length).toBe(1000);
    expect(object.info.checksum).toBeUndefined();
  });

  test('a part without a checksum is refused if the upload has an algorithm', async () => {
    const { id } = await bucket.createUpload('without', { checksum: { algorithm: 'CRC32' } });
    const upload = bucket.upload('without', id);
    await failure(upload.putPart(1, 'part'), 'InvalidArgument');
    await bucket.put('source', 'source', { checksum: { algorithm: 'CRC32' } });
    await failure(upload.copyPart(1, 'source'), 'InvalidArgument');
    await upload.abort();
  });
});
