/** Versions and delete markers, with the SDK of AWS. */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import type { S3Server } from '../src/index.js';
import { send } from './raw-client.js';
import { awsClient, startServer } from './support.js';

const Bucket = 'photos';

async function connect(): Promise<{ readonly client: S3Client; readonly server: S3Server }> {
  const server = await startServer();
  await server.datastore.createBucket(Bucket);
  const client = awsClient(server);
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return { client, server };
}

async function put(client: S3Client, Key: string, Body: string): Promise<string> {
  return (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId ?? '';
}

test('keeps versions, hides them by markers, and restores them', async () => {
  const { client } = await connect();
  expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
  const one = await put(client, 'k', 'one');
  await put(client, 'k', 'two');
  const marker = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
  const old = await client.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: one }));
  expect([await old.Body?.transformToString(), old.VersionId]).toEqual(['one', one]);
  await client.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/k?versionId=${one}` }));
  expect(await (await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).Body?.transformToString()).toBe('one');
  const removed = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: marker.VersionId }));
  expect(removed).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
});

test('names the delete marker that a read meets', async () => {
  const { client, server } = await connect();
  await put(client, 'k', 'one');
  const { VersionId = '' } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': VersionId };
  expect(await send(server, { path: '/photos/k' })).toMatchObject({ status: 404, code: 'NoSuchKey', headers });
  expect(await send(server, { path: '/photos/k', query: `versionId=${VersionId}` })).toMatchObject({ status: 405, headers });
});

test.each([
  ['abc', 400, 'InvalidArgument'],
  ['2f9c3b1e-5d0a-4c77-9a58-6f1de2a4b300', 404, 'NoSuchVersion'],
])('reads of the version %s fail with %i %s', async (versionId, status, code) => {
  const { client, server } = await connect();
  await put(client, 'k', 'one');
  expect(await send(server, { path: '/photos/k', query: `versionId=${versionId}` })).toMatchObject({ status, code });
});

test('lists versions in pages, with markers and common prefixes', async () => {
  const { client } = await connect();
  const ids = [await put(client, 'a', '1'), await put(client, 'a', '2')];
  await put(client, 'b/1', '1');
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  const first = await client.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2 }));
  expect(first.DeleteMarkers).toMatchObject([{ Key: 'a', IsLatest: true }]);
  expect(first.Versions).toMatchObject([{ Key: 'a', VersionId: ids[1], IsLatest: false, Size: 1 }]);
  expect(first).toMatchObject({ IsTruncated: true, NextKeyMarker: 'a', NextVersionIdMarker: ids[1] });
  const second = await client.send(
    new ListObjectVersionsCommand({ Bucket, Delimiter: '/', KeyMarker: 'a', VersionIdMarker: first.NextVersionIdMarker }),
  );
  expect(second).toMatchObject({ IsTruncated: false, Versions: [{ Key: 'a', VersionId: ids[0] }], CommonPrefixes: [{ Prefix: 'b/' }] });
});

test('deletes versions in a batch, and reports each outcome', async () => {
  const { client } = await connect();
  const one = await put(client, 'a', '1');
  await put(client, 'b', '1');
  const Objects = [{ Key: 'a', VersionId: one }, { Key: 'b' }, { Key: 'c', VersionId: 'abc' }];
  const result = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(result.Errors).toMatchObject([{ Key: 'c', VersionId: 'abc', Code: 'NoSuchVersion' }]);
  const marked = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'b' }] } }));
  expect(marked.Deleted).toMatchObject([{ Key: 'b', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) }]);
  const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  expect([Versions?.map(({ Key }) => Key), DeleteMarkers?.map(({ Key }) => Key)]).toEqual([['b'], ['b']]);
});
