import { randomUUID } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import { startMinio } from '@anybucket/minio-server';
import type { MinioServer } from '@anybucket/minio-server';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chunksOf, open, pattern } from './support.js';

const mib = 2 ** 20;

// A server that somebody else runs is not ours to kill.
describe.skipIf(inject('minio') === undefined || Boolean(process.env['ABTEST_MINIO']))('a server of our own', () => {
  let server: MinioServer;
  beforeAll(async () => {
    server = await startMinio();
  });
  afterAll(async () => server.stop());

  test('is killed under load and started again: nothing acknowledged is lost, and calls go on', async (context) => {
    const { restart } = server;
    if (restart === undefined) return context.skip('a container can’t be started again with its data');
    const datastore = open(server.address);
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
    const calls: (() => Promise<unknown>)[] = [
      () => put(100),
      () => put(mib),
      () => put(parts.length),
      async () => expect((await (await bucket.get('read')).bytes()).equals(parts)).toBe(true),
      () => bucket.list({ prefix: 'read' }),
      () => bucket.fcopyTo('bucket', 'copy', 'read'),
    ];
    const over = new AbortController();
    const done = calls.map(() => 0);
    const failures: unknown[] = [];
    const load = Promise.all(
      calls.map(async (call, index) => {
        while (!over.signal.aborted) {
          await call().then(
            () => (done[index] = (done[index] ?? 0) + 1),
            (error: unknown) => failures.push(error),
          );
        }
      }),
    );

    await expect.poll(() => Math.min(...done), { timeout: 20_000 }).toBeGreaterThan(0);
    await restart();
    done.fill(0);
    // Each goes on by itself.
    await expect.poll(() => Math.min(...done), { timeout: 20_000 }).toBeGreaterThan(0);
    over.abort();
    await load;

    // None says that something is not there.
    expect(failures.filter((error) => !isStorageError(error) || !error.retryable)).toEqual([]);
    for (const [key, bytes] of acknowledged) expect([key, (await (await bucket.get(key)).bytes()).equals(bytes)]).toEqual([key, true]);
    await datastore.close();
  });
});
