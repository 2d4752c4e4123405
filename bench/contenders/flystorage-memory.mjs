// flystorage in memory. It has no ETag, and detects the content type from the bytes.
import { Readable } from 'node:stream';
import { FileStorage } from '@flystorage/file-storage';
import { InMemoryStorageAdapter } from '@flystorage/in-memory';

export const flystorageMemory = {
  name: 'flystorage',
  imports: ['@flystorage/file-storage', '@flystorage/in-memory'],
  async open() {
    const storage = new FileStorage(new InMemoryStorageAdapter());
    return {
      put: (key, bytes) => storage.write(key, bytes),
      get: (key) => storage.readToUint8Array(key),
      stat: (key) => storage.stat(key),
      list: async () => (await storage.list('', { deep: true }).toArray()).filter((entry) => entry.isFile).length,
      putStream: (key, chunks) => storage.write(key, Readable.from(chunks(), { objectMode: false })),
    };
  },
};
