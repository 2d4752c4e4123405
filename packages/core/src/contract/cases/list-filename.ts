import assert from 'node:assert/strict';
import type { ListFilenameOptions } from '../../api/options.js';
import { putKeys } from '../bodies.js';
import { expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

const keys = ['2024/jan.csv', '2024/feb.csv', '2024/notes.txt', '2025/jan.csv', 'Jan.csv', 'readme', 'a,b'];

/** Options of `listFilename`, with the expected keys. */
const rows: Readonly<Record<string, readonly [ListFilenameOptions, readonly string[]]>> = {
  'list-filename/all': [{}, ['2024/feb.csv', '2024/jan.csv', '2024/notes.txt', '2025/jan.csv', 'Jan.csv', 'a,b', 'readme']],
  'list-filename/contains': [{ contains: 'jan' }, ['2024/jan.csv', '2025/jan.csv']],
  'list-filename/contains-is-case-sensitive': [{ contains: 'Jan' }, ['Jan.csv']],
  'list-filename/contains-in-folder-name': [{ contains: '24/' }, ['2024/feb.csv', '2024/jan.csv', '2024/notes.txt']],
  'list-filename/contains-is-literal': [{ contains: '.' }, ['2024/feb.csv', '2024/jan.csv', '2024/notes.txt', '2025/jan.csv', 'Jan.csv']],
  'list-filename/contains-nothing': [{ contains: 'xyz' }, []],
  'list-filename/contains-empty': [{ contains: '', prefix: 'r' }, ['readme']],
  'list-filename/prefix': [{ prefix: '2024/' }, ['2024/feb.csv', '2024/jan.csv', '2024/notes.txt']],
  'list-filename/prefix-and-contains': [{ prefix: '2024/', contains: 'jan' }, ['2024/jan.csv']],
  'list-filename/start-after': [{ startAfter: '2025' }, ['2025/jan.csv', 'Jan.csv', 'a,b', 'readme']],
  'list-filename/not-recursive': [{ recursive: false }, ['2024/', '2025/', 'Jan.csv', 'a,b', 'readme']],
  'list-filename/not-recursive-below': [{ recursive: false, prefix: '2024/' }, ['2024/feb.csv', '2024/jan.csv', '2024/notes.txt']],
  'list-filename/delimiter': [{ delimiter: 'jan', contains: '2' }, ['2024/feb.csv', '2024/jan', '2024/notes.txt', '2025/jan']],
  'list-filename/limit': [{ limit: 2 }, ['2024/feb.csv', '2024/jan.csv']],
  'list-filename/limit-counts-matches': [{ contains: '.csv', limit: 3 }, ['2024/feb.csv', '2024/jan.csv', '2025/jan.csv']],
};

/** `listFilename`: whole keys, as an array or as one string. */
export const listFilenameCases = [
  ...entriesOf(rows).map(([id, [options, expected]]) =>
    contractCase(id, async ({ bucket }) => {
      await putKeys(bucket, keys);
      assert.deepEqual(await bucket.listFilename({ ...options, returnType: 'array' }), expected);
      assert.deepEqual(await bucket.listFilename(options), expected);
      assert.equal(await bucket.listFilename({ ...options, returnType: 'str' }), expected.join(','));
    }),
  ),

  contractCase('list-filename/empty', async ({ bucket }) => {
    assert.deepEqual(await bucket.listFilename(), []);
    assert.equal(await bucket.listFilename({ returnType: 'str' }), '');
  }),

  contractCase('list-filename/invalid-options', async ({ bucket }) => {
    for (const options of [
      { returnType: 'json' },
      { contains: 7 },
      { metadata: true },
      { prefix: null },
      { delimiter: '/', recursive: true },
    ]) {
      await expectError(() => bucket.listFilename(options as ListFilenameOptions), 'InvalidArgument', {
        operation: 'listFilename',
        bucket: bucket.name,
      });
    }
  }),
];
