import { isStorageError } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import { readBucketsPage } from '../s3/list-response.js';
import type { BucketsPage } from '../s3/list-response.js';
import type { S3Client } from '../s3/s3-client.js';
import { ListProgress } from './list-progress.js';

/** The default region of S3, which must not be sent as a location constraint. */
const defaultRegion = 'us-east-1';
/** Attempts to remove a bucket while concurrent calls remove it, too. */
const maxRemoveAttempts = 5;

/** ListBuckets, all pages. */
export async function listBuckets(client: S3Client, signal: AbortSignal | undefined): Promise<string[]> {
  const names = new Set<string>();
  const progress = new ListProgress();
  let token: string | undefined;
  do {
    const query = { 'continuation-token': token };
    const page: BucketsPage = await client.sendForXml(
      { method: 'GET', query, signal, idempotent: true },
      'ListAllMyBucketsResult',
      readBucketsPage,
    );
    const before = names.size;
    for (const name of page.names) names.add(name);
    token = page.nextToken;
    if (token !== undefined) progress.check({ isEmpty: page.names.length === 0, advances: names.size > before, token });
  } while (token !== undefined);
  return [...names];
}

/** CreateBucket. Not retried: after a lost response, a retry would report that the bucket existed before. */
export async function createBucket(client: S3Client, bucket: string, signal: AbortSignal | undefined): Promise<boolean> {
  const region = client.regionOf(bucket);
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
