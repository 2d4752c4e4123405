import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import type { Bucket } from '@anybucket/core';
import { etagOf } from '@anybucket/core/backend';
import type { MinioDatastore } from '../src/index.js';
import { copyInParts, copyObject } from '../src/operations/copy-object.js';
import { serverProfiles } from '../src/server/server-profiles.js';
import { FaultProxy } from './fault-proxy.js';
import { chunksOf, countIncompleteUploads, failure, openDatastore, openS3Client, pattern, scratchBucket } from './support.js';

const profile = serverProfiles.minio;

const address = inject('minio');
const mib = 2 ** 20;

describe.skipIf(address === undefined)('objects on a real server', () => {
  let datastore: MinioDatastore;
  let bucket: Bucket & AsyncDisposable;

  beforeAll(async () => {
    datastore = openDatastore(address as MinioAddress);
    bucket = await scratchBucket(datastore);
  });
  afterAll(async () => {
    await bucket[Symbol.asyncDispose]();
    await datastore.close();
  });

  describe('a put', () => {
    const partSize = 5 * mib;

    test.each([0, 1, mib, mib + 1, partSize - 1, partSize, partSize + 1, 2 * partSize, 2 * partSize + 1])(
      'of %i bytes has the ETag of its parts, for bytes, a stream and a sized stream',
      async (size) => {
        const bytes = pattern(size);
        const etag = etagOf(bytes, partSize);
        for (const [data, length] of [
          [bytes, undefined],
          [chunksOf(bytes), undefined],
          [chunksOf(bytes), size],
        ] as const) {
          expect((await bucket.put('k', data, length, { partSize })).etag).toBe(etag);
          expect((await (await bucket.get('k')).bytes()).equals(bytes)).toBe(true);
        }
      },
    );

    test('uploads parts in parallel, up to `concurrency`', async () => {
      await using proxy = await FaultProxy.start(address as MinioAddress);
      let running = 0;
      let max = 0;
      proxy.fault = ({ url }) => {
        if (!url.includes('partNumber=')) return undefined;
        max = Math.max(max, ++running);
        setTimeout(() => running--, 300);
        return { kind: 'delay', ms: 300 };
      };
      const proxied = openDatastore(proxy.address);
      await proxied.bucket(bucket.name).put('parallel', pattern(40 * mib), { partSize, concurrency: 3 });
      await proxied.close();
      expect(max).toBeGreaterThan(1);
      expect(max).toBeLessThanOrEqual(3);
    });

    test('with a failed condition does not upload a large body', async () => {
      await bucket.put('existing', 'x');
      let read = 0;
      const source = async function* (): AsyncGenerator<Buffer> {
        for (; read < 40; read++) yield pattern(mib);
      };
      await failure(bucket.put('existing', source(), { partSize, ifNoneMatch: '*' }), 'PreconditionFailed');
      expect(read).toBeLessThan(10);
    });

    test('with a wrong contentMD5 leaves nothing behind, also in parts', async () => {
      const contentMD5 = Buffer.alloc(16).toString('base64');
      for (const [size, length] of [
        [10, 10],
        [2 * mib, undefined],
        [11 * mib, undefined],
        [20 * mib, 20 * mib],
      ] as const) {
        const options = { contentMD5, partSize: length === undefined ? partSize : 64 * mib };
        await failure(bucket.put('wrong', chunksOf(pattern(size)), length, options), 'BadDigest');
        expect(await bucket.exists('wrong')).toBe(false);
        expect(await countIncompleteUploads(datastore, bucket.name, 'wrong')).toBe(0);
      }
    });
  });

  describe('an unread body', () => {
    test('delays a put of its key, which succeeds or times out', async () => {
      await bucket.put('unread', pattern(32 * mib));
      const shortTimeout = openDatastore(address as MinioAddress, { idleTimeoutMs: 2000 });
      const object = await bucket.get('unread');
      const outcome = await shortTimeout
        .bucket(bucket.name)
        .put('unread', 'new')
        .then(
          () => 'success',
          (error: unknown) => (error as { code?: string }).code,
        );
      expect(['success', 'Timeout']).toContain(outcome);
      await object.cancel();
      await bucket.put('unread', 'newer');
      expect(await (await bucket.get('unread')).text()).toBe('newer');
      await shortTimeout.close();
    });

    test('does not block other reads, even if there are 200', async () => {
      await bucket.put('many-unread', pattern(mib));
      const unread = await Promise.all(Array.from({ length: 200 }, () => bucket.get('many-unread')));
      expect(await (await bucket.get('many-unread')).bytes()).toHaveLength(mib);
      await Promise.all(unread.map((object) => object.cancel()));
    });
  });

  describe('a copy', () => {
    const expires = new Date('2031-02-03T04:05:06Z');
    const attributes = {
      contentType: 'text/x',
      cacheControl: 'no-cache',
      contentDisposition: 'a; b="c"',
      contentEncoding: 'x',
      contentLanguage: 'de',
      expires,
    };
    const allOptions = { ...attributes, metadata: { m: 'ü' }, tags: { t: 'a b' } };

    test('keeps all attributes, including expires', async () => {
      await bucket.put('attributes', 'x', allOptions);
      await bucket.fcopyTo(bucket.name, 'attributes-copy', 'attributes');
      expect(await bucket.stat('attributes-copy')).toMatchObject({ ...attributes, metadata: allOptions.metadata, tagCount: 1 });
      expect(await bucket.tags('attributes-copy')).toEqual(allOptions.tags);
    });

    test.each(['a?b', 'a#b', 'a+b', 'a%2Fb', 'a b', 'ä/ö&=;,', "a'(b)*!"])('encodes the source key %j', async (key) => {
      await bucket.put(key, key);
      await bucket.fcopyTo(bucket.name, `${key}-copy`, key);
      expect(await (await bucket.get(`${key}-copy`)).text()).toBe(key);
    });

    test('in parts keeps the body, the attributes and the tags', async () => {
      const bytes = pattern(12 * mib);
      await bucket.put('big', chunksOf(bytes), { ...allOptions, partSize: 5 * mib });
      const client = openS3Client(address as MinioAddress);
      const plan = {
        profile,
        bucket: bucket.name,
        key: 'big-copy',
        source: { bucket: bucket.name, key: 'big' },
        call: {},
        info: await bucket.stat('big'),
        pinned: true,
      };
      const { etag } = await copyInParts(client, plan, 5 * mib);
      expect(etag).toMatch(/-3$/);
      expect(await bucket.stat('big-copy')).toMatchObject({ etag, size: bytes.length, ...attributes, metadata: allOptions.metadata });
      expect(await bucket.tags('big-copy')).toEqual(allOptions.tags);
      expect((await (await bucket.get('big-copy')).bytes()).equals(bytes)).toBe(true);
      client.close();
    });

    test('uses parts only above the maximum size', async () => {
      await bucket.put('two-mib', pattern(2 * mib));
      const client = openS3Client(address as MinioAddress);
      const source = { bucket: bucket.name, key: 'two-mib' };
      expect((await copyObject(client, profile, bucket.name, 'copied', source, {}, 2 * mib)).etag).not.toContain('-');
      expect((await copyObject(client, profile, bucket.name, 'copied', source, {}, 2 * mib - 1)).etag).toMatch(/-1$/);
      client.close();
    });

    test('in parts leaves nothing behind when it fails', async () => {
      await bucket.put('big', pattern(2 * mib));
      const client = openS3Client(address as MinioAddress);
      const source = { bucket: bucket.name, key: 'big' };
      // CompleteMultipartUpload rejects parts of 1 MiB.
      const plan = { profile, bucket: bucket.name, key: 'small-parts', source, call: {}, info: await bucket.stat('big'), pinned: true };
      await failure(copyInParts(client, plan, mib), 'EntityTooSmall');
      expect(await countIncompleteUploads(datastore, bucket.name, 'small-parts')).toBe(0);
      client.close();
    });
  });

  describe('a presigned URL', () => {
    test('works in a plain HTTP client, only for its method, key and content type', async () => {
      const put = await bucket.presign('signed é?#', { method: 'PUT', contentType: 'text/x-signed' });
      expect((await fetch(put, { method: 'PUT', body: 'by url', headers: { 'content-type': 'text/other' } })).status).toBe(403);
      expect((await fetch(put, { method: 'PUT', body: 'by url', headers: { 'content-type': 'text/x-signed' } })).status).toBe(200);
      const get = await bucket.presign('signed é?#');
      expect(await (await fetch(get)).text()).toBe('by url');
      expect((await fetch(get, { method: 'DELETE' })).status).toBe(403);
      expect((await fetch(get, { method: 'PUT', body: 'x' })).status).toBe(403);
      expect((await fetch(get.replace('signed', 'another'))).status).toBe(403);
    });

    test('expires', async () => {
      const url = await bucket.presign('signed é?#', { expiresIn: 1 });
      await sleep(2100);
      expect((await fetch(url)).status).toBe(403);
    });

    test('may name a version', async () => {
      await using versioned = await scratchBucket(datastore);
      await versioned.setVersioning('enabled');
      const { versionId } = await versioned.put('k', 'old');
      await versioned.put('k', 'new');
      expect(await (await fetch(await versioned.presign('k', { versionId }))).text()).toBe('old');
    });
  });

  test("keys: 's3' is refused, because MinIO changes such keys", async () => {
    await using anyKeys = openDatastore(address as MinioAddress, { keys: 's3' });
    await expect(anyKeys.bucket(bucket.name).put('/a', 'x')).rejects.toMatchObject({ code: 'NotImplemented' });
    await expect(anyKeys.bucket(bucket.name).delete(['../other/k'])).rejects.toMatchObject({ code: 'NotImplemented' });
    expect(await bucket.exists('a')).toBe(false);
  });

  describe('native options', () => {
    test('are sent by get, put, stat and copy', async () => {
      await bucket.put('native', 'x', { native: { headers: { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' } } });
      const query = { 'response-content-type': 'text/overridden' };
      expect((await bucket.get('native', { native: { query } })).info.contentType).toBe('text/overridden');
      expect((await bucket.stat('native', { native: { headers: { range: 'bytes=0-0' } } })).key).toBe('native');
      await bucket.fcopyTo(bucket.name, 'native-copy', 'native', { native: { headers: { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' } } });
      await bucket.fcopyTo(bucket.name, 'plain-copy', 'native', { native: { headers: { 'x-amz-storage-class': 'STANDARD' } } });
      const storageClass = async (key: string): Promise<string | null> =>
        (await fetch(await bucket.presign(key))).headers.get('x-amz-storage-class');
      expect(await storageClass('native')).toBe('REDUCED_REDUNDANCY');
      expect(await storageClass('native-copy')).toBe('REDUCED_REDUNDANCY');
      expect(await storageClass('plain-copy')).toBe(null);
    });
  });
});
