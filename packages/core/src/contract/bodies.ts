import type { Bucket } from '../api/datastore.js';

export const KiB = 1024;
export const MiB = 1024 * KiB;

/** Returns pseudo-random bytes, the same for the same seed. No part of them repeats, so that a misplaced part is detected. */
export function pattern(size: number, seed = 1): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = (seed * 0x9e3779b9) | 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return Buffer.from(words.buffer, 0, size);
}

/** Yields the bytes in chunks of `chunkSize` bytes; the last chunk may be shorter. */
export async function* inChunks(bytes: Uint8Array, chunkSize: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += chunkSize) yield bytes.subarray(start, start + chunkSize);
}

/** Yields the bytes in chunks, then throws the error. */
export async function* failAfter(bytes: Uint8Array, chunkSize: number, error: unknown): AsyncGenerator<Uint8Array, void, undefined> {
  yield* inChunks(bytes, chunkSize);
  throw error;
}

/** Reads a whole object. */
export async function readBytes(bucket: Bucket, key: string): Promise<Buffer> {
  return (await bucket.get(key)).bytes();
}

/** Reads a whole object as text. */
export async function readText(bucket: Bucket, key: string): Promise<string> {
  return (await bucket.get(key)).text();
}

const maxConcurrentPuts = 16;

/** Puts many small objects; the body of each is its key. */
export async function putKeys(bucket: Bucket, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += maxConcurrentPuts) {
    await Promise.all(keys.slice(start, start + maxConcurrentPuts).map((key) => bucket.put(key, key)));
  }
}

/** Returns the keys `k00000`, `k00001`, ..., in the order of a listing. */
export function numberedKeys(count: number, toKey = (index: string): string => `k${index}`): string[] {
  return Array.from({ length: count }, (_, index) => toKey(String(index).padStart(5, '0')));
}
