// flydrive in a folder. Its ETag is computed from time and size, it writes in place, and its listings have names only.
import { Readable } from 'node:stream';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';
import { scratchFolder } from '../support/scratch-folder.mjs';

export const flydrive = {
  name: 'flydrive',
  imports: ['flydrive', 'flydrive/drivers/fs'],
  async open() {
    const disk = new Disk(new FSDriver({ location: scratchFolder(), visibility: 'private' }));
    return {
      put: (key, bytes) => disk.put(key, bytes),
      get: (key) => disk.getBytes(key),
      stat: (key) => disk.getMetaData(key),
      delete: (key) => disk.delete(key),
      putStream: (key, chunks) => disk.putStream(key, Readable.from(chunks(), { objectMode: false })),
      async getStream(key) {
        let bytes = 0;
        for await (const chunk of await disk.getStream(key)) bytes += chunk.length;
        return bytes;
      },
    };
  },
};
