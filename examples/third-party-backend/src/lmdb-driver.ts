import type { DatastoreDriver } from '@anybucket/core/backend';
import { StorageError } from '@anybucket/core/backend';
import { lmdbBucket } from './lmdb-bucket.js';
import { LmdbStore } from './lmdb-store.js';

/** Creates the primitives of a datastore. The folder is opened by the first call, because creating a datastore does no I/O. */
export function lmdbDriver(folder: string): DatastoreDriver {
  let opened: LmdbStore | undefined;
  const openStore = () => {
    opened ??= new LmdbStore(folder);
    // Without this, reads may return an older snapshot than the writes of other processes.
    opened.root.resetReadTxn();
    return opened;
  };
  return {
    backend: 'lmdb',
    capabilities: {
      conditionalPut: true,
      conditionalDelete: true,
      conditionalCopy: true,
      native: false,
      listsBelowObjects: true,
      snapshotReads: true,
      md5Etags: true,
      checksums: false,
      listsAllUploads: true,
      copiesKeepChecksums: true,
      serverSideListMetadata: true,
      anyKeys: false,
      persistent: true,
    },
    listBuckets: async () => [...openStore().buckets.getKeys()],
    bucketExists: async (name) => openStore().buckets.doesExist(name),
    createBucket: async (name) =>
      openStore().write(({ buckets }) => {
        if (buckets.doesExist(name)) return false;
        buckets.putSync(name, true);
        return true;
      }),
    removeBucket: async (name) =>
      openStore().write((store) => {
        if (store.seekKey(name, '', false) !== undefined)
          throw new StorageError({ code: 'BucketNotEmpty', message: 'the bucket contains objects' });
        return store.buckets.removeSync(name);
      }),
    bucket: (name) => lmdbBucket(name, openStore),
    tags: {
      getTags: async (bucket, key) => ({ ...openStore().record(bucket, key).tags }),
      setTags: async (bucket, key, tags) =>
        openStore().write((store) => store.records.putSync(`${bucket}/${key}`, { ...store.record(bucket, key), tags })),
    },
    close: async () => opened?.root.close(),
  };
}
