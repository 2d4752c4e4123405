import { isStorageError } from '@anybucket/core';
import type { Bucket, StoredObject } from '@anybucket/core';
import type { Driver } from 'unstorage';

export interface BucketDriverOptions {
  readonly bucket: Bucket;
  /** Prefix of the object keys. @defaultValue '' */
  readonly prefix?: string;
}

/**
 * Returns an unstorage driver that stores each item as one object. The colons of item keys are kept: as slashes, `a` and `a:b` would become the
 * objects `a` and `a/b`, which cannot stand beside each other on MinIO.
 */
export function bucketDriver({ bucket, prefix = '' }: BucketDriverOptions): Driver<BucketDriverOptions, Bucket> {
  return {
    name: 'anybucket',
    options: { bucket, prefix },
    getInstance: () => bucket,
    hasItem: (key) => bucket.exists(prefix + key),
    getItem: async (key) => (await read(prefix + key))?.text() ?? null,
    getItemRaw: async (key) => (await read(prefix + key))?.bytes() ?? null,
    getMeta: async (key) => {
      const info = await orNull(bucket.stat(prefix + key));
      return info && { size: info.size, mtime: info.lastModified, etag: info.etag, contentType: info.contentType };
    },
    setItem: async (key, value) => {
      await bucket.put(prefix + key, value, { contentType: 'auto' });
    },
    setItemRaw: async (key, value: Uint8Array) => {
      await bucket.put(prefix + key, value, { contentType: 'auto' });
    },
    removeItem: async (key) => {
      await bucket.delete(prefix + key);
    },
    // Undefined for all keys, despite the type.
    getKeys: async (base: string | undefined) => {
      const keys: string[] = [];
      for await (const key of bucket.keys({ prefix: prefix + (base ?? '') })) keys.push(key.slice(prefix.length));
      return keys;
    },
    clear: async (base: string | undefined) => {
      await bucket.deleteAll({ prefix: prefix + (base ?? '') });
    },
  };

  function read(key: string): Promise<StoredObject | null> {
    return orNull(bucket.get(key));
  }
}

/** Returns null where the object does not exist. */
async function orNull<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return null;
    throw error;
  }
}
