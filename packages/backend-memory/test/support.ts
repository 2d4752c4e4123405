import type { Bucket } from '@anybucket/core';
import { MemoryDatastore } from '../src/index.js';
import type { MemoryDatastoreOptions } from '../src/index.js';

/** Creates a datastore with the bucket `photos`. */
export function storeWithBucket(options: MemoryDatastoreOptions = {}): { store: MemoryDatastore; photos: Bucket } {
  const store = new MemoryDatastore({ buckets: { photos: {} }, ...options });
  return { store, photos: store.bucket('photos') };
}

/** Yields a body in chunks. */
export async function* inChunks(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

/** Returns bytes without repetition, so that a misplaced block is detected. */
export function pattern(size: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: Math.ceil(size / 4) }, (_, index) => index).buffer, 0, size);
}
