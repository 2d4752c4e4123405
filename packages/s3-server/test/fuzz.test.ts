/** Random requests never crash the server, and never lead to an internal error. */
import { MemoryDatastore } from '@anybucket/backend-memory';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { routes } from '../src/operations/routes.js';
import { encodeForSignature } from '../src/protocol/percent-encoding.js';
import { send, sendBytes, signRequest } from './raw-client.js';
import type { RawRequest } from './raw-client.js';
import { startServer } from './support.js';

const runs = Number(process.env['ABTEST_FUZZ_RUNS'] ?? 300);

const encoded = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encodeForSignature(text.toWellFormed()));
const bucket = fc.oneof({ weight: 16, arbitrary: fc.constant('photos') }, fc.constantFrom('missing', 'a', 'A_b', '..', ''), encoded);
const key = fc.oneof(fc.constantFrom('', 'k', 'a/b', 'a//b', '../k', '%00', '%', '%ff', 'k/', '/k', '__XLDIR__', 'k'.repeat(300)), encoded);
const parameter = fc.oneof(
  fc.constantFrom(...routes.map(({ query }) => query ?? 'list-type=2')),
  fc.constantFrom(
    'versionId',
    'prefix',
    'delimiter',
    'max-keys',
    'marker',
    'start-after',
    'continuation-token',
    'encoding-type',
    'metadata',
  ),
  fc.constantFrom(
    'partNumber',
    'uploadId',
    'response-content-type',
    'response-expires',
    'key-marker',
    'version-id-marker',
    'X-Amz-Credential',
  ),
);
const value = fc.oneof(
  fc.constantFrom('', '0', '-1', '1', '2', 'null', 'true', 'url', 'abc', '99999999999999999999', '/', '%2F', '..'),
  encoded,
);
const query = fc
  .array(fc.tuple(parameter, value), { maxLength: 4 })
  .map((pairs) => pairs.map(([name, text]) => (name.includes('=') ? name : `${name}=${text}`)));
const headerName = fc.constantFrom(
  ...'range if-match if-none-match if-modified-since content-type content-md5 content-encoding expires x-amz-copy-source'.split(' '),
  ...'x-amz-copy-source-range x-amz-copy-source-if-match x-amz-metadata-directive x-amz-tagging x-amz-tagging-directive'.split(' '),
  ...'x-amz-acl x-amz-meta-a x-amz-meta-__proto__ x-amz-storage-class x-amz-decoded-content-length x-amz-trailer'.split(' '),
  ...'x-amz-checksum-crc32 x-amz-sdk-checksum-algorithm x-amz-object-attributes x-amz-server-side-encryption'.split(' '),
);
const headerCharacter = fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code >= 0x7f && code < 0xa0 ? 0x20 : code));
const headerValue = fc.oneof(
  fc.constantFrom('', '*', 'bytes=0-', 'bytes=-0', 'bytes=5-1', 'bytes=0-99999999999999999999', 'REPLACE', 'COPY', '/photos/k', 'photos/k'),
  fc.constantFrom('photos/%', '/', 'a=b&a=c', 'a=%', 'private', '=?UTF-8?Q?=ff?=', '=?UTF-8?B?////?=', 'Thu, 01 Jan 1970 00:00:00 GMT'),
  fc.string({ unit: headerCharacter, maxLength: 20 }).map((text) => text.trim()),
);
const document = fc.oneof(
  fc.constantFrom('', '<x/>', '<', 'a=b', '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', '<Delete><Object/></Delete>'),
  fc.constantFrom('<Delete><Object><Key>k</Key></Object></Delete>', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>'),
  fc.constantFrom('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>', '<CompleteMultipartUpload/>'),
  fc.constantFrom('<AccessControlPolicy><AccessControlList/></AccessControlPolicy>', '<Delete><Object><Key>\0</Key></Object></Delete>'),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.toWellFormed()),
);
const payloadHash = fc.option(
  fc.constantFrom('UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'x'),
  { nil: undefined },
);
const request = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'),
  bucket,
  key,
  query,
  headers: fc.dictionary(headerName, headerValue, { maxKeys: 4 }),
  body: document,
  payloadHash,
});

