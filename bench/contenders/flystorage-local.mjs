// flystorage in a folder. It has no ETag in stat, writes in place, and detects the content type from the bytes. Its recursive listing is not
// measured, because it finds only 32 files of a folder on Node 20.
import { Readable } from 'node:stream';
import { FileStorage } from '@flystorage/file-storage';
import { LocalStorageAdapter } from '@flystorage/local-fs';
import { scratchFolder } from '../support/scratch-folder.mjs';

export const flystorageLocal = {
  name: 'flystorage',
  imports: ['@flystorage/file-storage', '@flystorage/local-fs'],
  async open() {
    const storage = new FileStorage(new LocalStorageAdapter(scratchFolder()));
    return {
      put: (key, bytes) => storage.write(key, bytes),
      get: (key) => storage.readToUint8Array(key),
      stat: (key) => storage.stat(key),
      delete: (key) => storage.deleteFile(key),
      putStream: (key, chunks) => storage.write(key, Readable.from(chunks(), { objectMode: false })),
      async getStream(key) {
        let bytes = 0;
        for await (const chunk of await storage.read(key)) bytes += chunk.length;
        return bytes;
      },
    };
  },
};
