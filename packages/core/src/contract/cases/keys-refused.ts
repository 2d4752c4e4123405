import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '../../api/datastore.js';
import type { StorageErrorCode } from '../../api/errors.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

/** Keys that no backend stores, with the code of the refusal. */
const refused: Readonly<Record<string, readonly [StorageErrorCode, unknown]>> = {
  empty: ['InvalidKey', ''],
  undefined: ['InvalidArgument', undefined],
  null: ['InvalidArgument', null],
  number: ['InvalidArgument', 7],
  object: ['InvalidArgument', { key: 'k' }],
  dot: ['InvalidKey', '.'],
  'dot-dot': ['InvalidKey', '..'],
  'dot-segment': ['InvalidKey', 'a/./b'],
  'dot-dot-segment': ['InvalidKey', 'a/../b'],
  'dot-dot-first': ['InvalidKey', '../other/k'],
  'dot-dot-last': ['InvalidKey', 'a/..'],
  'dot-folder': ['InvalidKey', 'a/./'],
  'dot-dot-and-spaces': ['InvalidKey', 'a/ .. /b'],
  'dot-and-tabs': ['InvalidKey', '\t.\t'],
  'dot-dot-backslash': ['InvalidKey', '..\\k'],
  'dot-dot-between-backslashes': ['InvalidKey', 'a\\..\\b'],
  'slash-only': ['InvalidKey', '/'],
  'leading-slash': ['InvalidKey', '/a'],
  'two-slashes': ['InvalidKey', 'a//b'],
  'two-slashes-last': ['InvalidKey', 'a//'],
  nul: ['InvalidKey', 'a\0b'],
  'lone-high-surrogate': ['InvalidKey', 'a\ud83c'],
  'lone-low-surrogate': ['InvalidKey', '\udf0da'],
  'folder-mark': ['InvalidKey', 'a__XLDIR__'],
  'folder-mark-only': ['InvalidKey', '__XLDIR__'],
  'folder-mark-segment': ['InvalidKey', 'a__XLDIR__/b'],
  '1025-bytes': ['KeyTooLongError', ['x'.repeat(255), 'x'.repeat(255), 'x'.repeat(255), 'x'.repeat(251), 'xxxxx'].join('/')],
  '1025-bytes-of-513-characters': ['KeyTooLongError', `${'é'.repeat(512)}x`],
  'segment-of-256': ['InvalidKey', `a/${'x'.repeat(256)}/b`],
  'segment-of-256-bytes': ['InvalidKey', 'é'.repeat(128)],
  'folder-of-247': ['InvalidKey', `${'x'.repeat(247)}/`],
};

/** Everything that takes a key. */
const uses: Readonly<Record<string, (bucket: Bucket, key: string, folder: string) => unknown>> = {
  put: (bucket, key) => bucket.put(key, 'body'),
  get: (bucket, key) => bucket.get(key),
  stat: (bucket, key) => bucket.stat(key),
  exists: (bucket, key) => bucket.exists(key),
  delete: (bucket, key) => bucket.delete(key),
  fput: (bucket, key, folder) => bucket.fput(key, join(folder, 'source')),
  fget: (bucket, key, folder) => bucket.fget(key, join(folder, 'target')),
  putRequest: (bucket, key) => bucket.putRequest('http://127.0.0.1:9/never-asked', key),
  fcopyTo: (bucket, key) => bucket.fcopyTo(bucket.name, key, 'kept'),
};

/** Bad keys: refused alike by all calls, before anything else is looked at. */
export const refusedKeyCases = [
  ...Object.entries(refused).map(([id, [code, given]]) =>
    contractCase(`keys-refused/${id}`, async ({ datastore, bucket, freeName, folder }) => {
      const key = given as string;
      const path = await folder();
      await writeFile(join(path, 'source'), 'body');
      await bucket.put('kept', 'body');
      // A key is looked at before the bucket: a missing one makes no difference.
      const missing = datastore.bucket(freeName());
      const named = typeof key === 'string' && key !== '' ? { key } : {};
      for (const [operation, use] of Object.entries(uses)) {
        await fails(() => use(bucket, key, path), code, { operation, bucket: bucket.name, ...named });
        if (operation !== 'fcopyTo') await fails(() => use(missing, key, path), code, { operation, bucket: missing.name, ...named });
      }
      await fails(() => bucket.fcopyTo(bucket.name, 'target', key), code, { operation: 'fcopyTo' });
      await fails(() => bucket.stat(['kept', key]), code, { operation: 'stat' });
      await fails(() => bucket.delete(['kept', key]), code, { operation: 'delete' });
      assert.deepEqual(await bucket.listFilename(), ['kept']);
    }),
  ),

  contractCase('keys-refused/batch-deletes-nothing', async ({ bucket }) => {
    const keys = Array.from({ length: 5 }, (_, index) => `k${index}`);
    for (const key of keys) await bucket.put(key, 'body');
    await fails(() => bucket.delete([...keys, '../other/k']), 'InvalidKey', { operation: 'delete', key: '../other/k' });
    assert.deepEqual(await bucket.listFilename(), keys);
  }),

  contractCase('keys-refused/batch-behind-a-thousand', async ({ bucket }) => {
    // All keys are checked before the first batch is sent, not batch by batch.
    await bucket.put('k0', 'body');
    const keys = Array.from({ length: 1500 }, (_, index) => `k${index}`);
    await fails(() => bucket.delete([...keys, 'a//b']), 'InvalidKey');
    assert.deepEqual(await bucket.listFilename(), ['k0']);
  }),

  contractCase('keys-refused/other-bucket-untouched', async ({ bucket, anotherBucket }) => {
    const other = await anotherBucket();
    await other.put('k', 'body');
    const escape = `../${other.name}/k`;
    await fails(() => bucket.put(escape, 'evil'), 'InvalidKey');
    await fails(() => bucket.delete(escape), 'InvalidKey');
    await fails(() => bucket.delete([escape]), 'InvalidKey');
    assert.deepEqual(await other.listFilename(), ['k']);
  }),

  contractCase(
    'keys-refused/tags',
    async ({ bucket }) => {
      for (const use of [() => bucket.tags('a//b'), () => bucket.setTags('a//b', { a: 'b' }), () => bucket.removeTags('a//b')]) {
        await fails(use, 'InvalidKey', { key: 'a//b' });
      }
    },
    { needs: ['tags'] },
  ),
];
