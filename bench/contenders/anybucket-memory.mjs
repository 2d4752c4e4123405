// This library's memory backend.
import { MemoryDatastore } from '@anybucket/backend-memory';

export const anybucketMemory = {
  name: 'anybucket memory',
  imports: ['@anybucket/backend-memory'],
  async open() {
    const store = new MemoryDatastore({ buckets: { bench: {} } });
    const bucket = store.bucket('bench');
    return {
      put: (key, bytes) => bucket.put(key, bytes),
      get: async (key) => (await bucket.get(key)).bytes(),
      stat: (key) => bucket.stat(key),
      list: async () => (await bucket.list()).length,
      putStream: (key, chunks) => bucket.put(key, chunks()),
    };
  },
};
