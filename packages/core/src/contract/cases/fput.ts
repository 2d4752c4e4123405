import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../api/options.js';
import { MiB, readBytes, pattern, readText } from '../bodies.js';
import { expectError, assertSameBytes } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { expectedEtag } from '../reference.js';

/** File names, and the content types derived from their extensions. */
const types: Readonly<Record<string, readonly [name: string, contentType: string]>> = {
  'fput/content-type/csv': ['a.csv', 'text/csv'],
  'fput/content-type/json': ['a.json', 'application/json'],
  'fput/content-type/txt': ['a.txt', 'text/plain'],
  'fput/content-type/html': ['a.html', 'text/html'],
  'fput/content-type/tar-gz': ['a.tar.gz', 'application/gzip'],
  'fput/content-type/upper-case-extension': ['a.PNG', 'image/png'],
  'fput/content-type/file-name-with-space': ['a b.pdf', 'application/pdf'],
  'fput/content-type/no-extension': ['noextension', 'binary/octet-stream'],
  'fput/content-type/unknown-extension': ['a.unknown-extension', 'binary/octet-stream'],
};

const partSize = 5 * MiB;

const sizes: Readonly<Record<string, number>> = {
  'fput/size/0': 0,
  'fput/size/1': 1,
  'fput/size/300000': 300_000,
  'fput/size/5242880': partSize,
  'fput/size/5242881': partSize + 1,
};

/** `fput`: storing files as objects. */
export const fputCases = [
  ...entriesOf(sizes).map(([id, size]) =>
    contractCase(
      id,
      async ({ datastore, bucket, createTempFolder }) => {
        const body = pattern(size);
        const path = join(await createTempFolder(), 'file');
        await writeFile(path, body);
        const { etag } = await bucket.fput('k', path, { partSize });
        if (datastore.capabilities.md5Etags) assert.equal(etag, expectedEtag(body, partSize));
        const info = await bucket.stat('k');
        assert.deepEqual([info.size, info.etag], [size, etag]);
        // The file is closed, and the object is a copy of it.
        await rm(path);
        assertSameBytes(await readBytes(bucket, 'k'), body);
      },
      { traits: ['md5Etags'] },
    ),
  ),

  ...entriesOf(types).map(([id, [name, type]]) =>
    contractCase(id, async ({ bucket, createTempFolder }) => {
      const path = join(await createTempFolder(), name);
      await writeFile(path, 'body');
      await bucket.fput('k.xml', path);
      assert.equal((await bucket.stat('k.xml')).contentType, type);
      await bucket.fput('k', path, { contentType: 'x/y' });
      assert.equal((await bucket.stat('k')).contentType, 'x/y');
    }),
  ),

  contractCase('fput/options', async ({ bucket, createTempFolder }) => {
    const path = join(await createTempFolder(), 'file.txt');
    await writeFile(path, 'body');
    await bucket.put('k', 'old', { cacheControl: 'old', metadata: { old: 'yes' } });
    await bucket.fput('k', path, { contentLanguage: 'de', metadata: { new: 'yes' } });
    const info = await bucket.stat('k');
    assert.deepEqual(
      [info.contentType, info.contentLanguage, 'cacheControl' in info, { ...info.metadata }],
      ['text/plain', 'de', false, { new: 'yes' }],
    );
  }),

  contractCase('fput/progress', async ({ bucket, createTempFolder }) => {
    const path = join(await createTempFolder(), 'file');
    await writeFile(path, pattern(2 * MiB));
    const seen: Progress[] = [];
    await bucket.fput('k', path, { progress: (one) => seen.push(one) });
    assert.deepEqual({ ...seen.at(-1) }, { transferred: 2 * MiB, total: 2 * MiB });
  }),

  contractCase('fput/not-a-file', async ({ bucket, createTempFolder }) => {
    const path = await createTempFolder();
    await mkdir(join(path, 'folder'));
    await writeFile(join(path, 'file'), 'body');
    await bucket.put('k', 'old');
    for (const bad of [join(path, 'missing'), join(path, 'folder'), join(path, 'file', 'below'), '', undefined, 7, null]) {
      await expectError(() => bucket.fput('k', bad as string), 'InvalidArgument', { operation: 'fput', bucket: bucket.name, key: 'k' });
    }
    assert.equal(await readText(bucket, 'k'), 'old');
  }),

  contractCase('fput/file-truncated-while-reading', async ({ bucket, createTempFolder }) => {
    const path = join(await createTempFolder(), 'file');
    await writeFile(path, pattern(4 * MiB));
    await bucket.put('k', 'old');
    let truncated = false;
    const progress = ({ transferred }: Progress): void => {
      if (truncated || transferred === 0) return;
      truncated = true;
      truncateSync(path, 10);
    };
    await expectError(() => bucket.fput('k', path, { progress }), 'IncompleteBody', { operation: 'fput', key: 'k' });
    assert.equal(await readText(bucket, 'k'), 'old');
  }),
];
