import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { toUrl } from '@anybucket/minio-server';
import type { MinioAddress } from '@anybucket/minio-server';
import type { Bucket } from '@anybucket/core';
import type { MinioDatastore } from '../src/index.js';
import { FaultProxy } from './fault-proxy.js';
import { failure, openDatastore, pattern, scratchBucket } from './support.js';

const address = inject('minio');

describe.skipIf(address === undefined)('connections', () => {
  let direct: MinioDatastore;
  let scratch: Bucket & AsyncDisposable;

  beforeAll(async () => {
    direct = openDatastore(address as MinioAddress);
    scratch = await scratchBucket(direct);
    await scratch.put('large', pattern(2 ** 20));
  });
  afterAll(async () => {
    await scratch[Symbol.asyncDispose]();
    await direct.close();
  });

  /** Makes one call of each kind. */
  async function calls(bucket: Bucket, key: string): Promise<void> {
    await bucket.put(key, 'x');
    await (await bucket.get(key)).text();
    await (await bucket.get('large')).bytes();
    await bucket.stat(key);
    await bucket.list({ prefix: key });
    await bucket.fcopyTo(bucket.name, `${key}-copy`, key);
    await failure(bucket.stat('never'), 'NoSuchKey');
    await failure(bucket.get('never'), 'NoSuchKey');
    await bucket.delete([key, `${key}-copy`]);
  }

  test.each([1, 32])('%i concurrent callers use at most as many connections, and close() closes them', async (callers) => {
    await using proxy = await FaultProxy.start(address as MinioAddress);
    const datastore = openDatastore(proxy.address);
    const bucket = datastore.bucket(scratch.name);
    await Promise.all(
      Array.from({ length: callers }, async (_, caller) => {
        for (let count = 0; count < 2; count++) await calls(bucket, `k${caller}`);
      }),
    );
    expect(proxy.requests.length).toBeGreaterThan(callers * 2 * 9);
    expect(proxy.connections).toBeLessThanOrEqual(callers);
    await datastore.close();
    await expect.poll(() => proxy.openConnections).toBe(0);
  });

  test('unread bodies do not block other calls, and close() closes their connections', async () => {
    await using proxy = await FaultProxy.start(address as MinioAddress);
    const datastore = openDatastore(proxy.address);
    const bucket = datastore.bucket(scratch.name);
    const objects = await Promise.all(Array.from({ length: 50 }, () => bucket.get('large')));
    await calls(bucket, 'other');
    expect(objects).toHaveLength(50);
    await datastore.close();
    await expect.poll(() => proxy.openConnections).toBe(0);
  });

  test('an idle connection and an unread body do not keep the process alive', async () => {
    const program = `
      import { MinioDatastore } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
      import { createDatastore } from '@anybucket/core';
      const bucket = (await createDatastore(process.env.SERVER_URL)).bucket(${JSON.stringify(scratch.name)});
      globalThis.unread = await bucket.get('large');
      const controller = new AbortController();
      await bucket.put('from-process', 'x', { signal: controller.signal });
      await bucket.get('never').catch(({ code }) => console.log(code));
      globalThis.startTime = performance.now();
      process.on('exit', () => console.log(performance.now() - globalThis.startTime < 5000));
    `;
    const env = { PATH: process.env['PATH'], SERVER_URL: toUrl(address as MinioAddress) };
    const cwd = new URL('..', import.meta.url);
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env, cwd, timeout: 30_000 });
    expect(stdout).toBe('NoSuchKey\ntrue\n');
  });
});
