import { Client } from 'minio';
import { describe, expect, inject, test } from 'vitest';
import { startMinio } from '../src/server.js';

const shared = inject('minio');

// A server that somebody else runs proves nothing about the start of ours.
describe.skipIf(!shared || Boolean(process.env.ABTEST_MINIO))('a real MinIO server', () => {
  test('takes our credentials alone, stores an object, and is gone after stop', async () => {
    const server = await startMinio();
    const { endPoint, port, accessKey, secretKey } = server.address;
    expect(port).not.toBe(shared?.port);
    try {
      const client = new Client({ endPoint, port, accessKey, secretKey, useSSL: false, region: 'us-east-1' });
      await client.makeBucket('bucket');
      await client.putObject('bucket', 'key', 'hello');
      expect((await client.statObject('bucket', 'key')).size).toBe(5);
      const stranger = new Client({ endPoint, port, accessKey, secretKey: 'another', useSSL: false, region: 'us-east-1' });
      await expect(stranger.listBuckets()).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    } finally {
      await server.stop();
    }
    await expect(fetch(`http://${endPoint}:${port}/minio/health/live`)).rejects.toThrow('fetch failed');
  });
});
