import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { failingCalls } from './support/calls.js';
import { scratch, textOf } from './support/scratch.js';

const scope = scratch();
const attributes = { contentType: 'text/plain', metadata: { by: 'me' }, tags: { t: 'u' } };

describe('an object', () => {
  test('is a plain file that contains its body', async () => {
    const { root, store, bucket } = await scope.bucket();
    await bucket.put('2026/a.txt', 'hello', attributes);
    expect(readFileSync(join(root, 'photos/2026/a.txt'), 'utf8')).toBe('hello');
    expect(readdirSync(join(root, 'photos/2026'))).toEqual(['a.txt']);
    expect(store.pathOf('photos', '2026/a.txt')).toBe(join(root, 'photos/2026/a.txt'));
  });

  test('is described by its record, without reading its body', async () => {
    const { root, bucket } = await scope.bucket();
    const unreadable = scope.open(root, { calls: failingCalls(['openSync'], '.body', 'EACCES') }).bucket('photos');
    for (let index = 0; index < 300; index++) {
      await bucket.put(`${index}.body`, index % 2 === 0 ? 'x' : Readable.from([Buffer.from('x')]), attributes);
      expect((await unreadable.stat(`${index}.body`)).metadata).toEqual({ by: 'me' });
    }
    expect(await unreadable.list()).toHaveLength(300);
  });

  test('shares no metadata or tags with others that have the same', async () => {
    const { bucket } = await scope.bucket();
    for (const key of ['a', 'b']) await bucket.put(key, 'x', attributes);
    const results = async (): Promise<unknown[]> => [
      (await bucket.stat('a')).metadata,
      (await bucket.list())[0]?.metadata,
      await bucket.tags('a'),
    ];
    for (const result of await results()) Object.assign(result as object, { by: 'another', t: 'v' });
    expect(await results()).toEqual([{ by: 'me' }, { by: 'me' }, { t: 'u' }]);
    expect(await bucket.tags('b')).toEqual({ t: 'u' });
  });

  test('leaves no empty directories when it is deleted', async () => {
    const { root, bucket } = await scope.bucket();
    await bucket.put('a/b/c', 'x');
    await bucket.put('a/d', 'x');
    await bucket.delete('a/b/c');
    expect(readdirSync(join(root, 'photos/a'))).toEqual(['d']);
    await bucket.delete('a/d');
    expect(readdirSync(join(root, 'photos'))).toEqual([]);
  });

  test.each([[['a', 'a/b']], [['a/b', 'a']]])('%j can both exist, in whichever order they are put', async (keys) => {
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
    await bucket.put('a', 'next');
    expect(readFileSync(join(root, 'photos/a'), 'utf8')).toBe('next');
    expect(store.pathOf('photos', 'a')).toBe(join(root, 'photos/a'));
    await bucket.delete('a');
    expect(await bucket.listFilename()).toEqual([]);
    expect(await store.removeBucket('photos')).toBe(true);
  });

  test('whose key ends in a slash is stored under its hash, and listed in order', async () => {
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

  test('has a lastModified that is independent of the modification time of its file', async () => {
    const { root, bucket } = await scope.bucket();
    const before = Math.floor(Date.now() / 1000) * 1000;
    await bucket.put('a', 'x');
    const { lastModified } = await bucket.stat('a');
    expect(lastModified.getTime()).toBeGreaterThanOrEqual(before);
    expect(statSync(join(root, 'photos/a')).mtimeMs).toBeLessThan(Date.now());
  });
});

test.skipIf(process.platform === 'win32')('ignores directories whose path is longer than any key', async () => {
  const { root, store, bucket } = await scope.bucket();
  await bucket.put('a', 'x');
  const name = 'd'.repeat(250);
  // The path of the file has more bytes than the system accepts.
  execFileSync('sh', ['-c', `for i in $(seq 20); do mkdir ${name} && cd -P ${name} || exit 1; done; echo x > file`], {
    cwd: join(root, 'photos'),
  });
  expect(await bucket.listFilename()).toEqual(['a']);
  expect(await bucket.list({ recursive: false })).toHaveLength(1);
  await bucket.delete('a');
  await expect(store.removeBucket('photos')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
  execFileSync('rm', ['-rf', name], { cwd: join(root, 'photos') });
});

test.each(['EBUSY', 'EXDEV'])('a mount point fails with AccessDenied (%s)', async (code) => {
  const { root, bucket } = await scope.bucket();
  await bucket.put('mounted', 'x');
  const mounted = scope.open(root, { calls: failingCalls(['renameSync', 'unlinkSync'], '/mounted', code) }).bucket('photos');
  for (const write of [() => mounted.put('mounted', 'y'), () => mounted.delete('mounted')])
    await expect(write()).rejects.toMatchObject({ code: 'AccessDenied', cause: { code } });
  expect(await textOf(mounted, 'mounted')).toBe('x');
});
