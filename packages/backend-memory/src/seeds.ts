import { isUtf8 } from 'node:buffer';
import { StorageError } from '@anybucket/core/backend';

/** A body to begin with: text, bytes, or bytes as `toJSON()` writes them. */
export type SeedBody = string | Uint8Array | { readonly base64: string };

/** Buckets to begin with: bodies by bucket and key. */
export type BucketSeeds = Readonly<Record<string, Readonly<Record<string, SeedBody>>>>;

/** Bodies by bucket and key: UTF-8 as text, any other as base64. */
export type StoredBodies = Record<string, Record<string, string | { base64: string }>>;

/**
 * The bytes of a seed.
 * @throws `InvalidArgument`
 */
export function bytesOfSeed(body: unknown, bucket: string, key: string): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (typeof body === 'object' && body !== null && 'base64' in body && typeof body.base64 === 'string')
    return Buffer.from(body.base64, 'base64');
  throw new StorageError({
    code: 'InvalidArgument',
    operation: 'MemoryDatastore',
    bucket,
    key,
    message: 'a body must be text, bytes or `{ base64 }`',
  });
}

/** A body in the form in which a seed takes it back. */
export function seedOfBytes(bytes: Buffer): string | { base64: string } {
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}
