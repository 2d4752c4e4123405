import { randomBytes } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import type { Bucket, StorageError } from '@anybucket/core';
import type { MinioAddress } from '@anybucket/minio-server';
import { expect } from 'vitest';
import { CredentialCache } from '../src/credentials/credential-cache.js';
import { parseEndpoint } from '../src/http/endpoint.js';
import { MinioDatastore } from '../src/index.js';
import type { MinioDatastoreOptions } from '../src/index.js';
import { S3Client } from '../src/s3/s3-client.js';
import { Signer } from '../src/s3/signer.js';

/** Opens a datastore. Its idle timeout suits a busy machine and is shorter than the timeout of a test. */
export function openDatastore(address: MinioAddress, options: Partial<MinioDatastoreOptions> = {}): MinioDatastore {
  return new MinioDatastore({ ...address, idleTimeoutMs: 20_000, ...options });
}

/** Opens the client below a datastore, for operations with parameters that a datastore does not expose. */
export function openS3Client({ endPoint, port, accessKey, secretKey }: MinioAddress, retries = 0): S3Client {
  const signer = new Signer(parseEndpoint({ endPoint, port, pathStyle: true }));
  const credentials = new CredentialCache({ fixed: { accessKey, secretKey } }, 5000);
  const options = { tls: false, region: 'us-east-1', maxConnections: 50, connectTimeoutMs: 5000, idleTimeoutMs: 5000, retries };
  return new S3Client({ signer, credentials, ...options });
}

/** Creates a bucket with a random name. It is emptied and removed at the end of the scope. */
export async function scratchBucket(datastore: MinioDatastore): Promise<Bucket & AsyncDisposable> {
  const name = `minio-${randomBytes(8).toString('hex')}`;
  await datastore.createBucket(name);
  const bucket = datastore.bucket(name);
  return Object.assign(bucket, {
    async [Symbol.asyncDispose]() {
      for (const { key, versionId } of await bucket.listVersions()) await bucket.delete(key, { versionId });
      await datastore.removeBucket(name);
    },
  });
}

/** Returns the error of a call, which must be a `StorageError`, with `code` if given. */
export async function failure(call: Promise<unknown>, code?: string): Promise<StorageError> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!isStorageError(error)) throw error;
  if (code !== undefined) expect(error).toMatchObject({ code });
  return error;
}

/** Returns bytes without repetition, so that a misplaced chunk is detected. */
export function pattern(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let offset = 0; offset + 4 <= size; offset += 4) bytes.writeUInt32LE((offset * 2_654_435_761) >>> 0, offset);
  return bytes;
}

/** Yields bytes in chunks. */
export async function* chunksOf(bytes: Buffer, size = 100_000): AsyncGenerator<Buffer, void, undefined> {
  for (let start = 0; start < bytes.length; start += size) {
    await Promise.resolve();
    yield bytes.subarray(start, start + size);
  }
}

/** Returns the number of uploads of a key that were neither completed nor aborted. */
export async function countIncompleteUploads(datastore: MinioDatastore, bucket: string, key: string): Promise<number> {
  const client = await datastore.client();
  // MinIO lists them only for the exact key.
  const { uploads } = (await client.listIncompleteUploadsQuery(bucket, key, '', '', '')) as { uploads: unknown[] };
  return uploads.length;
}
