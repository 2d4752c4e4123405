import { expect, test } from 'vitest';
import type { PresignOptions } from '../../src/api/options.js';
import { failureOf } from '../failure.js';
import { testStore } from './test-store.js';

/** Returns the driver call of a presigned URL. */
async function callOf(options?: PresignOptions): Promise<unknown> {
  const { bucket, calls } = testStore();
  expect(await bucket.presign('k', options)).toBe('http://signed');
  expect(calls.map(({ name, args }) => [name, ...args.slice(0, 2)])).toEqual([['presign', 'photos', 'k']]);
  return calls[0]?.args[2];
}

test('the default is a GET with a lifetime of one hour', async () => {
  expect(await callOf()).toEqual({ method: 'GET', expiresIn: 3600, headers: {}, query: {} });
});

test.for(['GET', 'HEAD', 'PUT', 'DELETE'] as const)('passes the method %s to the driver', async (method) => {
  const { signal } = new AbortController();
  expect(await callOf({ method, expiresIn: 604_800, signal })).toEqual({ method, expiresIn: 604_800, headers: {}, query: {}, signal });
});

test.for(['GET', 'HEAD', 'DELETE'] as const)('%s may name a version', async (method) => {
  expect(await callOf({ method, versionId: 'v' })).toMatchObject({ method, query: { versionId: 'v' } });
});

test('content type, MD5 and metadata of a PUT become signed headers', async () => {
  const options = {
    contentType: ' a/b ',
    contentMD5: '1B2M2Y8AsgTpgAmY7PhCfg==',
    metadata: { Color: 'grün' },
    headers: { 'X-Other': ' 1 ' },
  };
  expect(await callOf({ method: 'PUT', ...options })).toMatchObject({
    headers: {
      'content-type': 'a/b',
      'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==',
      'x-amz-meta-color': '=?UTF-8?B?Z3LDvG4=?=',
      'x-other': '1',
    },
  });
});

test('response headers become query parameters', async () => {
  const response = {
    contentType: 'text/plain',
    contentDisposition: { filename: 'Größe "1".txt' },
    cacheControl: 'no-store',
    contentEncoding: 'gzip',
    contentLanguage: 'de',
    expires: new Date('2030-01-02T03:04:05.678Z'),
  };
  expect(await callOf({ response })).toMatchObject({
    query: {
      'response-content-type': 'text/plain',
      'response-content-disposition': `attachment; filename="Gr??e \\"1\\".txt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.txt`,
      'response-cache-control': 'no-store',
      'response-content-encoding': 'gzip',
      'response-content-language': 'de',
      'response-expires': 'Wed, 02 Jan 2030 03:04:05 GMT',
    },
  });
});

test('a response without a content type has none of the default', async () => {
  expect(await callOf({ response: { cacheControl: 'no-store' } })).toMatchObject({ query: { 'response-cache-control': 'no-store' } });
  expect(await callOf({ response: {} })).toMatchObject({ query: {} });
});

test('a part becomes query parameters', async () => {
  expect(await callOf({ method: 'PUT', part: { uploadId: 'u', partNumber: 3 } })).toMatchObject({
    query: { uploadId: 'u', partNumber: '3' },
  });
});

test.for([
  [{ method: 'get' }, 'method'],
  [{ method: 'POST' }, 'method'],
  [{ method: null }, 'method'],
  [{ expiresIn: 0 }, 'expiresIn'],
  [{ expiresIn: 604_801 }, 'expiresIn'],
  [{ expiresIn: 1.5 }, 'expiresIn'],
  [{ contentType: 'a/b' }, 'contentType'],
  [{ contentMD5: '1B2M2Y8AsgTpgAmY7PhCfg==' }, 'contentMD5'],
  [{ method: 'DELETE', metadata: {} }, 'metadata'],
  [{ method: 'PUT', contentType: 'é' }, 'contentType'],
  [{ method: 'PUT', response: {} }, 'response'],
  [{ method: 'DELETE', response: {} }, 'response'],
  [{ response: { contentTypes: 'a/b' } }, 'contentTypes'],
  [{ response: { contentType: 'a\nb' } }, 'contentType'],
  [{ response: [] }, 'response'],
  [{ response: { contentDisposition: { filename: '' } } }, 'contentDisposition'],
  [{ response: { contentDisposition: { type: 'form-data', filename: 'a' } } }, 'contentDisposition'],
  [{ response: { contentDisposition: { filename: 'a\nb' } } }, 'filename'],
  [{ method: 'PUT', versionId: 'v' }, 'versionId'],
  [{ versionId: '' }, 'versionId'],
  [{ part: { uploadId: 'u', partNumber: 1 } }, 'part'],
  [{ method: 'PUT', part: { uploadId: '', partNumber: 1 } }, 'part'],
  [{ method: 'PUT', part: { uploadId: 'u', partNumber: 0 } }, 'part'],
  [{ method: 'PUT', part: { uploadId: 'u', partNumber: 10_001 } }, 'part'],
  [{ method: 'PUT', part: { uploadId: 'u', partNumber: 1 }, metadata: {} }, 'part'],
  [{ headers: { 'a b': 'c' } }, 'headers'],
  [{ headers: { a: 'b\nc' } }, 'headers'],
  [{ headers: { a: 1 } }, 'headers'],
  [{ expires: 1 }, 'expires'],
])('rejects %j with InvalidArgument', async ([options, name]) => {
  const { bucket, calls } = testStore();
  const failure = await failureOf(() => bucket.presign('k', options as PresignOptions));
  expect(failure.code).toBe('InvalidArgument');
  expect(failure.message).toContain(name);
  expect(calls).toEqual([]);
});

test('rejects an invalid key and a malformed MD5', async () => {
  const { bucket } = testStore();
  expect((await failureOf(() => bucket.presign('../k'))).code).toBe('InvalidKey');
  expect((await failureOf(() => bucket.presign('k', { method: 'PUT', contentMD5: 'x' }))).code).toBe('InvalidDigest');
});
