import { isUtf8 } from 'node:buffer';
import { StorageError, checkBucketName, checkKey } from '@anybucket/core/backend';

/** A body to begin with: text, bytes, or bytes as `toJSON()` writes them. */
export type SeedBody = string | Uint8Array | { readonly base64: string };

/** Buckets to begin with: bodies by bucket and key. */
export type BucketSeeds = Readonly<Record<string, Readonly<Record<string, SeedBody>>>>;

/** Bodies by bucket and key: UTF-8 as text, any other as base64. */
export type StoredBodies = Record<string, Record<string, string | { base64: string }>>;

/**
 * Checks seeds, which do not come through the portable layer, bucket by bucket.
 * @throws `InvalidArgument`, and the codes of bad bucket names and keys.
 */
export function* checkedSeeds(buckets: BucketSeeds): Generator<[bucket: string, bodies: [key: string, body: Buffer][]]> {
  for (const [bucket, bodies] of Object.entries<unknown>(buckets)) {
    checkBucketName(bucket);
    if (typeof bodies !== 'object' || bodies === null) throw invalid('a bucket must be an object: `{ key: body }`', bucket);
    yield [bucket, Object.entries<unknown>({ ...bodies }).map(([key, body]) => [key, bytesOf(body, bucket, key)])];
  }
}

/** A body in the form in which a seed takes it back. */
export function seedOfBytes(bytes: Uint8Array): string | { base64: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? buffer.toString('utf8') : { base64: buffer.toString('base64') };
}

function bytesOf(body: unknown, bucket: string, key: string): Buffer {
  checkKey(key);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (typeof body === 'object' && body !== null && 'base64' in body && typeof body.base64 === 'string') {
    return Buffer.from(body.base64, 'base64');
  }
  throw invalid('a body must be text, bytes or `{ base64 }`', bucket, key);
}

function invalid(message: string, bucket: string, key?: string): StorageError {
  return new StorageError({ code: 'InvalidArgument', operation: 'MemoryDatastore', bucket, key, message });
}
