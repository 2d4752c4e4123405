/** Listings say more of an object than the portable API does. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import type { Datastore } from '@anybucket/core';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { send } from './raw-client.js';
import { awsClient, startServer } from './support.js';

const datastores: readonly [string, () => Promise<Datastore>][] = [
  ['memory', async () => new MemoryDatastore()],
  [
    'fs',
    async () => {
      const root = await mkdtemp(join(tmpdir(), 'anybucket-listing-'));
      onTestFinished(() => rm(root, { recursive: true }));
      return new FsDatastore({ root });
    },
  ],
];

test.each(datastores)('%s: lists the exact time, the checksum and the tags of an object', async (_, open) => {
  const server = await startServer({}, await open());
  await server.datastore.createBucket('photos');
  const bucket = server.datastore.bucket('photos');
  await bucket.put('a', 'meow', { checksum: { algorithm: 'CRC32C' }, tags: { mood: 'very hungry' } });
  const written = Date.now();
  await bucket.put('b', 'purr');

  const { Contents: [a, b] = [] } = await awsClient(server).send(new ListObjectsV2Command({ Bucket: 'photos' }));
  expect(a).toMatchObject({ Key: 'a', ChecksumAlgorithm: ['CRC32C'], ChecksumType: 'FULL_OBJECT' });
  expect(b).not.toHaveProperty('ChecksumAlgorithm');
  // Not before the write, as a time in whole seconds is.
  expect(b?.LastModified?.getTime()).toBeGreaterThanOrEqual(written);
  expect(Math.floor(Number(b?.LastModified) / 1000) * 1000).toBe((await bucket.stat('b')).lastModified.getTime());

  const response = await send(server, { method: 'GET', path: '/photos', query: 'list-type=2&metadata=true' });
  expect(response.body).toContain('</UserMetadata><UserTags>mood=very+hungry</UserTags></Contents>');
  expect(response.body.match(/<UserTags>/g)).toHaveLength(1);
});
