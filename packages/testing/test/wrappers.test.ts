import { MemoryDatastore } from '@anybucket/backend-memory';
import { serve } from '@anybucket/s3-server';
import { describe, expect, test } from 'vitest';
import { readOnly, withDelay, withFaults, withLog, withPrefix, withQuota } from '../src/index.js';
import { chunksOf, failure, thrownBy } from './support.js';

const mib = 2 ** 20;

describe('readOnly', () => {
  test('reads, and rejects every write', async () => {
    const memory = new MemoryDatastore({ buckets: { photos: { a: 'aaaa' } } });
    const store = readOnly(memory);
    const bucket = store.bucket('photos');
    expect(await (await bucket.get('a')).text()).toBe('aaaa');
    expect(await bucket.listFilename()).toEqual(['a']);
    const before = memory.toJSON();
    const writes = [
      () => store.createBucket('new'),
      () => store.removeBucket('photos'),
      () => bucket.put('b', 'x'),
      () => bucket.delete('a'),
      () => bucket.delete(['a']),
      () => bucket.deleteAll({ prefix: '' }),
      () => bucket.copy('a', 'b'),
      () => bucket.move('a', 'b'),
      () => bucket.setTags('a', { a: 'b' }),
      () => bucket.removeTags('a'),
      () => bucket.setVersioning('enabled'),
      () => bucket.createUpload('b'),
    ];
    for (const write of writes) expect(await failure(write())).toMatchObject({ code: 'AccessDenied', status: 403, retryable: false });
    expect(memory.toJSON()).toEqual(before);
  });

  test('presigns reads only', async () => {
    await using server = await serve(new MemoryDatastore(), { port: 0 });
    const bucket = readOnly(server.datastore).bucket('photos');
    expect(await bucket.presign('a')).toContain('/photos/a?');
    await failure(bucket.presign('a', { method: 'PUT' }), 'AccessDenied');
    await failure(bucket.presignPost({ key: 'a' }), 'AccessDenied');
  });
});

test('withDelay makes calls overlap, and keeps their results', async () => {
  const store = withDelay(new MemoryDatastore({ buckets: { locks: {} } }), { ms: 5, seed: 1 });
  const writers = Array.from({ length: 10 }, (_, n) => store.bucket('locks').put('leader', String(n), { ifNoneMatch: '*' }));
  const outcomes = await Promise.allSettled(writers);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(thrownBy(() => withDelay(store, { ms: -1 }))).toMatchObject({ code: 'InvalidArgument' });
});

