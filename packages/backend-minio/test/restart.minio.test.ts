import { randomUUID } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import { startMinio } from '@anybucket/minio-server';
import type { MinioServer } from '@anybucket/minio-server';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chunksOf, openDatastore, pattern } from './support.js';

const mib = 2 ** 20;

// An external server must not be killed.
describe.skipIf(inject('minio') === undefined || Boolean(process.env['ABTEST_MINIO']))('a server started by the test', () => {
  let server: MinioServer;
  beforeAll(async () => {
    server = await startMinio();
  });
  afterAll(async () => server.stop());

  test('loses no acknowledged write when killed under load, and calls succeed again after the restart', async (context) => {
    const { restart } = server;
    if (restart === undefined) return context.skip('a container cannot be restarted with its data');
    const datastore = openDatastore(server.address);
    await datastore.createBucket('bucket');
    const bucket = datastore.bucket('bucket');
    const parts = pattern(11 * mib);
    await bucket.put('read', parts);

    const acknowledged = new Map<string, Buffer>();
    const put = async (size: number): Promise<void> => {
      const key = `${size}/${randomUUID()}`;
      const bytes = size === parts.length ? parts : Buffer.concat([Buffer.from(key), pattern(size)]);
      await bucket.put(key, chunksOf(bytes), { partSize: 5 * mib });
      acknowledged.set(key, bytes);
    };
    const operations: (() => Promise<unknown>)[] = [
      () => put(100),
      () => put(mib),
      () => put(parts.length),
      async () => expect((await (await bucket.get('read')).bytes()).equals(parts)).toBe(true),
      () => bucket.list({ prefix: 'read' }),
      () => bucket.fcopyTo('bucket', 'copy', 'read'),
    ];
    const stop = new AbortController();
    const completed = operations.map(() => 0);
    const failures: unknown[] = [];
    const load = Promise.all(
      operations.map(async (operation, index) => {
        while (!stop.signal.aborted) {
          await operation().then(
            () => (completed[index] = (completed[index] ?? 0) + 1),
            (error: unknown) => failures.push(error),
          );
        }
      }),
    );

    await expect.poll(() => Math.min(...completed), { timeout: 20_000 }).toBeGreaterThan(0);
    await restart();
    completed.fill(0);
    // Every operation succeeds again without a new datastore.
    await expect.poll(() => Math.min(...completed), { timeout: 20_000 }).toBeGreaterThan(0);
    stop.abort();
    await load;

    // No failure claims that an object does not exist.
    expect(failures.filter((error) => !isStorageError(error) || !error.retryable)).toEqual([]);
    for (const [key, bytes] of acknowledged) expect([key, (await (await bucket.get(key)).bytes()).equals(bytes)]).toEqual([key, true]);
    await datastore.close();
  });

  test('continues an upload after a restart, and lists it by its key', async (context) => {
    const { restart } = server;
    if (restart === undefined) return context.skip('a container cannot be restarted with its data');
    await using datastore = openDatastore(server.address);
    await datastore.createBucket('uploads');
    const bucket = datastore.bucket('uploads');
    const upload = await bucket.createUpload('dir/k', { metadata: { a: 'b' }, checksum: { algorithm: 'CRC32C' } });
    await upload.putPart(1, pattern(5 * mib));
    const open = [{ key: 'dir/k', id: upload.id }];
    for (const prefix of ['', 'dir/', 'dir/k']) expect(await bucket.listUploads({ prefix })).toMatchObject(open);
    await restart();

    // The server lists the uploads of other keys from memory only.
    expect(await bucket.listUploads({ prefix: 'dir/k' })).toMatchObject(open);
    expect(await bucket.listUploads()).toEqual([]);
    const resumed = bucket.upload('dir/k', upload.id);
    expect(await resumed.listParts()).toMatchObject([{ partNumber: 1, size: 5 * mib, checksum: { algorithm: 'CRC32C' } }]);
    await resumed.putPart(2, 'rest', { checksum: { algorithm: 'CRC32C' } });
    const { etag, checksum } = await resumed.complete();
    expect(await bucket.stat('dir/k')).toMatchObject({ etag, checksum, size: 5 * mib + 4, metadata: { a: 'b' } });
    expect(await bucket.listUploads({ prefix: 'dir/k' })).toEqual([]);
  });
});
