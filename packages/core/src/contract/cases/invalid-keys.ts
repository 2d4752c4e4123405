import assert from 'node:assert/strict';
import type { StorageErrorCode } from '../../api/errors.js';
import { expectError } from '../assertions.js';
import { calls, callsIn, createSourceFolder, entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import type { CaseOptions, ContractCase } from '../contract-case.js';

type Row = readonly [StorageErrorCode, unknown];

/** Keys that every backend rejects, with the error code. */
const invalid: Readonly<Record<string, Row>> = {
  'invalid-keys/empty': ['InvalidKey', ''],
  'invalid-keys/undefined': ['InvalidArgument', undefined],
  'invalid-keys/null': ['InvalidArgument', null],
  'invalid-keys/number': ['InvalidArgument', 7],
  'invalid-keys/object': ['InvalidArgument', { name: 'k' }],
  'invalid-keys/lone-high-surrogate': ['InvalidKey', 'a\ud83c'],
  'invalid-keys/lone-low-surrogate': ['InvalidKey', '\udf0da'],
  'invalid-keys/1025-bytes': ['KeyTooLongError', ['x'.repeat(255), 'x'.repeat(255), 'x'.repeat(255), 'x'.repeat(251), 'xxxxx'].join('/')],
  'invalid-keys/1025-bytes-of-513-characters': ['KeyTooLongError', `${'é'.repeat(512)}x`],
};

/** Keys of S3 that are not portable. */
const notPortable: Readonly<Record<string, Row>> = {
  'invalid-keys/dot': ['InvalidKey', '.'],
  'invalid-keys/dot-dot': ['InvalidKey', '..'],
  'invalid-keys/dot-segment': ['InvalidKey', 'a/./b'],
  'invalid-keys/dot-dot-segment': ['InvalidKey', 'a/../b'],
  'invalid-keys/leading-dot-dot': ['InvalidKey', '../other/k'],
  'invalid-keys/trailing-dot-dot': ['InvalidKey', 'a/..'],
  'invalid-keys/dot-folder': ['InvalidKey', 'a/./'],
  'invalid-keys/dot-dot-and-spaces': ['InvalidKey', 'a/ .. /b'],
  'invalid-keys/dot-and-tabs': ['InvalidKey', '\t.\t'],
  'invalid-keys/dot-dot-backslash': ['InvalidKey', '..\\k'],
  'invalid-keys/dot-dot-between-backslashes': ['InvalidKey', 'a\\..\\b'],
  'invalid-keys/slash-only': ['InvalidKey', '/'],
  'invalid-keys/leading-slash': ['InvalidKey', '/a'],
  'invalid-keys/two-slashes': ['InvalidKey', 'a//b'],
  'invalid-keys/two-trailing-slashes': ['InvalidKey', 'a//'],
  'invalid-keys/nul': ['InvalidKey', 'a\0b'],
  'invalid-keys/minio-folder-marker': ['InvalidKey', 'a__XLDIR__'],
  'invalid-keys/minio-folder-marker-only': ['InvalidKey', '__XLDIR__'],
  'invalid-keys/minio-folder-marker-segment': ['InvalidKey', 'a__XLDIR__/b'],
  'invalid-keys/segment-of-256-characters': ['InvalidKey', `a/${'x'.repeat(256)}/b`],
  'invalid-keys/segment-of-256-bytes': ['InvalidKey', 'é'.repeat(128)],
  'invalid-keys/folder-of-247': ['InvalidKey', `${'x'.repeat(247)}/`],
};

function invalidKeyCase(id: string, [code, given]: Row, options?: CaseOptions): ContractCase {
  return contractCase(
    id,
    async (fixture) => {
      const { datastore, bucket, unusedName } = fixture;
      const key = given as string;
      const folder = await createSourceFolder(fixture);
      await bucket.put('kept', 'body');
      const expected = typeof key === 'string' && key !== '' ? { key } : {};
      // The key is checked before the bucket, so a missing bucket makes no difference.
      for (const target of [bucket, datastore.bucket(unusedName())]) {
        for (const name of callsIn('key', datastore)) {
          const { operation, run } = calls[name];
          const call = (): unknown => run({ bucket: target, bucketName: target.name, key, folder });
          await expectError(call, code, { operation, bucket: target.name, ...expected });
        }
      }
      await expectError(() => bucket.fcopyTo(bucket.name, 'target', key), code, { operation: 'fcopyTo' });
      await expectError(() => bucket.stat(['kept', key]), code, { operation: 'stat' });
      await expectError(() => bucket.delete(['kept', key]), code, { operation: 'delete' });
      assert.deepEqual(await bucket.listFilename(), ['kept']);
    },
    options,
  );
}

/** Invalid keys: rejected by every call before anything else is checked. */
export const invalidKeyCases = [
  ...entriesOf(invalid).map(([id, row]) => invalidKeyCase(id, row)),
  ...entriesOf(notPortable).map(([id, row]) => invalidKeyCase(id, row, { requires: ['not anyKeys'] })),

  contractCase('invalid-keys/batch-deletes-nothing', async ({ bucket }) => {
    const keys = Array.from({ length: 5 }, (_, index) => `k${index}`);
    for (const key of keys) await bucket.put(key, 'body');
    await expectError(() => bucket.delete([...keys, 'a\ud800']), 'InvalidKey', { operation: 'delete', key: 'a\ud800' });
    assert.deepEqual(await bucket.listFilename(), keys);
  }),

  contractCase('invalid-keys/batch-over-1000', async ({ bucket }) => {
    // All keys are checked before the first batch is sent.
    await bucket.put('k0', 'body');
    const keys = Array.from({ length: 1500 }, (_, index) => `k${index}`);
    await expectError(() => bucket.delete([...keys, 'a\ud800']), 'InvalidKey');
    assert.deepEqual(await bucket.listFilename(), ['k0']);
  }),

  contractCase(
    'invalid-keys/other-bucket-untouched',
    async ({ bucket, createAnotherBucket }) => {
      const other = await createAnotherBucket();
      await other.put('k', 'body');
      const escape = `../${other.name}/k`;
      await expectError(() => bucket.put(escape, 'evil'), 'InvalidKey');
      await expectError(() => bucket.delete(escape), 'InvalidKey');
      await expectError(() => bucket.delete([escape]), 'InvalidKey');
      assert.deepEqual(await other.listFilename(), ['k']);
    },
    { requires: ['not anyKeys'] },
  ),

  contractCase(
    'invalid-keys/tags',
    async ({ bucket }) => {
      for (const use of [() => bucket.tags('a\ud800'), () => bucket.setTags('a\ud800', {}), () => bucket.removeTags('a\ud800')]) {
        await expectError(use, 'InvalidKey', { key: 'a\ud800' });
      }
    },
    { requires: ['tags'] },
  ),
];
