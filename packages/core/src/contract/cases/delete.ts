import assert from 'node:assert/strict';
import { putAll, textOf } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `k${String(index).padStart(5, '0')}`);

/** Keys that are hard to carry in one request. */
const odd = [
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

/** Deleting. */
export const deleteCases = [
  contractCase('delete/one', async ({ bucket }) => {
    await bucket.put('k', 'body');
    assert.equal(await bucket.delete('k'), undefined);
    await fails(() => bucket.get('k'), 'NoSuchKey');
    assert.deepEqual(await bucket.list(), []);
  }),

  contractCase('delete/missing', async ({ bucket }) => {
    await bucket.delete('missing');
    await bucket.delete('missing/folder/k');
    await bucket.put('k', 'body');
    await bucket.delete('k');
    await bucket.delete('k');
  }),

  contractCase('delete/nothing-else', async ({ bucket }) => {
    const others = ['A', 'a ', 'a-', 'a.', 'a0', 'aa', 'b/a', 'c', 'ä'];
    await putAll(bucket, ['a', ...others]);
    await bucket.delete('a');
    assert.deepEqual(await bucket.listFilename(), others);
    for (const key of others) assert.equal(await textOf(bucket, key), key);
  }),

  contractCase('delete/in-this-bucket-only', async ({ bucket, anotherBucket }) => {
    const other = await anotherBucket();
    await putAll(bucket, ['a', 'b']);
    await putAll(other, ['a', 'b']);
    await bucket.delete('a');
    await bucket.delete(['b']);
    assert.deepEqual(await other.listFilename(), ['a', 'b']);
  }),

  contractCase('delete/nothing-remains', async ({ bucket }) => {
    await bucket.put('k', 'old', { contentType: 'text/plain', cacheControl: 'no-store', metadata: { old: 'yes' } });
    await bucket.delete('k');
    await bucket.put('k', 'new');
    const info = await bucket.stat('k');
    assert.deepEqual([info.size, info.contentType, 'cacheControl' in info, { ...info.metadata }], [3, 'binary/octet-stream', false, {}]);
  }),

  contractCase('delete/batch', async ({ bucket }) => {
    await putAll(bucket, ['a', 'b', 'c', 'd/e', 'kept', 'd/kept']);
    const keys = ['c', 'missing', 'a', 'd/e', 'd', 'never/there', 'b'];
    assert.deepEqual(await bucket.delete(keys), { deleted: keys });
    assert.deepEqual(await bucket.listFilename(), ['d/kept', 'kept']);
    for (const key of ['a', 'b', 'c', 'd/e']) assert.equal(await bucket.exists(key), false);
  }),

  contractCase('delete/batch-nothing-else', async ({ bucket }) => {
    const others = ['A', 'a/', 'a-', 'aa', 'b/a', 'k1', 'k10'];
    await putAll(bucket, ['k', 'k100', ...others]);
    await bucket.delete(['k', 'k100', 'b']);
    assert.deepEqual(await bucket.listFilename(), ['A', 'a-', 'a/', 'aa', 'b/a', 'k1', 'k10']);
  }),

  contractCase('delete/batch-of-none', async ({ bucket }) => {
    await bucket.put('k', 'body');
    assert.deepEqual(await bucket.delete([]), { deleted: [] });
    assert.equal(await bucket.exists('k'), true);
  }),

  contractCase('delete/batch-of-missing', async ({ bucket }) => {
    assert.deepEqual(await bucket.delete(['x', 'y']), { deleted: ['x', 'y'] });
  }),

  contractCase('delete/batch-with-duplicates', async ({ bucket }) => {
    await putAll(bucket, ['a', 'b']);
    assert.deepEqual(await bucket.delete(['b', 'a', 'b']), { deleted: ['b', 'a'] });
    assert.deepEqual(await bucket.list(), []);
  }),

  contractCase('delete/batch-of-odd-keys', async ({ bucket }) => {
    await putAll(bucket, [...odd, 'kept']);
    assert.deepEqual(await bucket.delete(odd), { deleted: odd });
    assert.deepEqual(await bucket.listFilename(), ['kept']);
  }),

  ...[1000, 1001, 2500].map((count) =>
    contractCase(`delete/batch-of-${count}`, async ({ bucket }) => {
      // The first and last of each thousand exist: enough to see a batch that was cut or left out.
      const keys = numbered(count);
      const there = keys.filter((_, index) => [0, 999].includes(index % 1000) || index === count - 1);
      await putAll(bucket, [...there, 'kept']);
      assert.deepEqual(await bucket.delete(keys), { deleted: keys });
      assert.deepEqual(await bucket.listFilename(), ['kept']);
    }),
  ),

  contractCase('delete/batch-given-array-stays', async ({ bucket }) => {
    const keys = Object.freeze(['b', 'a']);
    await bucket.delete(keys);
    assert.deepEqual(keys, ['b', 'a']);
  }),

  contractCase('delete/same-key-at-once', async ({ bucket }) => {
    await bucket.put('k', 'body');
    await Promise.all(Array.from({ length: 8 }, () => bucket.delete('k')));
    assert.equal(await bucket.exists('k'), false);
  }),
];
