/** Uploads in parts: the SDK of AWS, and the order of failures. */
import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { expect, test } from 'vitest';
import type { S3Server } from '../src/index.js';
import { send } from './raw-client.js';
import { awsClient, startServer } from './support.js';

const Bucket = 'photos';
const Key = 'a/b c.bin';
const minPartBytes = 5 * 1024 * 1024;

async function connect(): Promise<{ readonly client: S3Client; readonly server: S3Server }> {
  const server = await startServer();
  const client = awsClient(server);
  await client.send(new CreateBucketCommand({ Bucket }));
  return { client, server };
}

async function create(client: S3Client): Promise<string> {
  return (await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))).UploadId ?? '';
}

test('joins the parts that lib-storage sends, with its checksums', async () => {
  const { client } = await connect();
  const body = randomBytes(minPartBytes + 100);
  const upload = new Upload({ client, params: { Bucket, Key, Body: body, ContentType: 'image/png', Metadata: { mood: 'hungry' } } });
  const { ETag, Location } = await upload.done();
  expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  expect(Location).toMatch(/\/photos\/a\/b%20c\.bin$/);
  const object = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect(body.equals((await object.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  expect(object).toMatchObject({ ETag, ContentType: 'image/png', Metadata: { mood: 'hungry' }, ChecksumType: 'COMPOSITE' });
  const part = await client.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
  expect(part).toMatchObject({
    ContentLength: 100,
    PartsCount: 2,
    ContentRange: `bytes ${minPartBytes}-${minPartBytes + 99}/${body.length}`,
  });
  await part.Body?.transformToByteArray();
  expect(await client.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 1 }))).toMatchObject({ ContentLength: minPartBytes });
  await expect(client.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 3 }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 416 },
  });
  const attributes = await client.send(
    new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ETag', 'ObjectParts', 'ObjectSize'] }),
  );
  expect(attributes).toMatchObject({ ETag: ETag?.replaceAll('"', ''), ObjectSize: body.length });
  expect(attributes.ObjectParts?.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, minPartBytes],
    [2, 100],
  ]);
});

test('copies objects and ranges into parts', async () => {
  const { client } = await connect();
  await client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
  const UploadId = await create(client);
  const copy = (CopySourceRange?: string) =>
    client.send(new UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber: 1, CopySource: `${Bucket}/source`, CopySourceRange }));
  await expect(copy('bytes=5-2')).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(copy('bytes=0-10')).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(copy('bytes=10-11')).rejects.toMatchObject({ name: 'InvalidRange' });
  const { CopyPartResult } = await copy('bytes=2-4');
  const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }];
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  expect(await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()).toBe('234');
});

test('lists parts and uploads in pages, grouped by a delimiter', async () => {
  const { client } = await connect();
  const UploadId = await create(client);
  for (const PartNumber of [1, 3, 7])
    await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: `${PartNumber}` }));
  const first = await client.send(new ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 2 }));
  expect([first.Parts?.map(({ PartNumber }) => PartNumber), first.IsTruncated, first.NextPartNumberMarker]).toEqual([[1, 3], true, '3']);
  const rest = await client.send(new ListPartsCommand({ Bucket, Key, UploadId, PartNumberMarker: '3' }));
  expect([rest.Parts?.map(({ PartNumber }) => PartNumber), rest.IsTruncated]).toEqual([[7], false]);
  await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'b' }));
  const page = await client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1 }));
  expect([page.Uploads?.map((upload) => upload.Key), page.NextKeyMarker, page.NextUploadIdMarker]).toEqual([[Key], Key, UploadId]);
  const next = await client.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker: Key, UploadIdMarker: UploadId }));
  expect(next.Uploads?.map((upload) => upload.Key)).toEqual(['b']);
  const grouped = await client.send(new ListMultipartUploadsCommand({ Bucket, Delimiter: '/' }));
  expect([grouped.CommonPrefixes, grouped.Uploads?.map((upload) => upload.Key)]).toEqual([[{ Prefix: 'a/' }], ['b']]);
  await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  await expect(client.send(new ListPartsCommand({ Bucket, Key, UploadId }))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await expect(client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

test('refuses lists of parts that do not make an object', async () => {
  const { client, server } = await connect();
  const UploadId = await create(client);
  const etags: string[] = [];
  for (const PartNumber of [1, 2])
    etags.push((await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: 'small' }))).ETag ?? '');
  const complete = async (...parts: readonly (readonly [number | string, string])[]): Promise<string | undefined> => {
    const elements = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
    const body = `<CompleteMultipartUpload>${elements.join('')}</CompleteMultipartUpload>`;
    return (await send(server, { method: 'POST', path: '/photos/a/b%20c.bin', query: `uploadId=${UploadId}`, body })).code;
  };
  const [one = '', two = ''] = etags;
  expect(await complete()).toBe('InvalidRequest');
  expect(await complete(['x', one])).toBe('MalformedXML');
  expect(await complete([2, two], [1, one])).toBe('InvalidPartOrder');
  expect(await complete([1, one], [1, one])).toBe('InvalidPartOrder');
  expect(await complete([1, one], [9, one])).toBe('InvalidPart');
  expect(await complete([1, one.toUpperCase()])).toBe('InvalidPart');
  expect(await complete([1, one], [2, two])).toBe('EntityTooSmall');
  expect(await complete([1, one])).toBeUndefined();
  expect(await complete([1, one])).toBe('NoSuchUpload');
});

test.each([
  ['partNumber=0', 'InvalidArgument'],
  ['partNumber=x', 'InvalidArgument'],
  ['partNumber=10001', 'InvalidArgument'],
  ['partNumber=1', 'NoSuchUpload'],
])('refuses a part with %s: %s', async (parameter, code) => {
  const { server } = await connect();
  expect(await send(server, { method: 'PUT', path: '/photos/k', query: `${parameter}&uploadId=x`, body: 'a' })).toMatchObject({ code });
});
