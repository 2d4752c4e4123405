import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { FputOptions } from '../../src/api/options.js';
import type { PutBody, PutCall } from '../../src/driver/calls.js';
import { StorageError } from '../../src/api/errors.js';
import { failureOf, thrownBy } from '../failure.js';
import { createTempFolder } from './temp-folder.js';
import { testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

const isWindows = process.platform === 'win32';
const large = 300 * 1024;

/** Creates a file in a temp folder. */
function createFile(content: string | Uint8Array, name = 'file.txt'): string {
  const path = join(createTempFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** Returns whether this process has a file open. Always false except on Linux. */
function isOpen(path: string): boolean {
  if (process.platform !== 'linux') return false;
  return readdirSync('/proc/self/fd').some((fd) => existsSync(`/proc/self/fd/${fd}`) && readlinkSync(`/proc/self/fd/${fd}`) === path);
}

const contentTypeOf = ({ calls }: TestStore) => (calls[0]?.args[2] as PutCall | undefined)?.attributes.contentType;

test.for([0, 1, 256 * 1024, 256 * 1024 + 1, large])('stores a file of %i bytes and declares its size', async (size) => {
  const context = testStore();
  const content = Buffer.alloc(size, 'abc');
  const path = createFile(content);
  await context.bucket.fput('k', path);
  expect(context.objects.get('k')?.equals(content)).toBe(true);
  expect((context.calls[0]?.args[1] as PutBody | undefined)?.size).toBe(size);
  expect(isOpen(path)).toBe(false);
});

test.for([
  ['file.txt', undefined, 'text/plain'],
  ['file.txt', {}, 'text/plain'],
  ['file.txt', { contentType: undefined }, 'text/plain'],
  ['file.txt', { contentType: 'a/b' }, 'a/b'],
  ['file.JSON', undefined, 'application/json'],
  ['file', undefined, 'binary/octet-stream'],
] as const)('stores %s with the options %o as %s', async ([name, options, type]) => {
  const context = testStore();
  await context.bucket.fput('k', createFile('data', name), options);
  expect(contentTypeOf(context)).toBe(type);
});

test.for([
  ['of a missing file', () => join(createTempFolder(), 'missing')],
  ['in a missing folder', () => join(createTempFolder(), 'missing', 'file')],
  ['below a file', () => join(createFile('data'), 'file')],
  ['of a folder', () => createTempFolder()],
] as const)('rejects a path %s', async ([, make]) => {
  const { bucket, calls } = testStore();
  expect(await failureOf(() => bucket.fput('k', make()))).toMatchObject({
    code: 'InvalidArgument',
    operation: 'fput',
    bucket: 'photos',
    key: 'k',
  });
  expect(calls).toEqual([]);
});

test.for([undefined, null, 1, '', 'a\0b', new URL('file:///tmp/x'), Buffer.from('x')])('rejects the path %o', async (path) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.fput('k', path as string))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test.skipIf(isWindows)('rejects a pipe without blocking', async () => {
  const path = join(createTempFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  expect((await failureOf(() => testStore().bucket.fput('k', path))).code).toBe('InvalidArgument');
});

test.skipIf(isWindows)('follows a symbolic link, and uses its name for the content type', async () => {
  const path = createFile('data');
  symlinkSync(path, `${path}.html`);
  const context = testStore();
  await context.bucket.fput('k', `${path}.html`);
  expect([String(context.objects.get('k')), contentTypeOf(context)]).toEqual(['data', 'text/html']);
});

test.skipIf(isWindows || process.getuid?.() === 0)('fails with AccessDenied for an unreadable file', async () => {
  const path = createFile('data');
  chmodSync(path, 0);
  expect((await failureOf(() => testStore().bucket.fput('k', path))).code).toBe('AccessDenied');
});

test('rejects invalid arguments before it accesses the file', async () => {
  const { bucket } = testStore();
  const missing = join(createTempFolder(), 'missing');
  expect((await failureOf(() => bucket.fput('k', missing, { tags: { é: 'x' } }))).code).toBe('InvalidTag');
  expect((await failureOf(() => bucket.fput('../k', missing))).code).toBe('InvalidKey');
});

const changes: Readonly<Record<string, (path: string) => void>> = {
  grows: (path) => appendFileSync(path, 'more'),
  shrinks: (path) => truncateSync(path, statSync(path).size - 1),
};

test.for(Object.entries(changes))('fails with IncompleteBody if a large file %s while it is read', async ([, change]) => {
  const path = createFile(Buffer.alloc(large, 'a'));
  const { bucket } = testStore({
    // Changes the file before the first read.
    putObject: async (_key, body) => {
      change(path);
      for await (const _ of body);
      return { etag: 'e' };
    },
  });
  expect((await failureOf(() => bucket.fput('k', path))).code).toBe('IncompleteBody');
  expect(isOpen(path)).toBe(false);
});

test.for(Object.entries(changes))('fails with IncompleteBody if a small file %s between stat and read', async ([, change]) => {
  const path = createFile('some data that is long enough');
  const file = await open(path);
  const stats = await file.stat();
  // The size of the file before the change, whenever it is asked for.
  const spy = vi.spyOn(Object.getPrototypeOf(file) as typeof file, 'stat').mockImplementation(async () => {
    if (statSync(path).size === stats.size) change(path);
    return stats;
  });
  onTestFinished(() => spy.mockRestore());
  await file.close();
  const { bucket, objects } = testStore();
  expect((await failureOf(() => bucket.fput('k', path))).code).toBe('IncompleteBody');
  expect([objects.size, isOpen(path)]).toEqual([0, false]);
});

test.for([4, large])('closes a file of %i bytes if the driver fails', async (size) => {
  const path = createFile(Buffer.alloc(size, 'a'));
  const { bucket } = testStore({
    putObject: async () => {
      throw new StorageError({ code: 'NoSuchBucket', message: 'failed' });
    },
  });
  expect((await failureOf(() => bucket.fput('k', path))).code).toBe('NoSuchBucket');
  expect(isOpen(path)).toBe(false);
});

test('rejects with the reason of an abort during the transfer', async () => {
  const controller = new AbortController();
  const { bucket } = testStore({
    putObject: async (_key, body) => {
      for await (const _ of body) controller.abort('stop');
      return { etag: 'e' };
    },
  });
  const path = createFile(Buffer.alloc(large));
  expect(await thrownBy(() => bucket.fput('k', path, { signal: controller.signal }))).toBe('stop');
});

test('reports the progress', async () => {
  const events: unknown[] = [];
  const path = createFile(Buffer.alloc(large));
  await testStore().bucket.fput('k', path, { progress: (event) => events.push(event) });
  expect(events).toEqual([
    { transferred: 256 * 1024, total: large },
    { transferred: large, total: large },
  ]);
});

test('resolves a path with `..` and changes no folders', async () => {
  const folder = createTempFolder();
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a', 'file'), 'data');
  await testStore().bucket.fput('k', join(folder, 'a', '..', 'a', 'file'));
  expect(readdirSync(folder, { recursive: true }).length).toBe(2);
});

test('keeps the modification time in the metadata, unless it is given', async () => {
  const path = createFile('data');
  utimesSync(path, 1_000_000_000.25, 1_000_000_000.25);
  const metadataOf = async (options: FputOptions) => {
    const { bucket, calls } = testStore();
    await bucket.fput('k', path, options);
    return (calls[0]?.args[2] as PutCall | undefined)?.attributes.metadata;
  };
  expect(await metadataOf({ preserveTimes: true, metadata: { a: 'b' } })).toEqual({ a: 'b', mtime: '1000000000.250000000' });
  expect(await metadataOf({ preserveTimes: true, metadata: { mtime: '5' } })).toEqual({ mtime: '5' });
  expect(await metadataOf({ preserveTimes: false })).toEqual({});
});

test('derives the type of the key, checks the size and the maximum size', async () => {
  const path = createFile('data', 'file.html');
  const context = testStore();
  await context.bucket.fput('a.css', path, { contentType: 'auto', size: 4, maxSize: 4 });
  expect(contentTypeOf(context)).toBe('text/css');
  const { bucket, objects } = testStore();
  expect((await failureOf(() => bucket.fput('k', path, { maxSize: 3 }))).code).toBe('EntityTooLarge');
  expect((await failureOf(() => bucket.fput('k', path, { size: 3 }))).code).toBe('IncompleteBody');
  expect((await failureOf(() => bucket.fput('k', path, { size: 5 }))).code).toBe('IncompleteBody');
  expect((await failureOf(() => bucket.fput('k', path, { preserveTimes: 1 } as unknown as FputOptions))).code).toBe('InvalidArgument');
  expect(objects.size).toBe(0);
});

test('takes the options as they were when it was called', async () => {
  const { bucket, calls } = testStore();
  const options = { metadata: { a: '1' }, tags: { b: '2' }, cacheControl: 'no-cache', expires: new Date(0) };
  const stored = bucket.fput('k', createFile('data'), options);
  options.metadata.a = options.tags.b = options.cacheControl = 'changed';
  options.expires.setFullYear(2000);
  await stored;
  expect(calls[0]?.args[2]).toMatchObject({
    attributes: { metadata: { a: '1' }, cacheControl: 'no-cache', expires: new Date(0) },
    tags: { b: '2' },
  });
});

test('accepts inherited options', async () => {
  const { bucket, calls } = testStore();
  await bucket.fput('k', createFile('data'), Object.create({ cacheControl: 'no-cache', metadata: { a: '1' } }) as object);
  expect(calls[0]?.args[2]).toMatchObject({ attributes: { metadata: { a: '1' }, cacheControl: 'no-cache' } });
});

test('fails with the rejection of an asynchronous progress listener, and stores nothing', async () => {
  const { bucket, objects } = testStore();
  const progress = async (): Promise<void> => Promise.reject(new Error('the listener failed'));
  expect((await failureOf(() => bucket.fput('k', createFile('data'), { progress }))).message).toContain('the listener failed');
  expect((await failureOf(() => bucket.put('k', 'data', { progress }))).message).toContain('the listener failed');
  expect(objects.size).toBe(0);
});
