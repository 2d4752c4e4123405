import { MemoryDriver } from '@anybucket/backend-memory';
import { PortableDatastore, delayed } from '@anybucket/core/backend';
import type { BucketDriver, DatastoreDriver, DriverStream } from '@anybucket/core/backend';
import { describe, expect, test } from 'vitest';

/** Returns a memory driver with the bucket `photos`, in which some methods are replaced. */
async function driverWith(replace: (bucket: BucketDriver) => Partial<BucketDriver>): Promise<DatastoreDriver> {
  const driver = new MemoryDriver();
  await driver.createBucket('photos');
  const bucket = driver.bucket('photos');
  const photos: BucketDriver = {
    headObject: (key, call) => bucket.headObject(key, call),
    getObject: (key, call) => bucket.getObject(key, call),
    putObject: (key, body, call) => bucket.putObject(key, body, call),
    copyObject: (key, source, call) => bucket.copyObject(key, source, call),
    deleteObject: (key, call) => bucket.deleteObject(key, call),
    deleteObjects: (keys, call) => bucket.deleteObjects(keys, call),
    listObjects: (call) => bucket.listObjects(call),
    ...replace(bucket),
  };
  return {
    backend: 'memory',
    capabilities: driver.capabilities,
    listBuckets: () => driver.listBuckets(),
    createBucket: (name) => driver.createBucket(name),
    removeBucket: (name) => driver.removeBucket(name),
    bucketExists: (name) => driver.bucketExists(name),
    bucket: () => photos,
    close: () => driver.close(),
  };
}

describe('delayed', () => {
  test('delays before and after a call', async () => {
    const driver = delayed(await driverWith(() => ({})), { ms: 40 });
    const start = performance.now();
    for (let calls = 0; calls < 5; calls++) await driver.bucketExists('photos', {});
    // Ten delays of 20 ms on average, reproducible by the seed.
    expect(performance.now() - start).toBeGreaterThan(50);
  });

  test('an abort ends a delay', async () => {
    const driver = delayed(await driverWith(() => ({})), { ms: 100_000 });
    const signal = AbortSignal.timeout(20);
    await expect(driver.bucketExists('photos', { signal })).rejects.toMatchObject({ name: 'AbortError' });
    await expect(driver.bucket('photos').getObject('k', { signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('stores the bytes of a put as they were at the time of the call', async () => {
    const datastore = new PortableDatastore(delayed(await driverWith(() => ({})), { ms: 5 }));
    const body = Buffer.from('original');
    const put = datastore.bucket('photos').put('k', body);
    body.fill(0);
    await put;
    expect(await (await datastore.bucket('photos').get('k')).text()).toBe('original');
  });

  test('cancels a body that is opened after an abort', async () => {
    const controller = new AbortController();
    let cancelled = false;
    const body: DriverStream = {
      cancel: () => void (cancelled = true),
      async *[Symbol.asyncIterator]() {
        yield Buffer.from('never read');
      },
    };
    const driver = await driverWith(() => ({
      async getObject(key) {
        controller.abort();
        return { info: { key, size: 10, etag: 'x', lastModified: new Date(0), contentType: 'x/y', metadata: {} }, body };
      },
    }));
    await expect(delayed(driver, { ms: 1 }).bucket('photos').getObject('k', { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(cancelled).toBe(true);
  });

  test('has the same optional drivers as the wrapped driver', async () => {
    const without = delayed(await driverWith(() => ({})), { ms: 1 });
    expect([without.tags, without.versions, without.presigner]).toEqual([undefined, undefined, undefined]);
    const calls: unknown[] = [];
    const record =
      (name: string) =>
      async (...args: unknown[]): Promise<never> => {
        calls.push([name, ...args.slice(0, -1)]);
        return name as never;
      };
    const driver: DatastoreDriver = {
      ...(await driverWith(() => ({}))),
      tags: { getTags: record('getTags'), setTags: record('setTags') },
      versions: {
        listVersions: record('listVersions'),
        setVersioning: record('setVersioning'),
        getVersioning: record('getVersioning'),
      },
      presigner: { presign: record('presign'), presignPost: record('presignPost') },
    };
    const { tags, versions, presigner } = delayed(driver, { ms: 1 });
    await tags?.getTags('photos', 'k', {});
    await tags?.setTags('photos', 'k', { a: 'b' }, {});
    await presigner?.presign('photos', 'k', { method: 'GET', expiresIn: 1, headers: {}, query: {} });
    await presigner?.presignPost('photos', { expiresIn: 1, conditions: [], fields: {} });
    await versions?.listVersions('photos', { prefix: '', delimiter: '', maxKeys: 1 });
    await versions?.setVersioning('photos', 'enabled', {});
    await versions?.getVersioning('photos', {});
    expect(calls).toEqual([
      ['getTags', 'photos', 'k'],
      ['setTags', 'photos', 'k', { a: 'b' }],
      ['presign', 'photos', 'k'],
      ['presignPost', 'photos'],
      ['listVersions', 'photos'],
      ['setVersioning', 'photos', 'enabled'],
      ['getVersioning', 'photos'],
    ]);
  });
});
