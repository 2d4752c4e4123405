// This library's file system backend.
import { FsDatastore } from '@anybucket/backend-fs';
import { scratchFolder } from '../support/scratch-folder.mjs';

const contender = (name, options) => ({
  name,
  async open() {
    const datastore = new FsDatastore({ root: scratchFolder(), ...options });
    await datastore.createBucket('bench');
    const bucket = datastore.bucket('bench');
    return {
      put: (key, bytes) => bucket.put(key, bytes),
      get: async (key) => (await bucket.get(key)).bytes(),
      stat: (key) => bucket.stat(key),
      delete: (key) => bucket.delete(key),
      list: async () => (await bucket.list()).length,
      page: async (startAfter) => (await bucket.listPage({ startAfter })).entries.length,
      putStream: (key, chunks, length) => bucket.put(key, chunks(), length),
      async getStream(key) {
        let bytes = 0;
        for await (const chunk of await bucket.get(key)) bytes += chunk.length;
        return bytes;
      },
    };
  },
});

export const anybucketFs = { ...contender('anybucket fs', {}), imports: ['@anybucket/backend-fs'] };
export const anybucketDurable = contender('anybucket fs, durable', { durable: true });
