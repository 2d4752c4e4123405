import { MemoryDatastore } from '@anybucket/backend-memory';
import { expect, test } from 'vitest';
import type { S3Server } from '../src/index.js';
import { send } from './raw-client.js';
import type { RawRequest } from './raw-client.js';
import { startServer } from './support.js';

const owner = { accessKey: 'owner-key', secretKey: 'owner-secret' };
const reader = { accessKey: 'reader-key', secretKey: 'reader-secret', readOnly: true };
const tenant = { accessKey: 'tenant-key', secretKey: 'tenant-secret', buckets: ['tenant-'] };
const pairs = { owner, reader, tenant };

function start(): Promise<S3Server> {
  const buckets = { 'tenant-a': { k: 'mine' }, 'other-b': { k: 'theirs' }, tenant: { k: 'theirs' } };
  return startServer({ credentials: [owner, reader, tenant] }, new MemoryDatastore({ buckets }));
}

const copyFrom = (source: string): Record<string, string> => ({ 'x-amz-copy-source': source });
const deleteK = '<Delete><Object><Key>k</Key></Object></Delete>';
const crc32 = { 'x-amz-sdk-checksum-algorithm': 'CRC32' };

test.each<[keyof typeof pairs, string, RawRequest]>([
  ['tenant', 'GET', { path: '/other-b/k' }],
  ['tenant', 'HEAD', { method: 'HEAD', path: '/other-b/k' }],
  ['tenant', 'HEAD of a bucket', { method: 'HEAD', path: '/other-b' }],
  ['tenant', 'GET of a bucket whose name is shorter than the prefix', { path: '/tenant/k' }],
  ['tenant', 'a list', { path: '/other-b', query: 'list-type=2' }],
  ['tenant', 'a list of versions', { path: '/other-b', query: 'versions=' }],
  ['tenant', 'GET of a missing bucket', { path: '/missing/k' }],
  ['tenant', 'the location', { path: '/other-b', query: 'location=' }],
  ['tenant', 'PUT', { method: 'PUT', path: '/other-b/new', body: 'x' }],
  ['tenant', 'CreateBucket', { method: 'PUT', path: '/other-c' }],
  ['tenant', 'DeleteBucket', { method: 'DELETE', path: '/other-b' }],
  ['tenant', 'DeleteObjects', { method: 'POST', path: '/other-b', query: 'delete=', body: deleteK, headers: crc32 }],
  ['tenant', 'a copy to it', { method: 'PUT', path: '/other-b/new', headers: copyFrom('/tenant-a/k') }],
  ['tenant', 'a copy from it', { method: 'PUT', path: '/tenant-a/new', headers: copyFrom('/other-b/k') }],
  ['tenant', 'a copy from it, encoded', { method: 'PUT', path: '/tenant-a/new', headers: copyFrom('other%2Db%2Fk') }],
  [
    'tenant',
    'UploadPartCopy from it',
    { method: 'PUT', path: '/tenant-a/new', query: 'partNumber=1&uploadId=x', headers: copyFrom('/other-b/k') },
  ],
  ['reader', 'PUT', { method: 'PUT', path: '/other-b/k', body: 'x' }],
  ['reader', 'DELETE', { method: 'DELETE', path: '/other-b/k' }],
  ['reader', 'DeleteObjects', { method: 'POST', path: '/other-b', query: 'delete=', body: deleteK, headers: crc32 }],
  ['reader', 'a copy', { method: 'PUT', path: '/other-b/new', headers: copyFrom('/other-b/k') }],
  ['reader', 'CreateMultipartUpload', { method: 'POST', path: '/other-b/new', query: 'uploads=' }],
  ['reader', 'CompleteMultipartUpload', { method: 'POST', path: '/other-b/new', query: 'uploadId=x', body: '<a/>' }],
  ['reader', 'AbortMultipartUpload', { method: 'DELETE', path: '/other-b/new', query: 'uploadId=x' }],
  ['reader', 'UploadPart', { method: 'PUT', path: '/other-b/new', query: 'partNumber=1&uploadId=x', body: 'x' }],
  ['reader', 'PutObjectTagging', { method: 'PUT', path: '/other-b/k', query: 'tagging=', body: '<Tagging/>' }],
  ['reader', 'DeleteObjectTagging', { method: 'DELETE', path: '/other-b/k', query: 'tagging=' }],
  ['reader', 'PutBucketVersioning', { method: 'PUT', path: '/other-b', query: 'versioning=', body: '<a/>' }],
  ['reader', 'PutBucketTagging', { method: 'PUT', path: '/other-b', query: 'tagging=', body: '<Tagging/>' }],
  ['reader', 'DeleteBucketTagging', { method: 'DELETE', path: '/other-b', query: 'tagging=' }],
  ['reader', 'PutBucketAcl', { method: 'PUT', path: '/other-b', query: 'acl=', headers: { 'x-amz-acl': 'private' } }],
  ['reader', 'PutObjectAcl', { method: 'PUT', path: '/other-b/k', query: 'acl=', headers: { 'x-amz-acl': 'private' } }],
  ['reader', 'DeleteBucketPolicy', { method: 'DELETE', path: '/other-b', query: 'policy=' }],
  ['reader', 'CreateBucket', { method: 'PUT', path: '/other-c' }],
])('the key pair of the %s is refused %s with AccessDenied', async (name, _, request) => {
  const server = await start();
  expect(await send(server, { ...request, credentials: pairs[name] })).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect((await send(server, { path: '/other-b/k', credentials: owner })).body).toBe('theirs');
});

test('a list of the buckets contains those of the key pair only', async () => {
  const server = await start();
  const names = async (credentials: typeof owner): Promise<string[]> =>
    [...(await send(server, { path: '/', credentials })).body.matchAll(/<Name>([^<]*)/g)].map(([, name = '']) => name).sort();
  expect(await names(tenant)).toEqual(['tenant-a']);
  expect(await names(reader)).toEqual(['other-b', 'tenant', 'tenant-a']);
});

test('a read-only key pair reads', async () => {
  const server = await start();
  expect(await send(server, { path: '/other-b/k', credentials: reader })).toMatchObject({ status: 200, body: 'theirs' });
  expect(await send(server, { method: 'HEAD', path: '/other-b', credentials: reader })).toMatchObject({ status: 200 });
});
