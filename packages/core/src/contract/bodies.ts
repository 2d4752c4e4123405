import type { Bucket } from '../api/datastore.js';

export const KiB = 1024;
export const MiB = 1024 * KiB;

/** Bytes that look random and are the same each time; other seeds give others. No part of them repeats, so that a misplaced part shows. */
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

/** The same bytes as an async iterable of chunks of a size, the last one shorter. */
export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

/** The bytes in chunks, then a failure. */
export async function* thenFailing(bytes: Uint8Array, size: number, failure: unknown): AsyncGenerator<Uint8Array, void, undefined> {
  yield* inChunks(bytes, size);
  throw failure;
}

/** Reads a whole object. */
export async function bytesOf(bucket: Bucket, key: string): Promise<Buffer> {
  return (await bucket.get(key)).bytes();
}

/** Reads a whole object as text. */
export async function textOf(bucket: Bucket, key: string): Promise<string> {
  return (await bucket.get(key)).text();
}

/** How many calls run at once where a case needs many objects. */
const width = 16;

/** Puts many small objects; the body of each is its key. */
export async function putAll(bucket: Bucket, keys: readonly string[]): Promise<void> {
  for (let start = 0; start < keys.length; start += width) {
    await Promise.all(keys.slice(start, start + width).map((key) => bucket.put(key, key)));
  }
}
