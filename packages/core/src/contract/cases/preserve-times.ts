import assert from 'node:assert/strict';
import { readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FputOptions } from '../../api/options.js';
import { expectError } from '../assertions.js';
import { contractCase } from '../contract-case.js';
import type { Fixture } from '../fixture.js';

const modified = new Date('2001-02-03T04:05:06.789Z');

/** Creates a file with a modification time. */
async function createFile({ createTempFolder }: Fixture): Promise<string> {
  const path = join(await createTempFolder(), 'file');
  await writeFile(path, 'body');
  await utimes(path, modified, modified);
  return path;
}

/** Returns the modification time of a file in milliseconds. */
async function mtimeOf(path: string): Promise<number> {
  return Math.round((await stat(path)).mtimeMs);
}

/** The option `preserveTimes` of `fput` and `fget`. */
export const preserveTimesCases = [
  contractCase('preserve-times/round-trip', async (fixture) => {
    const { bucket } = fixture;
    const path = await createFile(fixture);
    await bucket.fput('k', path, { preserveTimes: true });
    await bucket.fget('k', `${path}-copy`, { preserveTimes: true });
    assert.equal(await mtimeOf(`${path}-copy`), modified.getTime());
    assert.equal(await readFile(`${path}-copy`, 'utf8'), 'body');
  }),

  contractCase('preserve-times/metadata', async (fixture) => {
    const { bucket } = fixture;
    const path = await createFile(fixture);
    await bucket.fput('k', path, { preserveTimes: true, metadata: { a: 'b' } });
    const { mtime, ...rest } = (await bucket.stat('k')).metadata;
    assert.match(mtime ?? '', /^\d+\.\d{9}$/);
    assert.equal(Math.round(Number(mtime) * 1000), modified.getTime());
    assert.deepEqual({ ...rest }, { a: 'b' });
  }),

  contractCase('preserve-times/off-by-default', async (fixture) => {
    const { bucket } = fixture;
    const path = await createFile(fixture);
    for (const options of [undefined, { preserveTimes: false }]) {
      await bucket.fput('k', path, options);
      assert.deepEqual({ ...(await bucket.stat('k')).metadata }, {});
    }
    await bucket.fput('k', path, { preserveTimes: true });
    await bucket.fget('k', `${path}-copy`);
    assert.notEqual(await mtimeOf(`${path}-copy`), modified.getTime());
  }),

  contractCase('preserve-times/given-metadata', async (fixture) => {
    const { bucket } = fixture;
    const path = await createFile(fixture);
    await bucket.fput('k', path, { preserveTimes: true, metadata: { mtime: '1000000000.5' } });
    assert.equal((await bucket.stat('k')).metadata['mtime'], '1000000000.5');
    await bucket.fget('k', `${path}-copy`, { preserveTimes: true });
    assert.equal(await mtimeOf(`${path}-copy`), 1_000_000_000_500);
  }),

  contractCase('preserve-times/without-metadata', async ({ bucket, createTempFolder }) => {
    const path = join(await createTempFolder(), 'file');
    for (const metadata of [undefined, { mtime: 'yesterday' }, { mtime: '1.' }]) {
      await bucket.put('k', 'body', { metadata });
      await bucket.fget('k', path, { preserveTimes: true });
      assert.equal(await mtimeOf(path), (await bucket.stat('k')).lastModified.getTime());
    }
  }),

  contractCase('preserve-times/malformed', async (fixture) => {
    const { bucket } = fixture;
    const path = await createFile(fixture);
    await bucket.put('k', 'old');
    for (const preserveTimes of ['yes', 1, null]) {
      const options = { preserveTimes } as unknown as FputOptions;
      await expectError(() => bucket.fput('k', path, options), 'InvalidArgument', { operation: 'fput', key: 'k' });
    }
  }),
];
