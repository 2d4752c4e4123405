import { isStorageError } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import type { S3Server } from '../http/s3-server.js';
import { readBuckets } from '../wire/listing-answer.js';

/** ListBuckets. */
export async function listBuckets(server: S3Server, signal: AbortSignal | undefined): Promise<string[]> {
  return server.xml({ method: 'GET', signal, repeatable: true }, readBuckets);
}

/** CreateBucket. Not repeated: a second one would say that the bucket was there already. */
export async function createBucket(server: S3Server, bucket: string, signal: AbortSignal | undefined): Promise<boolean> {
  const region = server.signer.region;
  const constraint = `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  // The default region is the one that must not be named.
  const payload = region === defaultRegion ? undefined : Buffer.from(constraint);
  try {
    await server.headers({ method: 'PUT', bucket, payload, signal, repeatable: false });
    return true;
  } catch (error) {
    if (isStorageError(error, 'BucketAlreadyOwnedByYou')) return false;
    throw error;
  }
}

/** DeleteBucket. Not repeated after a lost answer: a second one would say that there was none. */
export async function removeBucket(server: S3Server, bucket: string, signal: AbortSignal | undefined): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await server.headers({ method: 'DELETE', bucket, signal, repeatable: false });
      return true;
    } catch (error) {
      if (isStorageError(error, 'NoSuchBucket')) return false;
      // MinIO's answer when another call removes the same bucket: it gave up, and did nothing.
      if (!isStorageError(error, 'ClientDisconnected') || attempt === attempts) throw error;
    }
  }
}

/** HeadBucket. */
export async function bucketExists(server: S3Server, bucket: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await server.headers({ method: 'HEAD', bucket, signal, repeatable: true });
    return true;
  } catch (error) {
    if (isStorageError(error, 'NoSuchBucket')) return false;
    throw error;
  }
}

/** @throws `NoSuchBucket` */
export async function requireBucket(server: S3Server, bucket: string, signal: AbortSignal | undefined): Promise<void> {
  if (!(await bucketExists(server, bucket, signal))) throw new StorageError({ code: 'NoSuchBucket', message: 'the bucket does not exist' });
}

const defaultRegion = 'us-east-1';
const attempts = 5;
