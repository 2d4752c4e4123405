// unstorage in memory. It keeps the caller's own bytes, has no ETag, lists keys alone, and takes no stream.
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
