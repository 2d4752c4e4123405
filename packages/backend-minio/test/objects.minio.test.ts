import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import type { Bucket } from '@anybucket/core';
import { etagOf } from '@anybucket/core/backend';
import type { MinioDatastore } from '../src/index.js';
import { S3Server } from '../src/http/s3-server.js';
import { endpointOf } from '../src/http/endpoint.js';
import { Signer } from '../src/http/signer.js';
import { copyObject } from '../src/operations/copy-object.js';
import { copyParts } from '../src/operations/copy-parts.js';
import { FaultProxy } from './fault-proxy.js';
import { chunksOf, failure, open, openUploads, pattern, scratchBucket } from './support.js';

const address = inject('minio');
const mib = 2 ** 20;

describe.skipIf(address === undefined)('objects on a real server', () => {
  let datastore: MinioDatastore;
  let bucket: Bucket & AsyncDisposable;

  beforeAll(async () => {
    datastore = open(address as MinioAddress);
    bucket = await scratchBucket(datastore);
  });
  afterAll(async () => {
    await bucket[Symbol.asyncDispose]();
    await datastore.close();
  });

  describe('a put', () => {
    const partSize = 5 * mib;

    test.each([0, 1, mib, mib + 1, partSize - 1, partSize, partSize + 1, 2 * partSize, 2 * partSize + 1])(
      'of %i bytes has the ETag of its parts, by every way',
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

    test('in parts asks for parts side by side, within its concurrency', async () => {
      await using proxy = await FaultProxy.start(address as MinioAddress);
      let running = 0;
      let most = 0;
      proxy.fault = ({ url }) => {
        if (!url.includes('partNumber=')) return undefined;
        most = Math.max(most, ++running);
        setTimeout(() => running--, 300);
        return { kind: 'delay', ms: 300 };
      };
      const watched = open(proxy.address);
      await watched.bucket(bucket.name).put('parallel', pattern(40 * mib), { partSize, concurrency: 3 });
      await watched.close();
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(3);
    });

    test('that fails its condition does not upload a large body first', async () => {
      await bucket.put('there', 'x');
      let taken = 0;
      const source = async function* (): AsyncGenerator<Buffer> {
        for (; taken < 40; taken++) yield pattern(mib);
      };
      await failure(bucket.put('there', source(), { partSize, ifNoneMatch: '*' }), 'PreconditionFailed');
      expect(taken).toBeLessThan(10);
    });

    test('of a body that differs from its MD5 leaves nothing, also in parts', async () => {
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
        expect(await openUploads(datastore, bucket.name, 'wrong')).toBe(0);
      }
    });
  });

  describe('a reader that never reads', () => {
    test('lets a put of its key end, in success or a time-out', async () => {
      await bucket.put('held', pattern(32 * mib));
      const impatient = open(address as MinioAddress, { idleTimeout: 2000 });
      const object = await bucket.get('held');
      const outcome = await impatient
        .bucket(bucket.name)
        .put('held', 'new')
        .then(
          () => 'success',
          (error: unknown) => (error as { code?: string }).code,
        );
      expect(['success', 'Timeout']).toContain(outcome);
      await object.cancel();
      await bucket.put('held', 'newer');
      expect(await (await bucket.get('held')).text()).toBe('newer');
      await impatient.close();
    });

    test('two hundred times over holds nobody up', async () => {
      await bucket.put('dropped', pattern(mib));
      const held = await Promise.all(Array.from({ length: 200 }, () => bucket.get('dropped')));
      expect(await (await bucket.get('dropped')).bytes()).toHaveLength(mib);
      await Promise.all(held.map((object) => object.cancel()));
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
    const rich = { ...attributes, metadata: { m: 'ü' }, tags: { t: 'a b' } };

    test('keeps what the server would forget', async () => {
      await bucket.put('rich', 'x', rich);
      await bucket.fcopyTo(bucket.name, 'rich-copy', 'rich');
      expect(await bucket.stat('rich-copy')).toMatchObject({ ...attributes, metadata: rich.metadata, tagCount: 1 });
      expect(await bucket.tags('rich-copy')).toEqual(rich.tags);
    });

    test.each(['a?b', 'a#b', 'a+b', 'a%2Fb', 'a b', 'ä/ö&=;,', "a'(b)*!"])('takes %j as its source', async (key) => {
      await bucket.put(key, key);
      await bucket.fcopyTo(bucket.name, `${key}-copy`, key);
      expect(await (await bucket.get(`${key}-copy`)).text()).toBe(key);
    });

    test('of more than one request can take goes part by part, with all that belongs to it', async () => {
      const bytes = pattern(12 * mib);
      await bucket.put('big', chunksOf(bytes), { ...rich, partSize: 5 * mib });
      const server = rawServer();
      const plan = {
        bucket: bucket.name,
        key: 'big-copy',
        source: { bucket: bucket.name, key: 'big' },
        call: {},
        info: await bucket.stat('big'),
        pinned: true,
      };
      const { etag } = await copyParts(server, plan, 5 * mib);
      expect(etag).toMatch(/-3$/);
      expect(await bucket.stat('big-copy')).toMatchObject({ etag, size: bytes.length, ...attributes, metadata: rich.metadata });
      expect(await bucket.tags('big-copy')).toEqual(rich.tags);
      expect((await (await bucket.get('big-copy')).bytes()).equals(bytes)).toBe(true);
      server.close();
    });

    test('goes part by part only where it must', async () => {
      await bucket.put('two-mib', pattern(2 * mib));
      const server = rawServer();
      const source = { bucket: bucket.name, key: 'two-mib' };
      expect((await copyObject(server, bucket.name, 'copied', source, {}, 2 * mib)).etag).not.toContain('-');
      expect((await copyObject(server, bucket.name, 'copied', source, {}, 2 * mib - 1)).etag).toMatch(/-1$/);
      server.close();
    });

    test('in parts that fails leaves nothing', async () => {
      await bucket.put('big', pattern(2 * mib));
      const server = rawServer();
      const source = { bucket: bucket.name, key: 'big' };
      // Parts of 1 MiB are refused at the end.
      const plan = { bucket: bucket.name, key: 'small-parts', source, call: {}, info: await bucket.stat('big'), pinned: true };
      await failure(copyParts(server, plan, mib), 'EntityTooSmall');
      expect(await openUploads(datastore, bucket.name, 'small-parts')).toBe(0);
      server.close();
    });

    function rawServer(): S3Server {
      const { endPoint, port, accessKey, secretKey } = address as MinioAddress;
      const signer = new Signer(endpointOf(endPoint, port, false, true), 'us-east-1', { accessKey, secretKey });
      return new S3Server(signer, { tls: false, connectTimeout: 5000, idleTimeout: 5000, retries: 0 });
    }
  });

  describe('a presigned URL', () => {
    test('of GET and PUT works in a plain HTTP client, and for nothing else', async () => {
      const put = await bucket.presign('PUT', 'signed é?#', { contentType: 'text/x-signed' });
      expect((await fetch(put, { method: 'PUT', body: 'by url', headers: { 'content-type': 'text/other' } })).status).toBe(403);
      expect((await fetch(put, { method: 'PUT', body: 'by url', headers: { 'content-type': 'text/x-signed' } })).status).toBe(200);
      const get = await bucket.presign('GET', 'signed é?#');
      expect(await (await fetch(get)).text()).toBe('by url');
      expect((await fetch(get, { method: 'DELETE' })).status).toBe(403);
      expect((await fetch(get, { method: 'PUT', body: 'x' })).status).toBe(403);
      expect((await fetch(get.replace('signed', 'another'))).status).toBe(403);
    });

    test('expires', async () => {
      const url = await bucket.presign('GET', 'signed é?#', { expiresIn: 1 });
      await sleep(2100);
      expect((await fetch(url)).status).toBe(403);
    });

    test('may be of one version', async () => {
      await using own = await scratchBucket(datastore);
      await own.setVersioning('enabled');
      const { versionId } = await own.put('k', 'old');
      await own.put('k', 'new');
      expect(await (await fetch(await own.presign('GET', 'k', { versionId }))).text()).toBe('old');
    });
  });

  describe('native options', () => {
    test('go with get, put, stat and copy', async () => {
      await bucket.put('native', 'x', { native: { headers: { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' } } });
      const query = { 'response-content-type': 'text/overridden' };
      expect((await bucket.get('native', { native: { query } })).info.contentType).toBe('text/overridden');
      expect((await bucket.stat('native', { native: { headers: { range: 'bytes=0-0' } } })).key).toBe('native');
      await bucket.fcopyTo(bucket.name, 'native-copy', 'native', { native: { headers: { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' } } });
      await bucket.fcopyTo(bucket.name, 'plain-copy', 'native', { native: { headers: { 'x-amz-storage-class': 'STANDARD' } } });
      const classOf = async (key: string): Promise<string | null> =>
        (await fetch(await bucket.presign('GET', key))).headers.get('x-amz-storage-class');
      expect(await classOf('native')).toBe('REDUCED_REDUNDANCY');
      expect(await classOf('native-copy')).toBe('REDUCED_REDUNDANCY');
      expect(await classOf('plain-copy')).toBe(null);
    });
  });
});
