import { createHash } from 'node:crypto';
import type { Bucket } from '@anybucket/core';
import type { MinioAddress } from '@anybucket/minio-server';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { MinioDatastore } from '../src/index.js';
import { openDatastore, scratchBucket } from './support.js';

const address = inject('minio');

const md5 = (text: string): string => createHash('md5').update(text).digest('base64');

/** Sends a form as a browser does. */
async function post(
  form: { readonly url: string; readonly fields: Record<string, string> },
  file: Blob,
  filename = 'file',
): Promise<number> {
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
  data.append('file', file, filename);
  return (await fetch(form.url, { method: 'POST', body: data })).status;
}

describe.skipIf(address === undefined)('presigned', () => {
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

  const put = async (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url, { method: 'PUT', body, headers });

  describe('URLs', () => {
    test('store a part of an upload', async () => {
      const upload = await bucket.createUpload('parts/ü');
      const url = await bucket.presign('parts/ü', { method: 'PUT', part: { uploadId: upload.id, partNumber: 3 } });
      const response = await put(url, 'part');
      expect([response.status, response.headers.get('etag')]).toEqual([200, `"${createHash('md5').update('part').digest('hex')}"`]);
      expect(await upload.listParts()).toMatchObject([{ partNumber: 3, size: 4 }]);
      expect(await bucket.exists('parts/ü')).toBe(false);
      const other = url.replace('partNumber=3', 'partNumber=4');
      expect((await put(other, 'part')).status).toBe(403);
      await upload.complete();
      expect((await put(url, 'part')).status).toBe(404);
    });

    test('store a part with the checksum of the upload', async () => {
      const upload = await bucket.createUpload('checked', { checksum: { algorithm: 'CRC32' } });
      const headers = { 'x-amz-checksum-crc32': 'DUoRhQ==' };
      const part = { uploadId: upload.id, partNumber: 1 };
      const url = await bucket.presign('checked', { method: 'PUT', part, headers });
      expect((await put(url, 'another body', headers)).status).toBe(400);
      expect((await put(url, 'hello world', headers)).status).toBe(200);
      expect((await upload.complete()).checksum).toMatchObject({ algorithm: 'CRC32', type: 'composite' });
    });

    test('verify the MD5, and require the signed headers', async () => {
      const url = await bucket.presign('md5', { method: 'PUT', contentMD5: md5('body') });
      expect((await put(url, 'body')).status).toBe(400);
      expect((await put(url, 'other', { 'content-md5': md5('other') })).status).toBe(403);
      expect((await put(url, 'other', { 'content-md5': md5('body') })).status).toBe(400);
      expect(await bucket.exists('md5')).toBe(false);
      expect((await put(url, 'body', { 'content-md5': md5('body') })).status).toBe(200);
    });

    test('store metadata', async () => {
      const url = await bucket.presign('metadata', { method: 'PUT', metadata: { color: 'blue' } });
      expect((await put(url, 'body', { 'x-amz-meta-color': 'blue' })).status).toBe(200);
      expect({ ...(await bucket.stat('metadata')).metadata }).toEqual({ color: 'blue' });
    });

    test('replace headers of the response', async () => {
      await bucket.put('response', 'body', { contentType: 'text/plain', cacheControl: 'no-cache' });
      const expires = new Date('2030-01-02T03:04:05Z');
      const response = { contentType: 'text/x-other', contentDisposition: { filename: 'Ä "b".txt' }, contentLanguage: 'de', expires };
      const { status, headers } = await fetch(await bucket.presign('response', { response }));
      expect(status).toBe(200);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'text/x-other',
        'content-language': 'de',
        'cache-control': 'no-cache',
        expires: expires.toUTCString(),
      });
      expect(headers.get('content-disposition')).toContain("filename*=UTF-8''%C3%84");
    });

    test('read and delete a version', async () => {
      await using own = await scratchBucket(datastore);
      await own.setVersioning('enabled');
      const { versionId } = await own.put('k', 'old');
      await own.put('k', 'new');
      expect(await (await fetch(await own.presign('k', { versionId }))).text()).toBe('old');
      expect((await fetch(await own.presign('k', { method: 'HEAD', versionId }), { method: 'HEAD' })).headers.get('content-length')).toBe(
        '3',
      );
      expect((await fetch(await own.presign('k', { method: 'DELETE', versionId }), { method: 'DELETE' })).status).toBe(204);
      expect((await fetch(await own.presign('k', { versionId }))).status).toBe(404);
      expect(await own.listVersions()).toHaveLength(1);
    });
  });

  describe('forms', () => {
    test('store a file with its type and metadata', async () => {
      const form = await bucket.presignPost({ key: 'form/a b', contentType: 'text/css', metadata: { color: 'grün' } });
      expect(await post(form, new Blob(['a{}']))).toBe(204);
      const { contentType, metadata, size } = await bucket.stat('form/a b');
      expect([contentType, { ...metadata }, size]).toEqual(['text/css', { color: 'grün' }, 3]);
    });

    test('store a file under its name below a prefix', async () => {
      const form = await bucket.presignPost({ prefix: 'inbox/', maxSize: 10 });
      expect(await post(form, new Blob(['1']), 'one.txt')).toBe(204);
      expect(await post({ ...form, fields: { ...form.fields, key: 'inbox/two' } }, new Blob(['2']))).toBe(204);
      expect(await post({ ...form, fields: { ...form.fields, key: 'outbox' } }, new Blob(['3']))).toBe(403);
      expect(await bucket.listFilename({ prefix: 'inbox/' })).toEqual(['inbox/one.txt', 'inbox/two']);
      expect(await bucket.exists('outbox')).toBe(false);
    });

    test('limit the size', async () => {
      const form = await bucket.presignPost({ key: 'limited', minSize: 2, maxSize: 4 });
      expect([await post(form, new Blob(['1'])), await post(form, new Blob(['12345']))]).toEqual([400, 400]);
      expect(await bucket.exists('limited')).toBe(false);
      expect([await post(form, new Blob(['12'])), await post(form, new Blob(['1234']))]).toEqual([204, 204]);
    });

    test('limit the content type', async () => {
      const form = await bucket.presignPost({ key: 'typed', contentType: 'image/' });
      const as = (type: string): typeof form => ({ ...form, fields: { ...form.fields, 'Content-Type': type } });
      expect(await post(as('text/html'), new Blob(['<p>']))).toBe(403);
      expect(await post(as('image/png'), new Blob(['png']))).toBe(204);
      expect((await bucket.stat('typed')).contentType).toBe('image/png');
    });

    test('allow no other field and no other key', async () => {
      const form = await bucket.presignPost({ key: 'fixed' });
      expect(await post({ ...form, fields: { ...form.fields, key: 'other' } }, new Blob(['1']))).toBe(403);
      expect(await post({ ...form, fields: { ...form.fields, 'x-amz-meta-a': 'b' } }, new Blob(['1']))).toBe(403);
      expect(await bucket.exists('fixed')).toBe(false);
    });
  });
});
