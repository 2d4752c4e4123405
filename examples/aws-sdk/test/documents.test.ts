import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Documents } from '../src/documents.js';

const client = new S3Client(inject('s3'));
// A bucket per test file, so that files can run in parallel.
const bucket = `documents-${randomUUID()}`;
const documents = new Documents(client, bucket);

beforeAll(async () => void (await client.send(new CreateBucketCommand({ Bucket: bucket }))));
afterAll(() => client.destroy());

test('creates, reads and lists documents', async () => {
  expect(await documents.create('ann', 'offer.txt', '12 units')).toBe(true);
  expect(Buffer.from((await documents.read('ann', 'offer.txt')) ?? []).toString()).toBe('12 units');
  expect(await documents.list('ann')).toEqual(['offer.txt']);
  expect(await documents.list('bob')).toEqual([]);
});

test('does not replace an existing document', async () => {
  expect(await documents.create('carol', 'offer.txt', 'first')).toBe(true);
  expect(await documents.create('carol', 'offer.txt', 'second')).toBe(false);
});

test('returns undefined for a missing document', async () => {
  expect(await documents.read('ann', 'missing.txt')).toBeUndefined();
});

test('uploads a stream in parts', async () => {
  const scan = randomBytes(6 * 1024 * 1024);
  await documents.upload('ann', 'scan.pdf', Readable.from([scan]));
  expect(scan.equals((await documents.read('ann', 'scan.pdf')) ?? new Uint8Array())).toBe(true);
  const { ETag } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'ann/scan.pdf' }));
  expect(ETag).toMatch(/-2"$/);
});

test('rejects a missing bucket with NoSuchBucket', async () => {
  await expect(new Documents(client, 'missing').list('ann')).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
