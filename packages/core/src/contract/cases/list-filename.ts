import assert from 'node:assert/strict';
import type { ListFilenameOptions } from '../../api/options.js';
import { putAll } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

const keys = ['2024/jan.csv', '2024/feb.csv', '2024/notes.txt', '2025/jan.csv', 'Jan.csv', 'readme', 'a,b'];

/** Options of `listFilename`, and the keys that they give. */
const rows: Readonly<Record<string, readonly [ListFilenameOptions, readonly string[]]>> = {
  all: [{}, ['2024/feb.csv', '2024/jan.csv', '2024/notes.txt', '2025/jan.csv', 'Jan.csv', 'a,b', 'readme']],
  contains: [{ contains: 'jan' }, ['2024/jan.csv', '2025/jan.csv']],
  'contains-is-case-sensitive': [{ contains: 'Jan' }, ['Jan.csv']],
  'contains-in-the-folder': [{ contains: '24/' }, ['2024/feb.csv', '2024/jan.csv', '2024/notes.txt']],
  'contains-is-no-pattern': [{ contains: '.' }, ['2024/feb.csv', '2024/jan.csv', '2024/notes.txt', '2025/jan.csv', 'Jan.csv']],
  'contains-nothing': [{ contains: 'xyz' }, []],
  'contains-empty': [{ contains: '', prefix: 'r' }, ['readme']],
  prefix: [{ prefix: '2024/' }, ['2024/feb.csv', '2024/jan.csv', '2024/notes.txt']],
  'prefix-and-contains': [{ prefix: '2024/', contains: 'jan' }, ['2024/jan.csv']],
  'start-after': [{ startAfter: '2025' }, ['2025/jan.csv', 'Jan.csv', 'a,b', 'readme']],
  'not-recursive': [{ recursive: false }, ['2024/', '2025/', 'Jan.csv', 'a,b', 'readme']],
  'not-recursive-below': [{ recursive: false, prefix: '2024/' }, ['2024/feb.csv', '2024/jan.csv', '2024/notes.txt']],
  delimiter: [{ delimiter: 'jan', contains: '2' }, ['2024/feb.csv', '2024/jan', '2024/notes.txt', '2025/jan']],
  limit: [{ limit: 2 }, ['2024/feb.csv', '2024/jan.csv']],
  'limit-of-what-is-found': [{ contains: '.csv', limit: 3 }, ['2024/feb.csv', '2024/jan.csv', '2025/jan.csv']],
};

/** `listFilename`: whole keys, as an array or as one text. */
export const listFilenameCases = [
  ...Object.entries(rows).map(([id, [options, expected]]) =>
    contractCase(`list-filename/${id}`, async ({ bucket }) => {
      await putAll(bucket, keys);
      assert.deepEqual(await bucket.listFilename({ ...options, returnType: 'array' }), expected);
      assert.deepEqual(await bucket.listFilename(options), expected);
      assert.equal(await bucket.listFilename({ ...options, returnType: 'str' }), expected.join(','));
    }),
  ),

  contractCase('list-filename/empty', async ({ bucket }) => {
    assert.deepEqual(await bucket.listFilename(), []);
    assert.equal(await bucket.listFilename({ returnType: 'str' }), '');
  }),

  contractCase('list-filename/bad-options', async ({ bucket }) => {
    for (const options of [
      { returnType: 'json' },
      { contains: 7 },
      { metadata: true },
      { prefix: null },
      { delimiter: '/', recursive: true },
    ]) {
      await fails(() => bucket.listFilename(options as ListFilenameOptions), 'InvalidArgument', {
        operation: 'listFilename',
        bucket: bucket.name,
      });
    }
  }),
];
