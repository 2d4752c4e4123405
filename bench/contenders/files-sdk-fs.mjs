// files-sdk in a folder. It stores the content type in a separate file.
import { Files } from 'files-sdk';
import { fs } from 'files-sdk/fs';
import { scratchFolder } from '../support/scratch-folder.mjs';

export const filesSdkFs = {
  name: 'files-sdk',
  imports: ['files-sdk', 'files-sdk/fs'],
  async open() {
    const files = new Files({ adapter: fs({ root: scratchFolder() }) });
    return {
      put: (key, bytes) => files.upload(key, bytes),
      get: async (key) => new Uint8Array(await (await files.download(key)).arrayBuffer()),
      stat: (key) => files.head(key),
      delete: (key) => files.delete(key),
      async list() {
        let count = 0;
        for await (const file of files.listAll()) count += file.size > 0 ? 1 : 0;
        return count;
      },
      putStream: (key, chunks) => files.upload(key, ReadableStream.from(chunks())),
    };
  },
};
