import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../api/options.js';
import { MiB, pattern } from '../bodies.js';
import { fails, sameBytes } from '../check.js';
import { contractCase } from '../contract-case.js';

/** `fget`: objects become files. */
export const fgetCases = [
  ...[0, 1, 300_000, 3 * MiB].map((size) =>
    contractCase(`fget/size/${size}`, async ({ bucket, folder }) => {
      const body = pattern(size);
      const path = await folder();
      await bucket.put('k', body, { contentType: 'text/plain', metadata: { a: 'b' } });
      const info = await bucket.fget('k', join(path, 'file'));
      assert.deepEqual(info, await bucket.stat('k'));
      sameBytes(await readFile(join(path, 'file')), body);
      assert.deepEqual(await readdir(path), ['file']);
    }),
  ),

  contractCase('fget/parents-are-made', async ({ bucket, folder }) => {
    const path = join(await folder(), 'a', 'b', 'c.txt');
    await bucket.put('k', 'body');
    await bucket.fget('k', path);
    assert.equal(await readFile(path, 'utf8'), 'body');
  }),

  contractCase('fget/old-file-replaced', async ({ bucket, folder }) => {
    const path = join(await folder(), 'file');
    await writeFile(path, pattern(100_000));
    await bucket.put('k', 'new');
    await bucket.fget('k', path);
    assert.equal(await readFile(path, 'utf8'), 'new');
  }),

  contractCase('fget/range', async ({ bucket, folder }) => {
    const path = join(await folder(), 'file');
    await bucket.put('k', 'arbitrary data');
    const seen: Progress[] = [];
    const info = await bucket.fget('k', path, { range: { start: 2, end: 5 }, progress: (one) => seen.push(one) });
    assert.equal(await readFile(path, 'utf8'), 'bit');
    assert.equal(info.size, 14);
    assert.deepEqual({ ...seen.at(-1) }, { transferred: 3, total: 3 });
  }),

  contractCase('fget/progress', async ({ bucket, folder }) => {
    await bucket.put('k', pattern(2 * MiB));
    const seen: Progress[] = [];
    await bucket.fget('k', join(await folder(), 'file'), { progress: (one) => seen.push(one) });
    assert.deepEqual({ ...seen.at(-1) }, { transferred: 2 * MiB, total: 2 * MiB });
    for (const [index, { transferred }] of seen.entries()) assert.ok(transferred >= (seen[index - 1]?.transferred ?? 0));
  }),

  contractCase('fget/failure-leaves-old-file', async ({ bucket, folder }) => {
    const path = await folder();
    const file = join(path, 'file');
    await writeFile(file, 'old');
    await bucket.put('k', 'body');
    await fails(() => bucket.fget('missing', file), 'NoSuchKey', { operation: 'fget', bucket: bucket.name, key: 'missing' });
    await fails(() => bucket.fget('k', file, { range: { start: 99 } }), 'InvalidRange', { operation: 'fget', key: 'k' });
    await assert.rejects(
      bucket.fget('k', file, {
        progress: () => {
          throw new Error('the listener is broken');
        },
      }),
    );
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await readdir(path), ['file']);
  }),

  contractCase('fget/failure-leaves-no-file', async ({ bucket, folder }) => {
    const path = await folder();
    await fails(() => bucket.fget('missing', join(path, 'a', 'b')), 'NoSuchKey');
    assert.deepEqual(await readdir(path), []);
  }),

  contractCase('fget/unwritable', async ({ bucket, folder }) => {
    const path = await folder();
    await mkdir(join(path, 'folder'));
    await writeFile(join(path, 'file'), 'old');
    await bucket.put('k', 'body');
    for (const bad of [join(path, 'folder'), join(path, 'file', 'below'), '', undefined, 7]) {
      await fails(() => bucket.fget('k', bad as string), 'InvalidArgument', { operation: 'fget', bucket: bucket.name, key: 'k' });
    }
    assert.deepEqual((await readdir(path)).sort(), ['file', 'folder']);
    assert.equal(await readFile(join(path, 'file'), 'utf8'), 'old');
  }),
];
