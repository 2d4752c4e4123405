import { existsSync, mkdirSync, read, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callsWith, coarseCalls } from './support/calls.js';
import { scratch, textOf } from './support/scratch.js';

const scope = scratch();
const attributes = { contentType: 'text/plain', metadata: { by: 'me' }, tags: { t: 'u' } };
const md5 = { hello: '5d41402abc4b2a76b9719d911017c592', jello: '7aa6991a62353dd2761280cf592542dc' };

describe('a file added by hand', () => {
  test('is listed by listFilename without being read', async () => {
    let reads = 0;
    const counting = ((...args: Parameters<typeof read>) => {
      reads++;
      read(...args);
    }) as typeof read;
    const { root } = await scope.bucket();
    writeFileSync(join(root, 'photos/a'), 'hello');
    const bucket = scope.open(root, { calls: callsWith({ read: counting }) }).bucket('photos');
    expect(await bucket.listFilename()).toEqual(['a']);
    expect(reads).toBe(0);
    expect(await bucket.list()).toHaveLength(1);
    expect(reads).toBeGreaterThan(0);
  });

  test('is an object whose content type depends on its extension', async () => {
    const { root, bucket } = await scope.bucket();
    mkdirSync(join(root, 'photos/sub'));
    writeFileSync(join(root, 'photos/sub/page.html'), 'hello');
    const modified = new Date(1_700_000_000_500);
    utimesSync(join(root, 'photos/sub/page.html'), modified, modified);
    const expected = {
      key: 'sub/page.html',
      size: 5,
      etag: md5.hello,
      lastModified: new Date(1_700_000_000_000),
      contentType: 'text/html',
      metadata: {},
    };
    expect(await bucket.stat('sub/page.html')).toEqual(expected);
    expect(await bucket.list()).toEqual([expected]);
    expect(await textOf(bucket, 'sub/page.html')).toBe('hello');
  });

  test('has the same multipart ETag as after a put', async () => {
    const { root, bucket } = await scope.bucket();
    const body = Buffer.alloc(17 * 2 ** 20, 'abc');
    const { etag } = await bucket.put('put', body);
    writeFileSync(join(root, 'photos/hand'), body);
    expect((await bucket.stat('hand')).etag).toBe(etag);
    expect(etag).toMatch(/-2$/);
  });

  test('can be tagged immediately', { timeout: 20_000 }, async () => {
    const { root, bucket } = await scope.bucket();
    writeFileSync(join(root, 'photos/a.txt'), 'hello');
    await bucket.setTags('a.txt', { a: 'b' });
    expect(await bucket.tags('a.txt')).toEqual({ a: 'b' });
    expect(await bucket.stat('a.txt')).toMatchObject({ etag: md5.hello, tagCount: 1, contentType: 'text/plain' });
  });

  test('is subject to conditions', async () => {
    const { root, bucket } = await scope.bucket();
    writeFileSync(join(root, 'photos/a'), 'hello');
    await expect(bucket.put('a', 'x', { ifNoneMatch: '*' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await expect(bucket.delete('a', { ifMatch: 'other' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
    await bucket.put('a', 'jello', { ifMatch: md5.hello });
    writeFileSync(join(root, 'photos/a'), 'hello');
    await bucket.delete('a', { ifMatch: md5.hello });
    expect(await bucket.exists('a')).toBe(false);
  });
});

describe.each([
  ['full resolution', undefined],
  ['4 ms resolution', 4],
  ['2 s resolution', 2000],
])('with modification times of %s', (_name, step) => {
  const internals = step === undefined ? {} : { calls: coarseCalls(step) };

  test('an immediate manual edit of the same size is detected', { timeout: 60_000 }, async () => {
    const { root, bucket } = await scope.bucket(internals);
    const path = join(root, 'photos/a');
    for (let round = 0; round < 200; round++) {
      await bucket.put('a', 'hello', attributes);
      expect((await bucket.stat('a')).metadata).toEqual({ by: 'me' });
      writeFileSync(path, 'jello');
      expect(await bucket.stat('a')).toMatchObject({ etag: md5.jello, contentType: 'binary/octet-stream', metadata: {} });
      writeFileSync(path, 'hello');
      // The line of the previous body matches again.
      expect(await bucket.stat('a')).toMatchObject({ etag: md5.hello, contentType: 'text/plain', metadata: { by: 'me' }, tagCount: 1 });
    }
  });

  test('overwrites of the same size are distinguished', { timeout: 60_000 }, async () => {
    const { bucket } = await scope.bucket(internals);
    for (let round = 0; round < 200; round++) {
      await bucket.put('a', 'hello', { metadata: { round: `${round}` } });
      expect((await bucket.stat('a')).metadata).toEqual({ round: `${round}` });
    }
  });
});

describe('a root that is changed by hand', () => {
  test('a bucket that is removed does not exist, and is empty when it is created again', async () => {
    const { root, store, bucket } = await scope.bucket();
    await bucket.put('a', 'hello', attributes);
    await bucket.put('b/', 'hello', attributes);
    rmSync(join(root, 'photos'), { recursive: true });
    for (const call of [
      () => bucket.stat('a'),
      () => bucket.list(),
      () => bucket.put('a', 'x'),
      () => bucket.delete('a'),
      () => bucket.get('b/'),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'NoSuchBucket' });
    }
    expect(await store.createBucket('photos')).toBe(true);
    expect(await bucket.listFilename()).toEqual([]);
    writeFileSync(join(root, 'photos/a'), 'hello');
    expect((await bucket.stat('a')).metadata).toEqual({});
  });

  test('a directory whose name is not a bucket name is neither listed nor changed', async () => {
    const { root, store } = await scope.bucket();
    for (const name of ['Not A Bucket', 'x', '.hidden', 'a_b']) mkdirSync(join(root, name));
    writeFileSync(join(root, 'a-file'), '');
    expect(await store.list()).toEqual(['photos']);
    await expect(store.createBucket('a-file')).rejects.toMatchObject({ code: 'BucketAlreadyExists' });
    expect(await store.removeBucket('a-file')).toBe(false);
    expect(readdirSync(root)).toEqual(expect.arrayContaining(['Not A Bucket', 'x', '.hidden', 'a_b', 'a-file']));
  });

  test('empty directories are not listed, and do not prevent the removal of a bucket', async () => {
    const { root, store, bucket } = await scope.bucket();
    mkdirSync(join(root, 'photos/a/b/c'), { recursive: true });
    expect(await bucket.list({ recursive: false })).toEqual([]);
    await bucket.put('a', 'x');
    expect(await textOf(bucket, 'a')).toBe('x');
    await bucket.delete('a');
    expect(await store.removeBucket('photos')).toBe(true);
    expect(existsSync(join(root, 'photos'))).toBe(false);
  });

  test('an object that is renamed is a new object', async () => {
    const { root, bucket } = await scope.bucket();
    await bucket.put('a.txt', 'hello', attributes);
    renameSync(join(root, 'photos/a.txt'), join(root, 'photos/b.txt'));
    expect(await bucket.exists('a.txt')).toBe(false);
    expect(await bucket.stat('b.txt')).toMatchObject({ etag: md5.hello, metadata: {} });
  });
});
