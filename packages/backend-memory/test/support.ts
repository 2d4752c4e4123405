import type { Bucket } from '@anybucket/core';
import { MemoryDatastore } from '../src/index.js';
import type { MemoryDatastoreOptions } from '../src/index.js';

/** A new store with one bucket, `photos`. */
export function storeWithBucket(options: MemoryDatastoreOptions = {}): { store: MemoryDatastore; photos: Bucket } {
  const store = new MemoryDatastore({ buckets: { photos: {} }, ...options });
  return { store, photos: store.bucket('photos') };
}

/** A body that comes in chunks. */
export async function* inChunks(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

/** Bytes that differ from place to place, so that a misplaced block shows. */
export function pattern(size: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: Math.ceil(size / 4) }, (_, index) => index).buffer, 0, size);
}
