import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bucket } from '@anybucket/core';
import { beforeEach, expect, test } from 'vitest';
import { failingCalls } from '../support/calls.js';
import { scratch, textOf } from '../support/scratch.js';

const scope = scratch();
const records = '.anybucket/buckets/photos/records';
let root: string;
let bucket: Bucket;
let record: string;

beforeEach(async () => {
  ({ root, bucket } = await scope.bucket());
  await bucket.put('a.txt', 'hello', { contentType: 'x/y', metadata: { by: 'me' }, tags: { t: 'u' } });
  const [shard = ''] = readdirSync(join(root, records));
  const [name = ''] = readdirSync(join(root, records, shard));
  record = join(root, records, shard, name);
});

const healed = { size: 5, etag: '5d41402abc4b2a76b9719d911017c592', contentType: 'text/plain', metadata: {} };

async function expectHealed(): Promise<void> {
  expect(await bucket.stat('a.txt')).toMatchObject(healed);
  expect(await bucket.list()).toMatchObject([healed]);
  expect(await textOf(bucket, 'a.txt')).toBe('hello');
  await bucket.put('a.txt', 'next', { metadata: { now: 'this' } });
  expect((await bucket.stat('a.txt')).metadata).toEqual({ now: 'this' });
  await bucket.delete('a.txt');
  expect(await bucket.listFilename()).toEqual([]);
}

test.each([
  ['missing', () => rmSync(record)],
  ['missing, like all others', () => rmSync(join(root, '.anybucket/buckets'), { recursive: true })],
  ['empty', () => writeFileSync(record, '')],
  ['truncated', () => writeFileSync(record, readFileSync(record).subarray(0, 60))],
  ['not text', () => writeFileSync(record, Buffer.alloc(10_000, 0xff))],
  ['a large unrelated file', () => writeFileSync(record, Buffer.alloc(3_000_000, 'x\n'))],
  [
    'from another version',
    () => writeFileSync(record, readFileSync(record, 'utf8').replace('{"anybucket":1', '{"anybucket":9').replace('"etag"', '"hash"')),
  ],
  [
    'for another body',
    () =>
      writeFileSync(
        record,
        readFileSync(record, 'utf8')
          .replace('"etag":"5', '"etag":"6')
          .replace(/"body":"\d/, '"body":"9'),
      ),
  ],
])('heals a record that is %s', async (_state, damage) => {
  damage();
  await expectHealed();
});

test.skipIf(process.platform === 'win32')('replaces a symbolic link in the place of a record, without following it', async () => {
  const other = join(scope.directory(), 'other');
  writeFileSync(other, readFileSync(record));
  rmSync(record);
  symlinkSync(other, record);
  const before = readFileSync(other, 'utf8');
  await expectHealed();
  expect(readFileSync(other, 'utf8')).toBe(before);
});

test('reads an object whose record is a directory', async () => {
  rmSync(record);
  mkdirSync(record);
  expect(await bucket.stat('a.txt')).toMatchObject(healed);
  await bucket.delete('a.txt');
  expect(await bucket.listFilename()).toEqual([]);
});

test('finds a hashed body without a record by its key', async () => {
  await bucket.put('folder/', 'body');
  rmSync(join(root, '.anybucket/buckets/photos/records'), { recursive: true });
  expect(await textOf(bucket, 'folder/')).toBe('body');
});

test('omits a hashed body whose record cannot be read from a listing', async () => {
  await bucket.put('folder/', 'body');
  const calls = failingCalls(['openSync'], createHash('sha256').update('folder/').digest('hex'), 'EACCES');
  const restricted = scope.open(root, { calls }).bucket('photos');
  expect(await restricted.listFilename()).toEqual(['a.txt']);
  expect((await restricted.list()).map(({ key }) => key)).toEqual(['a.txt']);
});

test('does not list unrelated files among the hashed bodies', async () => {
  await bucket.put('folder/', 'body');
  writeFileSync(join(root, '.anybucket/buckets/photos/bodies/unrelated'), 'x');
  writeFileSync(join(root, '.anybucket/buckets/photos/bodies', 'a'.repeat(64)), 'x');
  expect(await bucket.listFilename()).toEqual(['a.txt', 'folder/']);
});

test('saves a healed record only when the file is old enough', async () => {
  const store = scope.open(root);
  writeFileSync(join(root, 'photos/old.txt'), 'hello');
  const { utimesSync } = await import('node:fs');
  utimesSync(join(root, 'photos/old.txt'), 1e9, 1e9);
  await store.bucket('photos').stat('old.txt');
  const written = readdirSync(join(root, records), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(written).toHaveLength(2);
  const young = join(root, 'photos/young.txt');
  writeFileSync(young, 'hello');
  await store.bucket('photos').stat('young.txt');
  expect(readdirSync(join(root, records), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toHaveLength(2);
});
