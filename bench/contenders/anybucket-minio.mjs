// This library's MinIO backend.
import { MinioDatastore } from '@anybucket/backend-minio';
import { bucketName, serverAddress } from '../support/minio-server.mjs';

export const anybucketMinio = {
  name: 'anybucket minio',
  async open() {
    const datastore = new MinioDatastore(await serverAddress());
    const bucket = datastore.bucket(bucketName);
    return {
      prefix: 'anybucket',
      put: (key, bytes) => bucket.put(key, bytes),
      get: async (key) => (await bucket.get(key)).bytes(),
      stat: (key) => bucket.stat(key),
      delete: (key) => bucket.delete(key),
      list: async (prefix) => (await bucket.list({ prefix })).length,
      page: async (startAfter) => (await bucket.listPage({ startAfter })).entries.length,
      putStream: (key, chunks, length) => bucket.put(key, chunks(), length),
      putFile: (key, file) => bucket.fput(key, file),
      async getStream(key) {
        let length = 0;
        for await (const chunk of await bucket.get(key)) length += chunk.length;
        return length;
      },
      close: () => datastore.close(),
    };
  },
};
