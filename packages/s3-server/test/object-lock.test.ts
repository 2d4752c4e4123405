import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { awsClient, startServer } from './support.js';

test('a bucket with object lock has versions, which cannot be suspended, and no retention', async () => {
  const client = awsClient(await startServer());
  const Bucket = 'locked';
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  expect(await client.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' });
  expect(await client.send(new GetObjectLockConfigurationCommand({ Bucket }))).toMatchObject({
    ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
  });
  const suspend = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } });
  await expect(client.send(suspend)).rejects.toMatchObject({ name: 'InvalidBucketState', $metadata: { httpStatusCode: 409 } });
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  const retention = client.send(new GetObjectRetentionCommand({ Bucket, Key: 'k' }));
  await expect(retention).rejects.toMatchObject({ name: 'NoSuchObjectLockConfiguration' });
  const retain = client.send(new PutObjectRetentionCommand({ Bucket, Key: 'k', Retention: { Mode: 'GOVERNANCE' } }));
  await expect(retain).rejects.toMatchObject({ name: 'NotImplemented' });
});

test('a bucket without object lock has no configuration of it', async () => {
  const server = await startServer();
  await server.datastore.createBucket('plain');
  const client = awsClient(server);
  const configuration = client.send(new GetObjectLockConfigurationCommand({ Bucket: 'plain' }));
  await expect(configuration).rejects.toMatchObject({ name: 'ObjectLockConfigurationNotFoundError' });
  await expect(client.send(new GetObjectRetentionCommand({ Bucket: 'plain', Key: 'k' }))).rejects.toMatchObject({ name: 'InvalidRequest' });
});