test('random requests get a response of S3', async () => {
  const server = await startServer({ maxLoggedRequests: runs }, new MemoryDatastore({ buckets: { photos: { k: 'meow', 'a/b': 'x' } } }));
  await fc.assert(
    fc.asyncProperty(request, async ({ bucket: name, key: path, query: parameters, ...rest }) => {
      const sorted = [...new Set(parameters)].sort((a, b) => (a.split('=')[0] ?? '').localeCompare(b.split('=')[0] ?? ''));
      const target = path === '' ? `/${name}` : `/${name}/${path}`;
      const { payloadHash: hash, ...signed } = rest;
      const raw: RawRequest = { ...signed, path: target, query: sorted.join('&'), ...(hash === undefined ? {} : { payloadHash: hash }) };
      const response = await send(server, raw);
      expect(response.status).toBeGreaterThanOrEqual(200);
      expect(response.status).not.toBe(500);
      const needsCode = response.status >= 400 && response.headers['x-amz-request-id'] !== undefined;
      expect(needsCode && response.code === undefined).toBe(false);
    }),
    { numRuns: runs },
  );
  // Otherwise the requests would not reach the operations.
  expect(server.requests.filter(({ accessKey }) => accessKey !== undefined).length).toBeGreaterThan(runs / 5);
  expect(await send(server, { path: '/' })).toMatchObject({ status: 200 });
});

test('random bytes get status 400 or no response', async () => {
  const server = await startServer();
  const bytes = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 200,
  });
  await fc.assert(
    fc.asyncProperty(bytes, async (text) => {
      const response = await sendBytes(server, `${text}\r\n\r\n\r\n\r\n`);
      expect(response === '' || /^HTTP\/1\.1 4\d\d /.test(response)).toBe(true);
    }),
    { numRuns: runs },
  );
  expect(await send(server, { path: '/' })).toMatchObject({ status: 200 });
});

/** A change of some bytes: position as a fraction of the length, number of bytes that are removed, bytes that are inserted. */
const mutation = fc.record({
  position: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat({ max: 8 }),
  inserted: fc.oneof(
    fc.constantFrom('\r\n', '\n', '\0', ' ', ':', '%', '/../', '\r\n\r\n', 'Host: b\r\n', 'Content-Length: 1\r\n', '\xff'),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 4 }),
  ),
});
const template = fc.constantFrom<RawRequest>(
  { path: '/photos/k' },
  { path: '/photos', query: 'list-type=2&prefix=a' },
  { method: 'PUT', path: '/photos/new', body: 'payload', headers: { 'content-length': '7', 'x-amz-meta-a': 'b' } },
  { method: 'PUT', path: '/photos/copy', headers: { 'x-amz-copy-source': '/photos/k', 'content-length': '0' } },
  { method: 'DELETE', path: '/photos/missing' },
);

test('signed requests with changed bytes get a response of HTTP or none, and reach only their bucket', async () => {
  const datastore = new MemoryDatastore({ buckets: { photos: { k: 'meow' }, other: { k: 'x' } } });
  const server = await startServer({ maxLoggedRequests: 0, idleTimeoutMs: 200, headersTimeoutMs: 200 }, datastore);
  await fc.assert(
    fc.asyncProperty(template, fc.array(mutation, { minLength: 1, maxLength: 3 }), async (raw, mutations) => {
      const { method = 'GET', path, query: parameters, body = '' } = raw;
      const lines = Object.entries(signRequest(server, raw).headers).map(([name, text]) => `${name}: ${text}\r\n`);
      const target = parameters === undefined ? path : `${path}?${parameters}`;
      let bytes = `${method} ${target} HTTP/1.1\r\n${lines.join('')}connection: close\r\n\r\n${String(body)}`;
      for (const { position, removed, inserted } of mutations) {
        const index = Math.floor(position * bytes.length);
        bytes = bytes.slice(0, index) + inserted + bytes.slice(index + removed);
      }
      const response = await sendBytes(server, bytes);
      expect(response === '' || /^HTTP\/1\.1 (?!500)[1-5]\d\d /.test(response)).toBe(true);
    }),
    { numRuns: runs },
  );
  expect(await send(server, { path: '/other/k' })).toMatchObject({ status: 200, body: 'x' });
  expect((await send(server, { path: '/other' })).body.match(/<Key>/g)).toHaveLength(1);
});
