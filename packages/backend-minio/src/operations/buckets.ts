import { isStorageError } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import { readBucketNames } from '../s3/list-response.js';
import type { S3Client } from '../s3/s3-client.js';

/** The default region of S3, which must not be sent as a location constraint. */
const defaultRegion = 'us-east-1';
/** Attempts to remove a bucket while concurrent calls remove it, too. */
const maxRemoveAttempts = 5;

/** ListBuckets. */
export async function listBuckets(client: S3Client, signal: AbortSignal | undefined): Promise<string[]> {
  return client.sendForXml({ method: 'GET', signal, idempotent: true }, 'ListAllMyBucketsResult', readBucketNames);
}

/** CreateBucket. Not retried: after a lost response, a retry would report that the bucket existed before. */
export async function createBucket(client: S3Client, bucket: string, signal: AbortSignal | undefined): Promise<boolean> {
  const { region } = client.signer;
  const constraint = `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  const payload = region === defaultRegion ? undefined : Buffer.from(constraint);
  try {
    await client.sendForHeaders({ method: 'PUT', bucket, payload, signal, idempotent: false });
    return true;
  } catch (error) {
    if (isStorageError(error, 'BucketAlreadyOwnedByYou')) return false;
    throw error;
  }
}

/** DeleteBucket. Not retried: after a lost response, a retry would report that the bucket did not exist. */
export async function removeBucket(client: S3Client, bucket: string, signal: AbortSignal | undefined): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.sendForHeaders({ method: 'DELETE', bucket, signal, idempotent: false });
      return true;
    } catch (error) {
      if (isStorageError(error, 'NoSuchBucket')) return false;
      // MinIO sends this when a concurrent request removes the same bucket. The bucket is unchanged.
      const isConflict = isStorageError(error) && error.serverCode === 'ClientDisconnected';
      if (!isConflict || attempt === maxRemoveAttempts) throw error;
    }
  }
}

/** HeadBucket. */
export async function bucketExists(client: S3Client, bucket: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await client.sendForHeaders({ method: 'HEAD', bucket, signal, idempotent: true });
    return true;
  } catch (error) {
    if (isStorageError(error, 'NoSuchBucket')) return false;
    throw error;
  }
}

/** @throws `NoSuchBucket` */
export async function requireBucket(client: S3Client, bucket: string, signal: AbortSignal | undefined): Promise<void> {
  if (!(await bucketExists(client, bucket, signal))) throw new StorageError({ code: 'NoSuchBucket', message: 'the bucket does not exist' });
}
