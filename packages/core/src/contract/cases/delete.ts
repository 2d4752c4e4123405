import assert from 'node:assert/strict';
import { numberedKeys, putKeys, readText } from '../bodies.js';
import { expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

/** Keys that are easily corrupted in the XML of a batch request. */
const specialKeys = [
  'a\u0001b',
  'a\u001fb',
  'a\ufffeb',
  'a\rb',
  'a\nb',
  'a&b<c>"d\'',
  'a%2Fb',
  'a b',
  'a+b',
  '🌍',
  'é',
  ' a ',
  'a/',
  'x\\y',
  '__proto__',
  '007',
];

/** Batches at and above the 1000 keys of one S3 request. */
const batchSizes: Readonly<Record<string, number>> = {
  'delete/batch-of-1000': 1000,
  'delete/batch-of-1001': 1001,
  'delete/batch-of-2500': 2500,
};

/** Deleting one object, or a batch. */
export const deleteCases = [
  contractCase('delete/existing', async ({ bucket }) => {
    await bucket.put('k', 'body');
    assert.deepEqual(await bucket.delete('k'), {});
    await expectError(() => bucket.get('k'), 'NoSuchKey');
    assert.deepEqual(await bucket.list(), []);
  }),

  contractCase('delete/missing', async ({ bucket }) => {
    await bucket.delete('missing');
    await bucket.delete('missing/folder/k');
    await bucket.put('k', 'body');
    await bucket.delete('k');
    await bucket.delete('k');
  }),

  contractCase('delete/only-the-key', async ({ bucket }) => {
    const others = ['A', 'a ', 'a-', 'a.', 'a0', 'aa', 'b/a', 'c', 'ä'];
    await putKeys(bucket, ['a', ...others]);
    await bucket.delete('a');
    assert.deepEqual(await bucket.listFilename(), others);
    for (const key of others) assert.equal(await readText(bucket, key), key);
  }),

  contractCase('delete/only-in-this-bucket', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await putKeys(bucket, ['a', 'b']);
    await putKeys(other, ['a', 'b']);
    await bucket.delete('a');
    await bucket.delete(['b']);
    assert.deepEqual(await other.listFilename(), ['a', 'b']);
  }),

  contractCase('delete/no-stale-attributes', async ({ bucket }) => {
    await bucket.put('k', 'old', { contentType: 'text/plain', cacheControl: 'no-store', metadata: { old: 'yes' } });
    await bucket.delete('k');
    await bucket.put('k', 'new');
    const info = await bucket.stat('k');
    assert.deepEqual([info.size, info.contentType, 'cacheControl' in info, { ...info.metadata }], [3, 'binary/octet-stream', false, {}]);
  }),

  contractCase('delete/batch', async ({ bucket }) => {
    await putKeys(bucket, ['a', 'b', 'c', 'd/e', 'kept', 'd/kept']);
    const keys = ['c', 'missing', 'a', 'd/e', 'd', 'never/there', 'b'];
    assert.deepEqual(await bucket.delete(keys), { deleted: keys });
    assert.deepEqual(await bucket.listFilename(), ['d/kept', 'kept']);
    for (const key of ['a', 'b', 'c', 'd/e']) assert.equal(await bucket.exists(key), false);
  }),

  contractCase('delete/batch-only-the-keys', async ({ bucket }) => {
    const others = ['A', 'a/', 'a-', 'aa', 'b/a', 'k1', 'k10'];
    await putKeys(bucket, ['k', 'k100', ...others]);
    await bucket.delete(['k', 'k100', 'b']);
    assert.deepEqual(await bucket.listFilename(), ['A', 'a-', 'a/', 'aa', 'b/a', 'k1', 'k10']);
  }),

  contractCase('delete/batch-empty', async ({ bucket }) => {
    await bucket.put('k', 'body');
    assert.deepEqual(await bucket.delete([]), { deleted: [] });
    assert.equal(await bucket.exists('k'), true);
  }),

  contractCase('delete/batch-missing-keys', async ({ bucket }) => {
    assert.deepEqual(await bucket.delete(['x', 'y']), { deleted: ['x', 'y'] });
  }),

  contractCase('delete/batch-duplicates', async ({ bucket }) => {
    await putKeys(bucket, ['a', 'b']);
    assert.deepEqual(await bucket.delete(['b', 'a', 'b']), { deleted: ['b', 'a'] });
    assert.deepEqual(await bucket.list(), []);
  }),

  contractCase('delete/batch-special-characters', async ({ bucket }) => {
    await putKeys(bucket, [...specialKeys, 'kept']);
    assert.deepEqual(await bucket.delete(specialKeys), { deleted: specialKeys });
    assert.deepEqual(await bucket.listFilename(), ['kept']);
  }),

  ...entriesOf(batchSizes).map(([id, count]) =>
    contractCase(id, async ({ bucket }) => {
      // The first and last of each thousand exist, which is enough to detect a missing batch.
      const keys = numberedKeys(count);
      const existing = keys.filter((_, index) => [0, 999].includes(index % 1000) || index === count - 1);
      await putKeys(bucket, [...existing, 'kept']);
      assert.deepEqual(await bucket.delete(keys), { deleted: keys });
      assert.deepEqual(await bucket.listFilename(), ['kept']);
    }),
  ),

  contractCase('delete/batch-input-unchanged', async ({ bucket }) => {
    const keys = Object.freeze(['b', 'a']);
    await bucket.delete(keys);
    assert.deepEqual(keys, ['b', 'a']);
  }),

  contractCase('delete/same-key-concurrently', async ({ bucket }) => {
    await bucket.put('k', 'body');
    await Promise.all(Array.from({ length: 8 }, () => bucket.delete('k')));
    assert.equal(await bucket.exists('k'), false);
  }),
];
