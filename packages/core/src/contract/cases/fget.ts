import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../api/options.js';
import { MiB, pattern } from '../bodies.js';
import { expectError, assertSameBytes } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

const sizes: Readonly<Record<string, number>> = {
  'fget/size/0': 0,
  'fget/size/1': 1,
  'fget/size/300000': 300_000,
  'fget/size/3145728': 3 * MiB,
};

/** `fget`: saving objects as files. */
export const fgetCases = [
  ...entriesOf(sizes).map(([id, size]) =>
    contractCase(id, async ({ bucket, createTempFolder }) => {
      const body = pattern(size);
      const path = await createTempFolder();
      await bucket.put('k', body, { contentType: 'text/plain', metadata: { a: 'b' } });
      const info = await bucket.fget('k', join(path, 'file'));
      assert.deepEqual(info, await bucket.stat('k'));
      assertSameBytes(await readFile(join(path, 'file')), body);
      assert.deepEqual(await readdir(path), ['file']);
    }),
  ),

  contractCase('fget/creates-parent-folders', async ({ bucket, createTempFolder }) => {
    const path = join(await createTempFolder(), 'a', 'b', 'c.txt');
    await bucket.put('k', 'body');
    await bucket.fget('k', path);
    assert.equal(await readFile(path, 'utf8'), 'body');
  }),

  contractCase('fget/replaces-existing-file', async ({ bucket, createTempFolder }) => {
    const path = join(await createTempFolder(), 'file');
    await writeFile(path, pattern(100_000));
    await bucket.put('k', 'new');
    await bucket.fget('k', path);
    assert.equal(await readFile(path, 'utf8'), 'new');
  }),

  contractCase('fget/range', async ({ bucket, createTempFolder }) => {
    const path = join(await createTempFolder(), 'file');
    await bucket.put('k', 'arbitrary data');
    const seen: Progress[] = [];
    const info = await bucket.fget('k', path, { range: { start: 2, end: 5 }, progress: (one) => seen.push(one) });
    assert.equal(await readFile(path, 'utf8'), 'bit');
    assert.equal(info.size, 14);
    assert.deepEqual({ ...seen.at(-1) }, { transferred: 3, total: 3 });
  }),

  contractCase('fget/progress', async ({ bucket, createTempFolder }) => {
    await bucket.put('k', pattern(2 * MiB));
    const seen: Progress[] = [];
    await bucket.fget('k', join(await createTempFolder(), 'file'), { progress: (one) => seen.push(one) });
    assert.deepEqual({ ...seen.at(-1) }, { transferred: 2 * MiB, total: 2 * MiB });
    for (const [index, { transferred }] of seen.entries()) assert.ok(transferred >= (seen[index - 1]?.transferred ?? 0));
  }),

  contractCase('fget/failure-keeps-existing-file', async ({ bucket, createTempFolder }) => {
    const path = await createTempFolder();
    const file = join(path, 'file');
    await writeFile(file, 'old');
    await bucket.put('k', 'body');
    await expectError(() => bucket.fget('missing', file), 'NoSuchKey', { operation: 'fget', bucket: bucket.name, key: 'missing' });
    await expectError(() => bucket.fget('k', file, { range: { start: 99 } }), 'InvalidRange', { operation: 'fget', key: 'k' });
    await assert.rejects(
      bucket.fget('k', file, {
        progress: () => {
          throw new Error('the progress listener failed');
        },
      }),
    );
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await readdir(path), ['file']);
  }),

  contractCase('fget/failure-leaves-no-file', async ({ bucket, createTempFolder }) => {
    const path = await createTempFolder();
    await expectError(() => bucket.fget('missing', join(path, 'a', 'b')), 'NoSuchKey');
    assert.deepEqual(await readdir(path), []);
  }),

  contractCase('fget/unwritable-path', async ({ bucket, createTempFolder }) => {
    const path = await createTempFolder();
    await mkdir(join(path, 'folder'));
    await writeFile(join(path, 'file'), 'old');
    await bucket.put('k', 'body');
    for (const bad of [join(path, 'folder'), join(path, 'file', 'below'), '', undefined, 7]) {
      await expectError(() => bucket.fget('k', bad as string), 'InvalidArgument', { operation: 'fget', bucket: bucket.name, key: 'k' });
    }
    assert.deepEqual((await readdir(path)).sort(), ['file', 'folder']);
    assert.equal(await readFile(join(path, 'file'), 'utf8'), 'old');
  }),
];
