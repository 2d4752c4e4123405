import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { foldingVolume } from '../support/calls.js';
import { scratch, textOf } from '../support/scratch.js';

const scope = scratch();
const format = (root: string) => join(root, '.anybucket/format.json');

describe('on a volume that folds names', () => {
  const keys = ['a', 'A', 'a/b', 'A/b', 'a/B', 'é', 'e\u0301', 'É', 'straße', 'strasse', 'STRASSE', 'x.txt', 'X.TXT', 'x/', 'X/'];

  test.each(['NFC', 'NFD'] as const)('and lists them in %s, no two keys share a file', async (form) => {
    const root = scope.directory();
    const { calls, real } = foldingVolume(root, form);
    const store = scope.open(root, { calls });
    await store.createBucket('photos');
    const bucket = store.bucket('photos');
    for (const key of keys) await bucket.put(key, `body of ${key}`, { metadata: { key: encodeURIComponent(key) } });
    for (const key of keys) {
      expect(await textOf(bucket, key)).toBe(`body of ${key}`);
      expect((await bucket.stat(key)).metadata).toEqual({ key: encodeURIComponent(key) });
      expect(readFileSync(real(store.pathOf('photos', key)), 'utf8')).toBe(`body of ${key}`);
    }
    expect(await bucket.listFilename()).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    expect(readdirSync(join(root, 'photos'))).toEqual(expect.arrayContaining(['a', 'x.txt']));
    for (const key of keys.filter((_, index) => index % 2 === 0)) await bucket.delete(key);
    for (const [index, key] of keys.entries()) expect(await bucket.exists(key)).toBe(index % 2 === 1);
  });

  test('a file added by hand in upper case is listed in lower case', async () => {
    const root = scope.directory();
    const { calls, real } = foldingVolume(root);
    const store = scope.open(root, { calls });
    await store.createBucket('photos');
    writeFileSync(real(join(root, 'photos/README')), 'x');
    expect(await store.bucket('photos').listFilename()).toEqual(['readme']);
    expect(await textOf(store.bucket('photos'), 'readme')).toBe('x');
  });

  test('the name rules are stored, and apply on any other volume too', async () => {
    const root = scope.directory();
    await scope.open(root, foldingVolume(root)).createBucket('photos');
    expect(JSON.parse(readFileSync(format(root), 'utf8'))).toMatchObject({ version: 1, foldsNames: true });
    const bucket = scope.open(root).bucket('photos');
    await bucket.put('A', 'x');
    expect(readdirSync(join(root, 'photos'))).toEqual([]);
    expect(await textOf(bucket, 'A')).toBe('x');
  });

  test('a root that was created on a volume with exact names is rejected', async () => {
    const root = scope.directory();
    await scope.open(root).createBucket('photos');
    await expect(scope.open(root, foldingVolume(root)).list()).rejects.toMatchObject({ code: 'ConfigError' });
  });
});

describe('format.json', () => {
  test.each(['{"version":2}', '{"version":1}', 'garbage', '', '[]', 'null'])('containing %j is rejected with its path', async (content) => {
    const root = scope.directory();
    mkdirSync(join(root, '.anybucket'));
    writeFileSync(format(root), content);
    const error: unknown = await scope
      .open(root)
      .list()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'ConfigError' });
    expect((error as Error).message).toContain(format(root));
  });
});
