// This library's memory backend.
import { MemoryDatastore } from '@anybucket/backend-memory';

export const anybucketMemory = {
  name: 'anybucket memory',
  imports: ['@anybucket/backend-memory'],
  async open() {
    const datastore = new MemoryDatastore({ buckets: { bench: {} } });
    const bucket = datastore.bucket('bench');
    return {
      put: (key, bytes) => bucket.put(key, bytes),
      get: async (key) => (await bucket.get(key)).bytes(),
      stat: (key) => bucket.stat(key),
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
};
