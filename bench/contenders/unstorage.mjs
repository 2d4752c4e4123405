// unstorage in memory. It stores the caller's buffer without a copy, has no ETag, lists keys only, and accepts no streams.
import { createStorage } from 'unstorage';

export const unstorage = {
  name: 'unstorage',
  imports: ['unstorage'],
  async open() {
    const storage = createStorage();
    return {
      put: (key, bytes) => storage.setItemRaw(key, bytes),
      get: (key) => storage.getItemRaw(key),
      stat: (key) => storage.getMeta(key),
      list: async () => (await storage.getKeys()).length,
    };
  },
};
