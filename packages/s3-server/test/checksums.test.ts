/** Checksums in headers and trailers. */
import { expect, test } from 'vitest';
import type { S3Server } from '../src/index.js';
import { send } from './raw-client.js';
import type { RawResponse } from './raw-client.js';
import { startServer } from './support.js';

/** Of `hello world`. */
const checksums = [
  ['crc32', 'DUoRhQ=='],
  ['crc32c', 'yZRlqg=='],
  ['crc64nvme', 'jSnVw/bqjr4='],
  ['sha1', 'Kq5sNclPz7QV2+lfQIuc6R7oRu0='],
  ['sha256', 'uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek='],
] as const;

async function start(): Promise<S3Server> {
  const server = await startServer();
  await server.datastore.createBucket('photos');
  return server;
}

function put(server: S3Server, headers: Record<string, string>, body = 'hello world'): Promise<RawResponse> {
  return send(server, { method: 'PUT', path: '/photos/k', headers, body });
}

test.each(checksums)('stores and returns %s', async (name, value) => {
  const server = await start();
  expect(await put(server, { [`x-amz-checksum-${name}`]: value })).toMatchObject({
    status: 200,
    headers: { [`x-amz-checksum-${name}`]: value, 'x-amz-checksum-type': 'FULL_OBJECT' },
  });
  const head = (headers: Record<string, string>) => send(server, { method: 'HEAD', path: '/photos/k', headers });
  expect((await head({ 'x-amz-checksum-mode': 'ENABLED' })).headers[`x-amz-checksum-${name}`]).toBe(value);
  expect((await head({})).headers[`x-amz-checksum-${name}`]).toBeUndefined();
  expect((await head({ 'x-amz-checksum-mode': 'ENABLED', range: 'bytes=0-1' })).headers[`x-amz-checksum-${name}`]).toBeUndefined();
});

test.each(checksums)('refuses another body than that of %s', async (name, value) => {
  const server = await start();
  expect(await put(server, { [`x-amz-checksum-${name}`]: value }, 'other')).toMatchObject({
    status: 400,
    code: 'XAmzContentChecksumMismatch',
  });
  expect(await server.datastore.bucket('photos').exists('k')).toBe(false);
});

test.each([
  [{ 'x-amz-checksum-crc32': 'x' }, 'InvalidRequest'],
  [{ 'x-amz-checksum-crc32': 'DUoRhQ==', 'x-amz-checksum-crc32c': 'yZRlqg==' }, 'InvalidRequest'],
  [{ 'x-amz-checksum-algorithm': 'FOO' }, 'InvalidArgument'],
  [{ 'x-amz-checksum-crc32': '' }, undefined],
  [{ 'x-amz-checksum-foo': 'x' }, undefined],
])('%j gives %s', async (headers, code) => {
  expect((await put(await start(), headers)).code).toBe(code);
});

test.each([
  ['DUoRhQ==', undefined],
  ['AAAAAA==', 'XAmzContentChecksumMismatch'],
])('verifies the trailer %s', async (value, code) => {
  const server = await start();
  const headers = {
    'content-encoding': 'aws-chunked',
    'x-amz-decoded-content-length': '11',
    'x-amz-trailer': 'x-amz-checksum-crc32',
  };
  const body = `b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:${value}\r\n\r\n`;
  const payloadHash = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  expect((await send(server, { method: 'PUT', path: '/photos/k', headers, body, payloadHash })).code).toBe(code);
  const exists = await server.datastore.bucket('photos').exists('k');
  expect(exists).toBe(code === undefined);
  if (!exists) return;
  const info = await server.datastore.bucket('photos').stat('k');
  expect(info).toMatchObject({ checksum: { algorithm: 'CRC32', value, type: 'full-object' } });
  expect(info.contentEncoding).toBeUndefined();
});
