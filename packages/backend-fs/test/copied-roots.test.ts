import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bucket } from '@anybucket/core';
import { expect, test } from 'vitest';
import { scratch, textOf } from './support/scratch.js';

const scope = scratch();

/** Shell commands that copy the directory `$FROM` to `$TO`, which does not exist yet. */
const commands = {
  'cp -r': 'cp -r "$FROM" "$TO"',
  'cp -a': 'cp -a "$FROM" "$TO"',
  'cp -al': 'cp -al "$FROM" "$TO"',
  tar: 'mkdir "$TO" && tar -C "$FROM" -cf - . | tar -C "$TO" -xf -',
  'git clone':
    'cd "$FROM" && git init -q && git add -A && git -c user.name=a -c user.email=a@b -c commit.gpgsign=false commit -qm a && git clone -q "$FROM" "$TO"',
};

const keys = ['a.txt', 'a.txt/below', 'deep/er/b.bin', 'folder/', 'empty', 'large'];

async function fill(bucket: Bucket): Promise<void> {
  for (const key of keys) {
    const body = key === 'empty' ? '' : key === 'large' ? Buffer.alloc(6 * 2 ** 20, 'x') : `body of ${key}`;
    await bucket.put(key, body, {
      contentType: `x/${key.length}`,
      metadata: { key: encodeURIComponent(key) },
      tags: { key },
      cacheControl: 'no-cache',
      partSize: 5 * 2 ** 20,
    });
  }
}

async function describeAll(bucket: Bucket): Promise<unknown[]> {
  return Promise.all((await bucket.listFilename()).map(async (key) => ({ ...(await bucket.stat(key)), tags: await bucket.tags(key) })));
}

test.skipIf(process.platform === 'win32').each(Object.entries(commands))(
  '%s preserves the metadata and tags of every object',
  { timeout: 30_000 },
  async (_name, command) => {
    const { root, bucket } = await scope.bucket();
    await fill(bucket);
    const original = await describeAll(bucket);
    expect(original).toHaveLength(keys.length);
    const copy = join(scope.directory(), 'copy');
    execFileSync('sh', ['-c', command], { env: { ...process.env, FROM: root, TO: copy } });
    const copied = scope.open(copy).bucket('photos');
    expect(await describeAll(copied)).toEqual(original);

    // Changes to the copy do not affect the original.
    await copied.put('a.txt', 'changed');
    await copied.setTags('empty', { only: 'here' });
    await copied.delete('large');
    await copied.put('deep', 'over a directory');
    expect(await describeAll(bucket)).toEqual(original);
    expect(await textOf(bucket, 'a.txt')).toBe('body of a.txt');
  },
);

test('reads a record that was saved with CRLF line endings', async () => {
  const { root, bucket } = await scope.bucket();
  await bucket.put('a', 'x', { metadata: { b: 'c' } });
  const record = execFileSync('find', [join(root, '.anybucket'), '-path', '*records*', '-type', 'f'], { encoding: 'utf8' }).trim();
  writeFileSync(record, readFileSync(record, 'utf8').replaceAll('\n', '\r\n'));
  expect((await bucket.stat('a')).metadata).toEqual({ b: 'c' });
});
