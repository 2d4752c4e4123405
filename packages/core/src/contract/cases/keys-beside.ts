import assert from 'node:assert/strict';
import { textOf } from '../bodies.js';
import { fails, listed } from '../check.js';
import { contractCase } from '../contract-case.js';
import { expectedListing, inByteOrder } from '../reference.js';

/** Keys of which one is a folder of another, in every order of writing. */
const families: Readonly<Record<string, readonly string[]>> = {
  'object-then-below': ['a', 'a/b'],
  'below-then-object': ['a/b', 'a'],
  'object-then-deep-below': ['a', 'a/b/c/d'],
  'deep-below-then-object': ['a/b/c/d', 'a'],
  'folder-then-object': ['a/', 'a'],
  'object-then-folder': ['a', 'a/'],
  'folder-then-below': ['a/', 'a/b'],
  'below-then-folder': ['a/b', 'a/'],
  'all-three-1': ['a', 'a/', 'a/b'],
  'all-three-2': ['a/b', 'a/', 'a'],
  'all-three-3': ['a/', 'a/b', 'a'],
  chain: ['a/b/c', 'a', 'a/b', 'a/b/c/'],
};

/** Listed where objects below objects are: without the trait only what has no object above it is promised. */
function visible(keys: readonly string[], listsBelowObjects: boolean): string[] {
  const hidden = (key: string): boolean => keys.some((above) => key.startsWith(`${above}/`) && key !== `${above}/`);
  return inByteOrder(listsBelowObjects ? keys : keys.filter((key) => !hidden(key)));
}

/** Objects beside folders of the same name. */
export const besideCases = [
  ...Object.entries(families).map(([id, keys]) =>
    contractCase(
      `keys-beside/${id}`,
      async ({ datastore, bucket }) => {
        const { listsBelowObjects } = datastore.capabilities;
        for (const key of keys) await bucket.put(key, `old ${key}`, { metadata: { key: 'old' } });
        for (const key of keys) await bucket.put(key, `body of ${key}`, { metadata: { key } });
        const seen = await bucket.listFilename();
        for (const key of visible(keys, listsBelowObjects)) assert.ok(seen.includes(key), `${key} is listed`);
        assert.ok(seen.length <= keys.length);
        const left = [...keys];
        while (left.length > 0) {
          for (const key of left) {
            assert.equal(await textOf(bucket, key), `body of ${key}`);
            assert.equal((await bucket.stat(key)).metadata['key'], key);
          }
          const gone = left.shift() as string;
          await bucket.delete(gone);
          await fails(() => bucket.get(gone), 'NoSuchKey');
          assert.equal(await bucket.exists(gone), false);
        }
        assert.deepEqual(await bucket.list(), []);
        assert.equal(await datastore.removeBucket(bucket.name), true);
      },
      { traits: ['listsBelowObjects'] },
    ),
  ),

  contractCase(
    'keys-beside/folded',
    async ({ datastore, bucket }) => {
      const keys = ['a', 'a-', 'a/', 'a/b', 'b'];
      for (const key of keys) await bucket.put(key, key);
      assert.deepEqual(listed(await bucket.list({ recursive: false })), expectedListing(keys, { delimiter: '/' }));
      if (datastore.capabilities.listsBelowObjects) {
        assert.deepEqual(listed(await bucket.list({ recursive: false, prefix: 'a/' })), ['a/', 'a/b']);
      }
    },
    { traits: ['listsBelowObjects'] },
  ),

  contractCase('keys-beside/copies', async ({ bucket }) => {
    await bucket.put('source', 'body');
    for (const key of ['a/b', 'a', 'a/']) await bucket.fcopyTo(bucket.name, key, 'source');
    await bucket.fcopyTo(bucket.name, 'a/b/c', 'a/b');
    for (const key of ['a', 'a/', 'a/b', 'a/b/c']) assert.equal(await textOf(bucket, key), 'body');
  }),

  contractCase('keys-beside/prefix-is-no-object', async ({ bucket }) => {
    await bucket.put('p/q/r', 'body');
    for (const key of ['p', 'p/', 'p/q', 'p/q/', 'p/q/r/']) {
      await fails(() => bucket.get(key), 'NoSuchKey', { operation: 'get', bucket: bucket.name, key });
      await fails(() => bucket.stat(key), 'NoSuchKey');
      assert.equal(await bucket.exists(key), false);
      await fails(() => bucket.fcopyTo(bucket.name, 'copy', key), 'NoSuchKey');
      await bucket.delete(key);
      await bucket.delete([key]);
      assert.equal(await textOf(bucket, 'p/q/r'), 'body');
    }
  }),

  contractCase('keys-beside/below-an-object-is-nothing', async ({ bucket }) => {
    await bucket.put('file', 'body');
    for (const key of ['file/', 'file/x', 'file/x/y']) {
      await fails(() => bucket.get(key), 'NoSuchKey');
      assert.equal(await bucket.exists(key), false);
      await bucket.delete(key);
    }
    assert.equal(await textOf(bucket, 'file'), 'body');
  }),

  contractCase('keys-beside/no-folder-remains', async ({ bucket }) => {
    await bucket.put('p/q/r', 'body');
    await bucket.put('p/s', 'body');
    await bucket.delete('p/q/r');
    assert.deepEqual(listed(await bucket.list({ recursive: false, prefix: 'p/' })), ['p/s']);
    await bucket.delete(['p/s']);
    assert.deepEqual(await bucket.list({ recursive: false }), []);
    await bucket.put('p', 'a file where a folder was');
    assert.deepEqual(listed(await bucket.list({ recursive: false })), ['p']);
  }),

  contractCase('keys-beside/folder-with-a-body', async ({ bucket }) => {
    const { etag } = await bucket.put('d/', 'a body', { contentType: 'text/plain' });
    await bucket.put('d/e', 'below');
    const info = await bucket.stat('d/');
    assert.deepEqual([info.etag, info.size, info.contentType], [etag, 6, 'text/plain']);
    assert.equal(await textOf(bucket, 'd/'), 'a body');
  }),
];
