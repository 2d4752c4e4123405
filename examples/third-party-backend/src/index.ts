/** A backend module: the two names that a configuration asks for. */
import * as core from '@anybucket/core/backend';
import { lmdbBucket } from './bucket.js';
import { Store } from './store.js';

export const optionsSchema: core.OptionsSchema = {
  options: { folder: { type: 'string', path: true, required: true, description: 'the folder in which LMDB keeps its files' } },
};

/** @param options checked against the schema: `folder` is there, and an absolute path. */
export const createDatastore = ({ folder }: { folder: string }, { name }: core.BackendContext): core.PortableDatastore =>
  new core.PortableDatastore(lmdbDriver(folder), { name });

function lmdbDriver(folder: string): core.DatastoreDriver {
  let opened: Store | undefined;
  /** Opened by the first call, since making a datastore does no I/O. Each call sees the latest state, of any process. */
  function latest(): Store {
    opened ??= new Store(folder);
    opened.root.resetReadTxn();
    return opened;
  }
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
      serverSideListMetadata: true,
      persistent: true,
    },
    tags: {
      getTags: async (bucket, key) => ({ ...latest().get(bucket, key).tags }),
      setTags: async (bucket, key, tags) =>
        latest().write((store) => store.records.putSync(`${bucket}/${key}`, { ...store.get(bucket, key), tags })),
    },
    listBuckets: async () => [...latest().buckets.getKeys()],
    bucketExists: async (name) => latest().buckets.doesExist(name),
    createBucket: async (name) =>
      latest().write(({ buckets }) => {
        if (buckets.doesExist(name)) return false;
        buckets.putSync(name, true);
        return true;
      }),
    removeBucket: async (name) =>
      latest().write((store) => {
        if (store.seek(name, '', false) !== undefined) throw new core.StorageError({ code: 'BucketNotEmpty', message: 'it holds objects' });
        return store.buckets.removeSync(name);
      }),
    bucket: (name) => lmdbBucket(latest, name),
    close: async () => opened?.root.close(),
  };
}
