import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';

/** Increments a counter that is stored as an object, and returns its new value. Safe for concurrent use by several processes. */
export async function increment(bucket: Bucket, key: string): Promise<number> {
  for (;;) {
    try {
      const current = await read(bucket, key);
      const next = (current?.count ?? 0) + 1;
      await bucket.put(key, String(next), current === undefined ? { ifNoneMatch: '*' } : { ifMatch: current.etag });
      return next;
    } catch (error) {
      // Another client was faster. Retry with the new value.
      if (!isStorageError(error, 'PreconditionFailed')) throw error;
    }
  }
}

async function read(bucket: Bucket, key: string): Promise<{ count: number; etag: string } | undefined> {
  try {
    const object = await bucket.get(key);
    return { count: Number(await object.text()), etag: object.info.etag };
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
