import type { Bucket, Upload } from '@anybucket/core';
import { newAttributes, oldAttributes } from './scenario.js';
import type { Scenario } from './scenario.js';

/** The minimum size of all parts but the last. */
const minPartBytes = 5 * 2 ** 20;

/** The writes of uploads in parts. When they are repeated after a crash, the upload may have ended. */
export const uploadScenarios: readonly Scenario[] = [
  {
    name: 'create an upload and put a part',
    prepare: (bucket) => putOld(bucket, 'a'),
    run: async (bucket) => (await bucket.createUpload('a', newAttributes)).putPart(1, 'new'),
  },
  {
    name: 'replace a part and complete the upload',
    prepare: async (bucket) => {
      await putOld(bucket, 'a');
      await prepareUpload(bucket, 'a', 'former');
    },
    run: async (bucket) => {
      const upload = await openUpload(bucket);
      await upload?.putPart(1, 'new');
      await upload?.complete();
    },
  },
  {
    name: 'complete an upload in new folders',
    prepare: (bucket) => prepareUpload(bucket, 'a/b/c', 'new'),
    run: complete,
  },
  {
    name: 'complete an upload of two parts',
    prepare: async (bucket) => {
      await putOld(bucket, 'a');
      await prepareUpload(bucket, 'a', Buffer.alloc(minPartBytes, 1), 'last');
    },
    run: complete,
  },
  {
    name: 'complete an upload with versions',
    prepare: async (bucket) => {
      await bucket.setVersioning('enabled');
      await putOld(bucket, 'a');
      await prepareUpload(bucket, 'a', 'new');
    },
    run: complete,
  },
  {
    name: 'copy a part and complete the upload',
    prepare: async (bucket) => {
      await putOld(bucket, 'a');
      await prepareUpload(bucket, 'b');
    },
    run: async (bucket) => {
      const upload = await openUpload(bucket);
      await upload?.copyPart(1, 'a');
      await upload?.complete();
    },
  },
  {
    name: 'abort an upload',
    prepare: async (bucket) => {
      await putOld(bucket, 'a');
      await prepareUpload(bucket, 'a', 'new');
    },
    run: async (bucket) => (await openUpload(bucket))?.abort(),
  },
  {
    name: 'remove a bucket with an open upload',
    prepare: (bucket) => putOld(bucket, 'a'),
    run: async (_bucket, datastore) => {
      await datastore.createBucket('other');
      await (await datastore.bucket('other').createUpload('a')).putPart(1, 'new');
      await datastore.removeBucket('other');
    },
  },
];

async function putOld(bucket: Bucket, key: string): Promise<void> {
  await bucket.put(key, 'old', oldAttributes);
}

async function prepareUpload(bucket: Bucket, key: string, ...parts: readonly (string | Buffer)[]): Promise<void> {
  const upload = await bucket.createUpload(key, newAttributes);
  for (const [index, part] of parts.entries()) await upload.putPart(index + 1, part);
}

async function openUpload(bucket: Bucket): Promise<Upload | undefined> {
  const [upload] = await bucket.listUploads();
  return upload && bucket.upload(upload.key, upload.id);
}

async function complete(bucket: Bucket): Promise<unknown> {
  return (await openUpload(bucket))?.complete();
}