describe('withQuota', () => {
  test('rejects a body that exceeds the rest, and stores nothing', async () => {
    const memory = new MemoryDatastore({ buckets: { photos: { a: '12345' }, other: {} } });
    const store = withQuota(memory, { maxBytes: 10 });
    const bucket = store.bucket('photos');
    expect(await failure(bucket.put('b', '123456'))).toMatchObject({ code: 'StorageFull', status: 507, operation: 'put', key: 'b' });
    await failure(store.bucket('other').put('b', chunksOf(Buffer.alloc(6), 2)), 'StorageFull');
    await failure(
      bucket.copy('a', 'x').then(() => bucket.copy('a', 'y')),
      'StorageFull',
    );
    await bucket.delete('x');
    await bucket.put('b', '12345');
    await failure(bucket.put('c', '1'), 'StorageFull');
    await bucket.put('empty', '');
    expect(await bucket.listFilename()).toEqual(['a', 'b', 'empty']);
  });

  test('two concurrent writes cannot share the last bytes', async () => {
    const bucket = withQuota(new MemoryDatastore({ buckets: { photos: {} } }), { maxBytes: 10 }).bucket('photos');
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((key) => bucket.put(key, '123456')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('counts versions and the parts of uploads', async () => {
    const store = withQuota(new MemoryDatastore({ buckets: { photos: {} } }), { maxBytes: 12 * mib });
    const bucket = store.bucket('photos');
    await bucket.setVersioning('enabled');
    await bucket.put('a', Buffer.alloc(mib));
    await bucket.put('a', Buffer.alloc(mib));
    const upload = await bucket.createUpload('large');
    await upload.putPart(1, Buffer.alloc(5 * mib));
    await upload.putPart(1, Buffer.alloc(5 * mib));
    await failure(upload.putPart(2, Buffer.alloc(6 * mib)), 'StorageFull');
    await upload.putPart(2, Buffer.alloc(5 * mib));
    await upload.complete();
    await failure(bucket.put('b', 'x'), 'StorageFull');
    await bucket.delete('large', { versionId: (await bucket.stat('large')).versionId });
    await bucket.put('b', 'x');
  });

  test('limits the objects, and each bucket on its own', async () => {
    const store = withQuota(new MemoryDatastore({ buckets: { aaa: { k: '' }, bbb: {} } }), { maxObjects: 1, perBucket: true });
    await failure(store.bucket('aaa').put('l', ''), 'StorageFull');
    await store.bucket('bbb').put('l', '');
    await failure(store.bucket('ccc').put('l', ''), 'NoSuchBucket');
  });

  test.each<[object]>([[{}], [{ maxBytes: -1 }], [{ maxByte: 1 }]])('rejects the options %j', (options) => {
    expect(thrownBy(() => withQuota(new MemoryDatastore(), options))).toMatchObject({ code: 'InvalidArgument' });
  });
});

describe('withPrefix', () => {
  test('two tenants share a bucket and do not see each other', async () => {
    const memory = new MemoryDatastore({ buckets: { photos: { 'a/x': 'placeholder', 'a/': '' } } });
    const [a, b] = ['a/', 'b/'].map((prefix) => withPrefix(memory, prefix).bucket('photos'));
    if (a === undefined || b === undefined) throw new TypeError('two buckets');
    await a.put('k', 'of a', { tags: { t: '1' } });
    await b.put('k', 'of b');
    expect(await (await a.get('k')).text()).toBe('of a');
    expect((await a.stat('k')).key).toBe('k');
    expect(await a.listFilename()).toEqual(['k', 'x']);
    expect(await b.listFilename()).toEqual(['k']);
    await a.copy('k', 'folder/copy');
    expect(await a.list({ recursive: false, metadata: false })).toMatchObject([
      { key: 'folder/', isPrefix: true },
      { key: 'k' },
      { key: 'x' },
    ]);
    expect((await a.listPage({ pageSize: 1 })).entries).toMatchObject([{ key: 'folder/copy' }]);
    expect((await a.listVersions()).map(({ key }) => key)).toEqual(['folder/copy', 'k', 'x']);
    const upload = await a.createUpload('u');
    expect(await a.listUploads()).toMatchObject([{ key: 'u', id: upload.id }]);
    expect(await b.listUploads()).toEqual([]);
    await upload.abort();
    await a.deleteAll({ prefix: '' });
    expect(await b.listFilename()).toEqual(['k']);
    expect(Object.keys(memory.toJSON()['photos'] ?? {})).toEqual(['a/', 'b/k']);
  });

  test('errors have the keys and buckets of the caller', async () => {
    const store = withPrefix(new MemoryDatastore(), { keys: 'a/', buckets: 't-' });
    await store.createBucket('photos');
    const bucket = store.bucket('photos');
    expect(await failure(bucket.get('k'))).toMatchObject({
      bucket: 'photos',
      key: 'k',
      message: expect.stringContaining('"photos/k"') as unknown,
    });
    expect(await failure(bucket.copy('missing', 'k'))).toMatchObject({ code: 'NoSuchKey', bucket: 'photos', key: 'missing' });
    await failure(bucket.put('x/'.repeat(511) + 'x', ''), 'KeyTooLongError');
    await failure(store.createBucket('x'.repeat(62)), 'InvalidBucketName');
  });

  test('keys follow the rules of the store', async () => {
    const memory = new MemoryDatastore({ keys: 's3', buckets: { photos: {} } });
    const bucket = withPrefix(memory, 'a/').bucket('photos');
    await bucket.put('../b/k', 'x');
    await bucket.put('/k', 'x');
    expect(await bucket.listFilename()).toEqual(['../b/k', '/k']);
    expect(await memory.bucket('photos').listFilename()).toEqual(['a/../b/k', 'a//k']);
    const portable = withPrefix(new MemoryDatastore({ buckets: { photos: {} } }), 'a/').bucket('photos');
    await failure(portable.put('../b/k', 'x'), 'InvalidKey');
  });

  test('lists the buckets of the prefix', async () => {
    const memory = new MemoryDatastore({ buckets: { other: {} } });
    const store = withPrefix(memory, { buckets: 't-' });
    expect(await store.list()).toEqual([]);
    expect(await store.createBucket('photos')).toBe(true);
    expect(await store.list()).toEqual(['photos']);
    expect((await store.getBuckets()).map(({ name }) => name)).toEqual(['photos']);
    expect(await memory.list()).toEqual(['other', 't-photos']);
    expect(await store.bucketExists('other')).toBe(false);
    expect(await store.removeBucket('photos')).toBe(true);
  });

  test('presigned URLs and forms store below the prefix', async () => {
    const memory = new MemoryDatastore({ buckets: { photos: {} } });
    await using server = await serve(memory, { port: 0 });
    const bucket = withPrefix(server.datastore, 'a/').bucket('photos');
    await fetch(await bucket.presign('put', { method: 'PUT' }), { method: 'PUT', body: 'x' });
    for (const options of [{ key: 'form' }, { prefix: 'folder/' }]) {
      const { url, fields } = await bucket.presignPost(options);
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append('file', new Blob(['x']), 'f.txt');
      expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204);
    }
    expect(await bucket.listFilename()).toEqual(['folder/f.txt', 'form', 'put']);
  });

  test.each([[''], ['/a'], ['a//'], [{}], [{ buckets: 'A-' }], [{ key: 'a/' }]])('rejects the prefix %j', (prefix) => {
    expect(thrownBy(() => withPrefix(new MemoryDatastore(), prefix as string))).toMatchObject({ code: 'InvalidArgument' });
  });
});

test('wrappers compose in any order', async () => {
  const memory = (): MemoryDatastore => new MemoryDatastore({ buckets: { photos: {} } });
  const fault = { operation: 'put', key: /k$/, error: 'SlowDown' } as const;
  const stores = [
    withLog(withPrefix(withFaults(memory(), [fault]), 'a/')),
    withFaults(withPrefix(withLog(memory()), 'a/'), [fault]),
    withQuota(withFaults(withDelay(withLog(memory()), { ms: 1 }), [fault]), { maxBytes: 100 }),
    withPrefix(withLog(withQuota(withFaults(memory(), [fault]), { maxBytes: 100 })), 'a/'),
  ];
  for (const store of stores) {
    const bucket = store.bucket('photos');
    expect(await failure(bucket.put('k', 'x'))).toMatchObject({ code: 'SlowDown', operation: 'put', bucket: 'photos', key: 'k' });
    await bucket.put('k', 'x');
    store.faults.verify();
    expect(store.calls.all().at(-1)).toMatchObject({ operation: 'put', outcome: 'ok' });
    expect(store.toJSON()).toHaveProperty('photos');
    expect(bucket.datastore).toBe(store);
    await store[Symbol.asyncDispose]();
  }
});
