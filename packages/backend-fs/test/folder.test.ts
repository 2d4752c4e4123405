import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { coarseCalls, failingCalls } from './support/calls.js';
import { scratch, textOf } from './support/scratch.js';

const scope = scratch();
const attributes = { contentType: 'text/plain', metadata: { by: 'me' }, tags: { t: 'u' } };
const md5 = { hello: '5d41402abc4b2a76b9719d911017c592', jello: '7aa6991a62353dd2761280cf592542dc' };

describe('an object', () => {
  test('is a plain file with just its body', async () => {
    const { root, store, bucket } = await scope.bucket();
    await bucket.put('2026/a.txt', 'hello', attributes);
    expect(readFileSync(join(root, 'photos/2026/a.txt'), 'utf8')).toBe('hello');
    expect(readdirSync(join(root, 'photos/2026'))).toEqual(['a.txt']);
    expect(store.pathOf('photos', '2026/a.txt')).toBe(join(root, 'photos/2026/a.txt'));
  });

  test('is known by its record alone: its body need not be read to tell what it is', async () => {
    const { root, bucket } = await scope.bucket();
    const closed = scope.open(root, { calls: failingCalls(['openSync'], '.body', 'EACCES') }).bucket('photos');
    for (let index = 0; index < 300; index++) {
      await bucket.put(`${index}.body`, index % 2 === 0 ? 'x' : Readable.from([Buffer.from('x')]), attributes);
      expect((await closed.stat(`${index}.body`)).metadata).toEqual({ by: 'me' });
    }
    expect(await closed.list()).toHaveLength(300);
  });

  test('leaves no empty folder behind', async () => {
    const { root, bucket } = await scope.bucket();
    await bucket.put('a/b/c', 'x');
    await bucket.put('a/d', 'x');
    await bucket.delete('a/b/c');
    expect(readdirSync(join(root, 'photos/a'))).toEqual(['d']);
    await bucket.delete('a/d');
    expect(readdirSync(join(root, 'photos'))).toEqual([]);
  });

  test.each([[['a', 'a/b']], [['a/b', 'a']]])('%j are both there, whichever came first', async (keys) => {
    const { root, store, bucket } = await scope.bucket();
    for (const key of keys) await bucket.put(key, `body of ${key}`, { metadata: { key: key.replace('/', '-') } });
    for (const key of keys) {
      expect(await textOf(bucket, key)).toBe(`body of ${key}`);
      expect((await bucket.stat(key)).metadata).toEqual({ key: key.replace('/', '-') });
      expect(readFileSync(store.pathOf('photos', key), 'utf8')).toBe(`body of ${key}`);
    }
    expect(await bucket.listFilename()).toEqual(['a', 'a/b']);
    await bucket.delete('a/b');
    expect(await textOf(bucket, 'a')).toBe('body of a');
    await bucket.put('a', 'again');
    expect(readFileSync(join(root, 'photos/a'), 'utf8')).toBe('again');
    expect(store.pathOf('photos', 'a')).toBe(join(root, 'photos/a'));
    await bucket.delete('a');
    expect(await bucket.listFilename()).toEqual([]);
    expect(await store.removeBucket('photos')).toBe(true);
  });

  test('whose key ends in a slash is kept elsewhere, and listed in its place', async () => {
    const { root, store, bucket } = await scope.bucket();
    for (const key of ['a-', 'a', 'a/', 'a/b', 'a0', 'b/']) await bucket.put(key, key);
    expect(await bucket.listFilename()).toEqual(['a', 'a-', 'a/', 'a/b', 'a0', 'b/']);
    expect(await bucket.list({ recursive: false, metadata: false }).then((all) => all.map(({ key }) => key))).toEqual([
      'a',
      'a-',
      'a/',
      'a0',
      'b/',
    ]);
    expect(readFileSync(store.pathOf('photos', 'b/'), 'utf8')).toBe('b/');
    expect(existsSync(join(root, 'photos/b'))).toBe(false);
    await expect(store.removeBucket('photos')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
  });
});

describe('a file put there by hand', () => {
  test('is an object, with a type by its extension', async () => {
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

  test('of several parts has the ETag that a put gives', async () => {
    const { root, bucket } = await scope.bucket();
    const body = Buffer.alloc(17 * 2 ** 20, 'abc');
    const { etag } = await bucket.put('put', body);
    writeFileSync(join(root, 'photos/hand'), body);
    expect((await bucket.stat('hand')).etag).toBe(etag);
    expect(etag).toMatch(/-2$/);
  });

  test('can be given tags at once', { timeout: 20_000 }, async () => {
    const { root, bucket } = await scope.bucket();
    writeFileSync(join(root, 'photos/a.txt'), 'hello');
    await bucket.setTags('a.txt', { a: 'b' });
    expect(await bucket.tags('a.txt')).toEqual({ a: 'b' });
    expect(await bucket.stat('a.txt')).toMatchObject({ etag: md5.hello, tagCount: 1, contentType: 'text/plain' });
  });

  test('counts for conditions', async () => {
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
  ['as it is', undefined],
  ['4 ms', 4],
  ['2 s', 2000],
])('with modification times of %s', (_name, step) => {
  const surroundings = step === undefined ? {} : { calls: coarseCalls(step) };

  test('a change by hand, of the same size and at once, is noticed', { timeout: 60_000 }, async () => {
    const { root, bucket } = await scope.bucket(surroundings);
    const path = join(root, 'photos/a');
    for (let round = 0; round < 200; round++) {
      await bucket.put('a', 'hello', attributes);
      expect((await bucket.stat('a')).metadata).toEqual({ by: 'me' });
      writeFileSync(path, 'jello');
      expect(await bucket.stat('a')).toMatchObject({ etag: md5.jello, contentType: 'binary/octet-stream', metadata: {} });
      writeFileSync(path, 'hello');
      // The old body again: its line lends what it knew.
      expect(await bucket.stat('a')).toMatchObject({ etag: md5.hello, contentType: 'text/plain', metadata: { by: 'me' }, tagCount: 1 });
    }
  });

  test('overwrites of the same size are told apart', { timeout: 60_000 }, async () => {
    const { bucket } = await scope.bucket(surroundings);
    for (let round = 0; round < 200; round++) {
      await bucket.put('a', 'hello', { metadata: { round: `${round}` } });
      expect((await bucket.stat('a')).metadata).toEqual({ round: `${round}` });
    }
  });
});

describe('what people do to a folder', () => {
  test('a bucket removed by hand is gone, and comes back empty', async () => {
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

  test('a folder whose name is no bucket name is neither listed nor touched', async () => {
    const { root, store } = await scope.bucket();
    for (const name of ['Not A Bucket', 'x', '.hidden', 'a_b']) mkdirSync(join(root, name));
    writeFileSync(join(root, 'a-file'), '');
    expect(await store.list()).toEqual(['photos']);
    await expect(store.createBucket('a-file')).rejects.toMatchObject({ code: 'BucketAlreadyExists' });
    expect(await store.removeBucket('a-file')).toBe(false);
    expect(readdirSync(root)).toEqual(expect.arrayContaining(['Not A Bucket', 'x', '.hidden', 'a_b', 'a-file']));
  });

  test('empty folders are no objects and hold no bucket up', async () => {
    const { root, store, bucket } = await scope.bucket();
    mkdirSync(join(root, 'photos/a/b/c'), { recursive: true });
    expect(await bucket.list({ recursive: false })).toEqual([]);
    await bucket.put('a', 'x');
    expect(await textOf(bucket, 'a')).toBe('x');
    await bucket.delete('a');
    expect(await store.removeBucket('photos')).toBe(true);
    expect(existsSync(join(root, 'photos'))).toBe(false);
  });

  test('an object renamed by hand is another object', async () => {
    const { root, bucket } = await scope.bucket();
    await bucket.put('a.txt', 'hello', attributes);
    renameSync(join(root, 'photos/a.txt'), join(root, 'photos/b.txt'));
    expect(await bucket.exists('a.txt')).toBe(false);
    expect(await bucket.stat('b.txt')).toMatchObject({ etag: md5.hello, metadata: {} });
  });

  test('the time that users see does not follow the clock of the file', async () => {
    const { root, bucket } = await scope.bucket();
    const before = Math.floor(Date.now() / 1000) * 1000;
    await bucket.put('a', 'x');
    const { lastModified } = await bucket.stat('a');
    expect(lastModified.getTime()).toBeGreaterThanOrEqual(before);
    expect(statSync(join(root, 'photos/a')).mtimeMs).toBeLessThan(Date.now());
  });
});
