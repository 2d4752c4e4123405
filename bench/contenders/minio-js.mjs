// The `minio` package.
import { Readable } from 'node:stream';
import { Client } from 'minio';
import { bucketName, serverAddress } from '../support/minio-server.mjs';

export const minioJs = {
  name: 'minio-js',
  async open() {
    const { tls, ...address } = await serverAddress();
    const client = new Client({ ...address, useSSL: tls });
    const drain = async (stream) => {
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      return chunks;
    };
    return {
      prefix: 'minio-js',
      put: (key, bytes) => client.putObject(bucketName, key, bytes),
      get: async (key) => Buffer.concat(await drain(await client.getObject(bucketName, key))),
      stat: (key) => client.statObject(bucketName, key),
      delete: (key) => client.removeObject(bucketName, key),
      list: async (prefix) => (await drain(client.extensions.listObjectsV2WithMetadata(bucketName, prefix, true))).length,
      page: async (startAfter) =>
        (await client.extensions.listObjectsV2WithMetadataQuery(bucketName, '', '', '', startAfter)).objects.length,
      putStream: (key, chunks, length) => client.putObject(bucketName, key, Readable.from(chunks(), { objectMode: false }), length),
      putFile: (key, file) => client.fPutObject(bucketName, key, file),
      async getStream(key) {
        let length = 0;
        for await (const chunk of await client.getObject(bucketName, key)) length += chunk.length;
        return length;
      },
      async close() {},
    };
  },
};
