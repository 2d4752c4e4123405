import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bucket } from '@anybucket/core';
import { isStorageError } from '@anybucket/core';
import { expect, test } from 'vitest';
import { scratch } from '../support/scratch.js';

const files = scratch();
const rounds = 200;
const bodies = ['one', 'second', 'third version', 'a fourth version'];
const values = [
  null,
  true,
  0,
  -1,
  1,
  2,
  3,
  2 ** 31,
  2 ** 53,
  1e300,
  0.5,
  '',
  'null',
  'x'.repeat(5000),
  '../../x',
  [],
  {},
  [[1]],
  { length: 2 ** 32 },
];
const fields = ['seq', 'version', 'marker', 'modified', 'body', 'etag', 'partSize', 'type', 'metadata', 'tags', 'removed', '__proto__'];

function pick<T>(choices: readonly T[]): T {
  return choices[Math.floor(Math.random() * choices.length)] as T;
}

/** Damages a field of a line, as a replacement or as one more line; or cuts or changes some bytes. */
function damage(path: string): string {
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n');
  const index = Math.floor(Math.random() * lines.length);
  if (Math.random() < 0.3) {
    const at = Math.floor(Math.random() * text.length);
    const changed = Math.random() < 0.5 ? text.slice(0, at) : `${text.slice(0, at)}${pick(['\0', '}', '\n', '"'])}${text.slice(at + 1)}`;
    writeFileSync(path, changed);
    return `${path} changed at ${at}`;
  }
  const [field, value] = [pick(fields), pick(values)];
  const line = Object.defineProperty(JSON.parse(lines[index] ?? '{}') as object, field, { value, enumerable: true });
  if (Math.random() < 0.5) lines.push(JSON.stringify(line));
  else lines[index] = JSON.stringify(line);
  writeFileSync(path, lines.join('\n'));
  return `${field} of line ${index} set to ${JSON.stringify(value).slice(0, 40)}`;
}

/** Runs an operation, which may fail in a documented way. */
async function attempt<T>(operation: () => Promise<T>): Promise<T | undefined> {
  const start = performance.now();
  try {
    return await operation();
  } catch (error) {
    assert.ok(isStorageError(error) && error.code !== 'InternalError', String(error));
    return undefined;
  } finally {
    assert.ok(performance.now() - start < 5000, 'the operation took too long');
  }
}

async function useDamaged(bucket: Bucket, expected: ReadonlyMap<string, string>): Promise<void> {
  for (const [versionId, body] of expected) {
    const text = await attempt(async () => (await bucket.get('cat', { versionId })).text());
    assert.ok(text === undefined || text === body, `${versionId} has the body ${text}, expected ${body}`);
  }
  await attempt(() => bucket.listVersions());
  const put = await attempt(() => bucket.put('cat', 'new'));
  const deleted = await attempt(() => bucket.delete('cat'));
  assert.ok(put !== undefined && deleted !== undefined);
  // Deleting a version may reveal one that did not count, or whose body is not its own.
  for (let pass = 0; pass < bodies.length && (await bucket.listVersions()).length > 0; pass++)
    for (const { versionId } of await bucket.listVersions()) await bucket.delete('cat', { versionId });
  assert.deepEqual(await bucket.listVersions(), []);
}

test(`${rounds} damaged histories never lead to other bytes, and can be deleted`, { timeout: 120_000 }, async () => {
  const { root, store, bucket } = await files.bucket();
  const directory = join(root, '.anybucket', 'buckets', 'photos', 'histories');
  for (let round = 0; round < rounds; round++) {
    await bucket.setVersioning('enabled');
    const expected = new Map<string, string>();
    for (const body of bodies) expected.set((await bucket.put('cat', body)).versionId ?? '', body);
    if (Math.random() < 0.3) await bucket.delete('cat');
    const [log = ''] = readdirSync(directory);
    const what = damage(join(directory, log));
    await useDamaged(bucket, expected).catch((error: unknown) => {
      throw new Error(what, { cause: error });
    });
  }
  expect(await store.removeBucket('photos')).toBe(true);
});
