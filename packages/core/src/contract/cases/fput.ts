import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../api/options.js';
import { MiB, bytesOf, pattern, textOf } from '../bodies.js';
import { fails, sameBytes } from '../check.js';
import { contractCase } from '../contract-case.js';
import { expectedEtag } from '../reference.js';

/** File names, and the content types that follow. */
const types: Readonly<Record<string, string>> = {
  'a.csv': 'text/csv',
  'a.json': 'application/json',
  'a.txt': 'text/plain',
  'a.html': 'text/html',
  'a.tar.gz': 'application/gzip',
  'a.PNG': 'image/png',
  'a b.pdf': 'application/pdf',
  noextension: 'binary/octet-stream',
  'a.unknown-extension': 'binary/octet-stream',
};

const sizes = [0, 1, 300_000, 5 * MiB, 5 * MiB + 1];

/** `fput`: files become objects. */
export const fputCases = [
  ...sizes.map((size) =>
    contractCase(
      `fput/size/${size}`,
      async ({ datastore, bucket, folder }) => {
        const body = pattern(size);
        const path = join(await folder(), 'file');
        await writeFile(path, body);
        const { etag } = await bucket.fput('k', path, { partSize: 5 * MiB });
        if (datastore.capabilities.md5Etags) assert.equal(etag, expectedEtag(body, 5 * MiB));
        const info = await bucket.stat('k');
        assert.deepEqual([info.size, info.etag], [size, etag]);
        // The file was let go, and the object is a copy of it.
        await rm(path);
        sameBytes(await bytesOf(bucket, 'k'), body);
      },
      { traits: ['md5Etags'] },
    ),
  ),

  ...Object.entries(types).map(([name, type]) =>
    contractCase(`fput/type/${name}`, async ({ bucket, folder }) => {
      const path = join(await folder(), name);
      await writeFile(path, 'body');
      await bucket.fput('k.xml', path);
      assert.equal((await bucket.stat('k.xml')).contentType, type);
      await bucket.fput('k', path, { contentType: 'x/y' });
      assert.equal((await bucket.stat('k')).contentType, 'x/y');
    }),
  ),

  contractCase('fput/options', async ({ bucket, folder }) => {
    const path = join(await folder(), 'file.txt');
    await writeFile(path, 'body');
    await bucket.put('k', 'old', { cacheControl: 'old', metadata: { old: 'yes' } });
    await bucket.fput('k', path, { contentLanguage: 'de', metadata: { new: 'yes' } });
    const info = await bucket.stat('k');
    assert.deepEqual(
      [info.contentType, info.contentLanguage, 'cacheControl' in info, { ...info.metadata }],
      ['text/plain', 'de', false, { new: 'yes' }],
    );
  }),

  contractCase('fput/progress', async ({ bucket, folder }) => {
    const path = join(await folder(), 'file');
    await writeFile(path, pattern(2 * MiB));
    const seen: Progress[] = [];
    await bucket.fput('k', path, { progress: (one) => seen.push(one) });
    assert.deepEqual({ ...seen.at(-1) }, { transferred: 2 * MiB, total: 2 * MiB });
  }),

  contractCase('fput/no-file', async ({ bucket, folder }) => {
    const path = await folder();
    await mkdir(join(path, 'folder'));
    await writeFile(join(path, 'file'), 'body');
    await bucket.put('k', 'old');
    for (const bad of [join(path, 'missing'), join(path, 'folder'), join(path, 'file', 'below'), '', undefined, 7, null]) {
      await fails(() => bucket.fput('k', bad as string), 'InvalidArgument', { operation: 'fput', bucket: bucket.name, key: 'k' });
    }
    assert.equal(await textOf(bucket, 'k'), 'old');
  }),

  contractCase('fput/file-cut-while-read', async ({ bucket, folder }) => {
    const path = join(await folder(), 'file');
    await writeFile(path, pattern(4 * MiB));
    await bucket.put('k', 'old');
    let cut = false;
    const progress = ({ transferred }: Progress): void => {
      if (cut || transferred === 0) return;
      cut = true;
      truncateSync(path, 10);
    };
    await fails(() => bucket.fput('k', path, { progress }), 'IncompleteBody', { operation: 'fput', key: 'k' });
    assert.equal(await textOf(bucket, 'k'), 'old');
  }),
];
