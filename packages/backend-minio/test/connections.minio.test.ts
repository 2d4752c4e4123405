import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { toUrl } from '@anybucket/minio-server';
import type { MinioAddress } from '@anybucket/minio-server';
import type { Bucket } from '@anybucket/core';
import type { MinioDatastore } from '../src/index.js';
import { FaultProxy } from './fault-proxy.js';
import { failure, open, pattern, scratchBucket } from './support.js';

const address = inject('minio');

describe.skipIf(address === undefined)('connections, counted at a proxy:', () => {
  let direct: MinioDatastore;
  let own: Bucket & AsyncDisposable;

  beforeAll(async () => {
    direct = open(address as MinioAddress);
    own = await scratchBucket(direct);
    await own.put('large', pattern(2 ** 20));
  });
  afterAll(async () => {
    await own[Symbol.asyncDispose]();
    await direct.close();
  });

  /** Each kind of call once. */
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

  test.each([1, 32])('%i callers at once share as many, and none stands after close', async (callers) => {
    await using proxy = await FaultProxy.start(address as MinioAddress);
    const datastore = open(proxy.address);
    const bucket = datastore.bucket(own.name);
    await Promise.all(
      Array.from({ length: callers }, async (_, caller) => {
        for (let count = 0; count < 2; count++) await calls(bucket, `k${caller}`);
      }),
    );
    expect(proxy.requests.length).toBeGreaterThan(callers * 2 * 9);
    expect(proxy.connections).toBeLessThanOrEqual(callers);
    await datastore.close();
    await expect.poll(() => proxy.standing).toBe(0);
  });

  test('readers that never read hold nobody up, and none stands after close', async () => {
    await using proxy = await FaultProxy.start(address as MinioAddress);
    const datastore = open(proxy.address);
    const bucket = datastore.bucket(own.name);
    const objects = await Promise.all(Array.from({ length: 50 }, () => bucket.get('large')));
    await calls(bucket, 'beside');
    expect(objects).toHaveLength(50);
    await datastore.close();
    await expect.poll(() => proxy.standing).toBe(0);
  });

  test('one that is idle, and one whose body nobody reads, keep no process alive', async () => {
    const program = `
      import { MinioDatastore } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
      import { createDatastore } from '@anybucket/core';
      const bucket = (await createDatastore(process.env.URL_OF_SERVER)).bucket(${JSON.stringify(own.name)});
      globalThis.kept = await bucket.get('large');
      const controller = new AbortController();
      await bucket.put('from-a-process', 'x', { signal: controller.signal });
      await bucket.get('never').catch(({ code }) => console.log(code));
      globalThis.begun = performance.now();
      process.on('exit', () => console.log(performance.now() - globalThis.begun < 5000));
    `;
    const env = { PATH: process.env['PATH'], URL_OF_SERVER: toUrl(address as MinioAddress) };
    const cwd = new URL('..', import.meta.url);
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env, cwd, timeout: 30_000 });
    expect(stdout).toBe('NoSuchKey\ntrue\n');
  });
});
