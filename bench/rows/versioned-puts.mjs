// A put of 4 KiB in a bucket with versioning, compared with one without.
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { MinioDatastore } from '@anybucket/backend-minio';
import { median } from '../support/measure-row.mjs';
import { serverAddress } from '../support/minio-server.mjs';
import { scratchFolder } from '../support/scratch-folder.mjs';

const rounds = 9;
const calls = 500;
const keyCount = 100;
const body = Buffer.alloc(4096, 'anybucket');

/** The backends, by name. */
export const datastores = {
  memory: async () => new MemoryDatastore(),
  fs: async () => new FsDatastore({ root: scratchFolder() }),
  MinIO: async () => new MinioDatastore(await serverAddress()),
};

/** Returns rows of a table: the backend, and the median times of the two puts in microseconds, with their ratio. */
export async function measureVersionedPuts() {
  const rows = [];
  for (const [name, open] of Object.entries(datastores)) {
    const datastore = await open();
    const buckets = [];
    for (const bucketName of ['unversioned', 'versioned']) {
      await datastore.createBucket(bucketName);
      buckets.push({ bucket: datastore.bucket(bucketName), times: [] });
    }
    await datastore.bucket('versioned').setVersioning('enabled');
    for (let round = 0; round < rounds; round++) {
      for (const { bucket, times } of buckets) times.push(await timeOfPut(bucket));
    }
    const [unversioned, versioned] = buckets.map(({ times }) => median(times));
    rows.push({ name, unversioned, versioned });
    await datastore.close();
  }
  return rows;
}

/** Returns the mean of one round in microseconds. Each key is overwritten several times. */
async function timeOfPut(bucket) {
  const start = performance.now();
  for (let index = 0; index < calls; index++) await bucket.put(`folder/object-${index % keyCount}`, body);
  return ((performance.now() - start) * 1000) / calls;
}
