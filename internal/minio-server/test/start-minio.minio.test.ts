import { Client } from 'minio';
import { describe, expect, inject, test } from 'vitest';
import { startMinio } from '../src/start-minio.js';

const shared = inject('minio');

// Skipped with ABTEST_MINIO, because no server is started then.
describe.skipIf(!shared || Boolean(process.env.ABTEST_MINIO))('a real MinIO server', () => {
  test('accepts its credentials only, stores an object, and does not respond after stop', async () => {
    const server = await startMinio();
    const { endPoint, port, accessKey, secretKey } = server.address;
    expect(port).not.toBe(shared?.port);
    try {
      const client = new Client({ endPoint, port, accessKey, secretKey, useSSL: false, region: 'us-east-1' });
      await client.makeBucket('bucket');
      await client.putObject('bucket', 'key', 'hello');
      expect((await client.statObject('bucket', 'key')).size).toBe(5);
      const unauthorized = new Client({ endPoint, port, accessKey, secretKey: 'another', useSSL: false, region: 'us-east-1' });
      await expect(unauthorized.listBuckets()).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    } finally {
      await server.stop();
    }
    await expect(fetch(`http://${endPoint}:${port}/minio/health/live`)).rejects.toThrow('fetch failed');
  });
});
