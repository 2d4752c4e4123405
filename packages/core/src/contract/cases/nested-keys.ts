import assert from 'node:assert/strict';
import { readText } from '../bodies.js';
import { expectError, entryKeys } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { expectedListing, sortByBytes } from '../reference.js';

/** Keys that are folders of each other, in different orders of creation. */
const keySets: Readonly<Record<string, readonly string[]>> = {
  'nested-keys/object-then-child': ['a', 'a/b'],
  'nested-keys/child-then-object': ['a/b', 'a'],
  'nested-keys/object-then-descendant': ['a', 'a/b/c/d'],
  'nested-keys/descendant-then-object': ['a/b/c/d', 'a'],
  'nested-keys/folder-then-object': ['a/', 'a'],
  'nested-keys/object-then-folder': ['a', 'a/'],
  'nested-keys/folder-then-child': ['a/', 'a/b'],
  'nested-keys/child-then-folder': ['a/b', 'a/'],
  'nested-keys/object-folder-child': ['a', 'a/', 'a/b'],
  'nested-keys/child-folder-object': ['a/b', 'a/', 'a'],
  'nested-keys/folder-child-object': ['a/', 'a/b', 'a'],
  'nested-keys/chain': ['a/b/c', 'a', 'a/b', 'a/b/c/'],
};

/** Returns the keys that must be listed. Without the trait, a key below another object need not be. */
function listedKeys(keys: readonly string[], listsBelowObjects: boolean): string[] {
  const hidden = (key: string): boolean => keys.some((above) => key.startsWith(`${above}/`) && key !== `${above}/`);
  return sortByBytes(listsBelowObjects ? keys : keys.filter((key) => !hidden(key)));
}

/** Objects, and folders with the same name. */
export const nestedKeyCases = [
  ...entriesOf(keySets).map(([id, keys]) =>
    contractCase(
      id,
      async ({ datastore, bucket }) => {
        const { listsBelowObjects } = datastore.capabilities;
        for (const key of keys) await bucket.put(key, `old ${key}`, { metadata: { key: 'old' } });
        for (const key of keys) await bucket.put(key, `body of ${key}`, { metadata: { key } });
        const seen = await bucket.listFilename();
        for (const key of listedKeys(keys, listsBelowObjects)) assert.ok(seen.includes(key), `${key} is listed`);
        assert.ok(seen.length <= keys.length);
        const remaining = [...keys];
        while (remaining.length > 0) {
          for (const key of remaining) {
            assert.equal(await readText(bucket, key), `body of ${key}`);
            assert.equal((await bucket.stat(key)).metadata['key'], key);
          }
          const deleted = remaining.shift() as string;
          await bucket.delete(deleted);
          await expectError(() => bucket.get(deleted), 'NoSuchKey');
          assert.equal(await bucket.exists(deleted), false);
        }
        assert.deepEqual(await bucket.list(), []);
        assert.equal(await datastore.removeBucket(bucket.name), true);
      },
      { traits: ['listsBelowObjects'] },
    ),
  ),

  contractCase(
    'nested-keys/delimiter-listing',
    async ({ datastore, bucket }) => {
      const keys = ['a', 'a-', 'a/', 'a/b', 'b'];
      for (const key of keys) await bucket.put(key, key);
      assert.deepEqual(entryKeys(await bucket.list({ recursive: false })), expectedListing(keys, { delimiter: '/' }));
      if (datastore.capabilities.listsBelowObjects) {
        assert.deepEqual(entryKeys(await bucket.list({ recursive: false, prefix: 'a/' })), ['a/', 'a/b']);
      }
    },
    { traits: ['listsBelowObjects'] },
  ),

  contractCase('nested-keys/copy', async ({ bucket }) => {
    await bucket.put('source', 'body');
    for (const key of ['a/b', 'a', 'a/']) await bucket.fcopyTo(bucket.name, key, 'source');
    await bucket.fcopyTo(bucket.name, 'a/b/c', 'a/b');
    for (const key of ['a', 'a/', 'a/b', 'a/b/c']) assert.equal(await readText(bucket, key), 'body');
  }),

  contractCase('nested-keys/prefix-is-not-an-object', async ({ bucket }) => {
    await bucket.put('p/q/r', 'body');
    for (const key of ['p', 'p/', 'p/q', 'p/q/', 'p/q/r/']) {
      await expectError(() => bucket.get(key), 'NoSuchKey', { operation: 'get', bucket: bucket.name, key });
      await expectError(() => bucket.stat(key), 'NoSuchKey');
      assert.equal(await bucket.exists(key), false);
      await expectError(() => bucket.fcopyTo(bucket.name, 'copy', key), 'NoSuchKey');
      await bucket.delete(key);
      await bucket.delete([key]);
      assert.equal(await readText(bucket, 'p/q/r'), 'body');
    }
  }),

  contractCase('nested-keys/nothing-below-object', async ({ bucket }) => {
    await bucket.put('file', 'body');
    for (const key of ['file/', 'file/x', 'file/x/y']) {
      await expectError(() => bucket.get(key), 'NoSuchKey');
      assert.equal(await bucket.exists(key), false);
      await bucket.delete(key);
    }
    assert.equal(await readText(bucket, 'file'), 'body');
  }),

  contractCase('nested-keys/no-folder-after-delete', async ({ bucket }) => {
    await bucket.put('p/q/r', 'body');
    await bucket.put('p/s', 'body');
    await bucket.delete('p/q/r');
    assert.deepEqual(entryKeys(await bucket.list({ recursive: false, prefix: 'p/' })), ['p/s']);
    await bucket.delete(['p/s']);
    assert.deepEqual(await bucket.list({ recursive: false }), []);
    await bucket.put('p', 'a file where a folder was');
    assert.deepEqual(entryKeys(await bucket.list({ recursive: false })), ['p']);
  }),

  contractCase('nested-keys/folder-object-with-body', async ({ bucket }) => {
    const { etag } = await bucket.put('d/', 'a body', { contentType: 'text/plain' });
    await bucket.put('d/e', 'below');
    const info = await bucket.stat('d/');
    assert.deepEqual([info.etag, info.size, info.contentType], [etag, 6, 'text/plain']);
    assert.equal(await readText(bucket, 'd/'), 'a body');
  }),
];
