import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { isStorageError } from '@anybucket/core';

const pieces = [
  '..',
  '.',
  '/',
  '\\',
  '\0',
  '~',
  'a',
  'b',
  'link',
  '%2e',
  '%2f',
  ' ',
  '\u2024',
  '\uff0e',
  ':',
  '*',
  'C:',
  '.anybucket',
  'outside',
  '\ud800',
  '\n',
  'é',
  'CON',
  '../',
  '..\\',
  '/../',
  'secret',
];
const maxPieces = 8;

/**
 * Tries random keys that attempt to escape from the bucket's folder, which contains symbolic links to the outside, and checks that nothing
 * outside it was read or changed.
 * @returns the number of keys that were accepted.
 */
export async function tryHostileKeys(count: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'anybucket-hostile-'));
  try {
    const root = join(folder, 'root');
    for (const name of ['outside', 'root/bucket', 'root/other']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'outside', 'secret'), 'secret');
    symlinkSync(join(folder, 'outside'), join(root, 'bucket', 'link'));
    symlinkSync(join(folder, 'outside', 'secret'), join(root, 'bucket', 'secret'));
    const datastore = new FsDatastore({ root });
    const bucket = datastore.bucket('bucket');
    let accepted = 0;
    for (let i = 0; i < count; i++) {
      const key = hostileKey();
      try {
        const kind = i % 4;
        if (kind === 0) await bucket.put(key, 'x');
        else if (kind === 1)
          assert.notEqual(await (await bucket.get(key)).text(), 'secret', `${JSON.stringify(key)} reads a file outside the root`);
        else if (kind === 2) await bucket.delete(key);
        else await bucket.list({ prefix: key.toWellFormed(), limit: 5 });
        accepted++;
      } catch (error) {
        assert.ok(isStorageError(error) && error.code !== 'InternalError', `${JSON.stringify(key)} failed with ${String(error)}`);
      }
    }
    assert.deepEqual(readdirSync(folder).sort(), ['outside', 'root'], 'something was created beside the root');
    assert.deepEqual(readdirSync(join(folder, 'outside')), ['secret'], 'something was created or removed outside the root');
    assert.equal(readFileSync(join(folder, 'outside', 'secret'), 'utf8'), 'secret', 'a file outside the root was changed');
    assert.deepEqual(readdirSync(join(root, 'other')), [], 'something was created in another bucket');
    assert.deepEqual(readdirSync(root).sort(), ['.anybucket', 'bucket', 'other']);
    await datastore.close();
    return accepted;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function hostileKey(): string {
  return Array.from({ length: 1 + Math.floor(Math.random() * maxPieces) }, () => pieces[Math.floor(Math.random() * pieces.length)]).join(
    '',
  );
}
