/** The SDK of AWS works against the server, with its default settings. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { awsClient, startServer } from './support.js';

const Bucket = 'photos';

async function connect(): Promise<S3Client> {
  const client = awsClient(await startServer());
  await client.send(new CreateBucketCommand({ Bucket }));
  return client;
}

test('creates, lists and deletes buckets', async () => {
  const client = await connect();
  await client.send(new HeadBucketCommand({ Bucket }));
  expect((await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
  expect((await client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
  await expect(client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
  await client.send(new DeleteBucketCommand({ Bucket }));
  await expect(client.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
});

test('stores and returns an object with its attributes', async () => {
  const client = await connect();
  const attributes = {
    ContentType: 'text/plain',
    CacheControl: 'no-cache',
    ContentDisposition: 'attachment; filename="a.txt"',
    ContentEncoding: 'identity',
    ContentLanguage: 'en',
    Metadata: { mood: 'hungry' },
  };
  await client.send(new PutObjectCommand({ Bucket, Key: 'é ü/+&=%.txt', Body: 'meow', ...attributes, Tagging: 'a=1&b=x%20y' }));
  const object = await client.send(new GetObjectCommand({ Bucket, Key: 'é ü/+&=%.txt' }));
  expect(await object.Body?.transformToString()).toBe('meow');
  expect(object).toMatchObject({ ...attributes, ContentLength: 4, TagCount: 2, ETag: '"4a4be40c96ac6314e91d93f38043a634"' });
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'é ü/+&=%.txt' }))).toMatchObject({ ...attributes, ContentLength: 4 });
});

test('streams a large body both ways', async () => {
  const client = await connect();
  const body = randomBytes(3_000_000);
  const chunks = (function* () {
    for (let start = 0; start < body.length; start += 100_000) yield body.subarray(start, start + 100_000);
  })();
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: Readable.from(chunks), ContentLength: body.length }));
  const object = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  expect(body.equals((await object.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
});

test('reads ranges, and refuses those that the object does not have', async () => {
  const client = await connect();
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }));
  const read = (Range: string) => client.send(new GetObjectCommand({ Bucket, Key: 'k', Range }));
  const part = await read('bytes=2-4');
  expect([await part.Body?.transformToString(), part.ContentRange]).toEqual(['234', 'bytes 2-4/10']);
  expect(await (await read('bytes=-3')).Body?.transformToString()).toBe('789');
  expect(await (await read('bytes=0-1,3-4')).Body?.transformToString()).toBe('0123456789');
  await expect(read('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange', $metadata: { httpStatusCode: 416 } });
});

test('lists pages with a delimiter, in both versions', async () => {
  const client = await connect();
  for (const Key of ['a', 'b/1', 'b/2', 'c d', 'e<&>']) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  const keys: (string | undefined)[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2, ContinuationToken: token }));
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key), ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  expect(keys).toEqual(['a', 'b/', 'c d', 'e<&>']);
  const first = await client.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, EncodingType: 'url' }));
  expect([first.IsTruncated, first.NextMarker]).toEqual([true, 'b/1']);
  const second = await client.send(new ListObjectsCommand({ Bucket, Marker: 'b/1', EncodingType: 'url' }));
  expect(second.Contents?.map(({ Key }) => Key)).toEqual(['b/2', 'c+d', 'e%3C%26%3E']);
});

test('copies and tags objects', async () => {
  const client = await connect();
  await client.send(new PutObjectCommand({ Bucket, Key: 'a b', Body: 'meow', Metadata: { mood: 'hungry' } }));
  await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/a%20b` }));
  expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'copy' }))).Metadata).toEqual({ mood: 'hungry' });
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'copy', Tagging: { TagSet: [{ Key: 'a', Value: '1' }] } }));
  expect((await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'copy' }))).TagSet).toEqual([{ Key: 'a', Value: '1' }]);
  await expect(
    client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/copy`, MetadataDirective: 'COPY' })),
  ).rejects.toMatchObject({ name: 'InvalidRequest' });
});

test('deletes one object and many, and reports each invalid key', async () => {
  const client = await connect();
  for (const Key of ['a', 'b']) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  const Objects = ['b', 'missing', 'a//b'].map((Key) => ({ Key }));
  const result = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(result.Deleted?.map(({ Key }) => Key)).toEqual(['b', 'missing']);
  expect(result.Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([['a//b', 'XMinioInvalidObjectName']]);
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
});

test('evaluates the conditions of reads and writes', async () => {
  const client = await connect();
  const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'one' }));
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'k', IfNoneMatch: ETag }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 304 },
  });
  await expect(client.send(new GetObjectCommand({ Bucket, Key: 'k', IfMatch: '"x"' }))).rejects.toMatchObject({
    name: 'PreconditionFailed',
  });
  await expect(client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'two', IfNoneMatch: '*' }))).rejects.toMatchObject({
    name: 'PreconditionFailed',
  });
});
