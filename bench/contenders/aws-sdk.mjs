// The AWS SDK v3, with its parallel upload for large bodies. Its listings have no metadata.
import { createReadStream } from 'node:fs';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { bucketName, serverAddress } from '../support/minio-server.mjs';

/** The part size of the other contenders. */
const partSize = 16 * 2 ** 20;

export const awsSdk = {
  name: 'AWS SDK',
  async open() {
    const { endPoint, port, region, accessKey, secretKey } = await serverAddress();
    const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
    const client = new S3Client({ endpoint: `http://${endPoint}:${port}`, region, credentials, forcePathStyle: true });
    const target = (key) => ({ Bucket: bucketName, Key: key });
    return {
      prefix: 'aws-sdk',
      put: (key, bytes) => client.send(new PutObjectCommand({ ...target(key), Body: bytes })),
      get: async (key) => (await client.send(new GetObjectCommand(target(key)))).Body.transformToByteArray(),
      stat: (key) => client.send(new HeadObjectCommand(target(key))),
      delete: (key) => client.send(new DeleteObjectCommand(target(key))),
      putFile: (key, file) =>
        new Upload({ client, params: { ...target(key), Body: createReadStream(file) }, partSize, queueSize: 4 }).done(),
      async getStream(key) {
        let length = 0;
        for await (const chunk of (await client.send(new GetObjectCommand(target(key)))).Body) length += chunk.length;
        return length;
      },
      close: async () => client.destroy(),
    };
  },
};
