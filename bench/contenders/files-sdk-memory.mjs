// files-sdk in memory. Its ETag is not an MD5.
import { Files } from 'files-sdk';
import { memory } from 'files-sdk/memory';

export const filesSdkMemory = {
  name: 'files-sdk',
  imports: ['files-sdk', 'files-sdk/memory'],
  async open() {
    const files = new Files({ adapter: memory() });
    return {
      put: (key, bytes) => files.upload(key, bytes),
      get: async (key) => new Uint8Array(await (await files.download(key)).arrayBuffer()),
      stat: (key) => files.head(key),
      async list() {
        let count = 0;
        for await (const file of files.listAll()) count += file.size > 0 ? 1 : 0;
        return count;
      },
      putStream: (key, chunks) => files.upload(key, ReadableStream.from(chunks())),
    };
  },
};
