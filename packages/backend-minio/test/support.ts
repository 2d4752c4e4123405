import { randomBytes } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import type { Bucket, StorageError } from '@anybucket/core';
import type { MinioAddress } from '@anybucket/minio-server';
import { expect } from 'vitest';
import { MinioDatastore } from '../src/index.js';
import type { MinioDatastoreOptions } from '../src/index.js';

/** A datastore on the server, with patience for a busy machine, less than a test has. */
export function open(address: MinioAddress, options: Partial<MinioDatastoreOptions> = {}): MinioDatastore {
  return new MinioDatastore({ ...address, idleTimeout: 20_000, ...options });
}

/** A fresh bucket with a name of its own; removed with all that is in it when the scope ends. */
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

/** The failure of a call, which must be a `StorageError` with a code. */
export async function failure(call: Promise<unknown>, code?: string): Promise<StorageError> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!isStorageError(error)) throw error;
  if (code !== undefined) expect(error).toMatchObject({ code });
  return error;
}

/** Bytes that differ from place to place. */
export function pattern(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  return bytes;
}

/** The same bytes as a stream of chunks, of no known length. */
export async function* chunksOf(bytes: Buffer, size = 100_000): AsyncGenerator<Buffer, void, undefined> {
  for (let start = 0; start < bytes.length; start += size) {
    await Promise.resolve();
    yield bytes.subarray(start, start + size);
  }
}

/** The uploads of a key that were begun and neither completed nor aborted. */
export async function openUploads(datastore: MinioDatastore, bucket: string, key: string): Promise<number> {
  // The server lists them only for the exact key.
  const { uploads } = (await datastore.client.listIncompleteUploadsQuery(bucket, key, '', '', '')) as { uploads: unknown[] };
  return uploads.length;
}
