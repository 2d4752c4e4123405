// unstorage in a folder. It has no ETag, writes in place, lists keys only, and accepts no streams.
import { createStorage } from 'unstorage';
import fsDriver from 'unstorage/drivers/fs-lite';
import { scratchFolder } from '../support/scratch-folder.mjs';

export const unstorageFs = {
  name: 'unstorage',
  imports: ['unstorage', 'unstorage/drivers/fs-lite'],
  async open() {
    const storage = createStorage({ driver: fsDriver({ base: scratchFolder() }) });
    return {
      put: (key, bytes) => storage.setItemRaw(key, bytes),
      get: (key) => storage.getItemRaw(key),
      stat: (key) => storage.getMeta(key),
      delete: (key) => storage.removeItem(key),
    };
  },
};
