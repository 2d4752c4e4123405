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
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PutBody, PutCall } from '../../src/driver/calls.js';
import { StorageError } from '../../src/api/errors.js';
import { failureOf, thrownBy } from '../failure.js';
import { ownFolder } from './folder.js';
import { testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

const isWindows = process.platform === 'win32';
const large = 300 * 1024;

function fileOf(content: string | Uint8Array, name = 'file.txt'): string {
  const path = join(ownFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** Whether this process has a file open, where the system tells. */
function isOpen(path: string): boolean {
  if (process.platform !== 'linux') return false;
  return readdirSync('/proc/self/fd').some((fd) => existsSync(`/proc/self/fd/${fd}`) && readlinkSync(`/proc/self/fd/${fd}`) === path);
}

const typeIn = ({ calls }: TestStore) => (calls[0]?.args[2] as PutCall | undefined)?.attributes.contentType;

test.for([0, 1, 256 * 1024, 256 * 1024 + 1, large])('stores a file of %i bytes, whole and with its size', async (size) => {
  const context = testStore();
  const content = Buffer.alloc(size, 'abc');
  const path = fileOf(content);
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
] as const)('%s with %o is of type %s', async ([name, options, type]) => {
  const context = testStore();
  await context.bucket.fput('k', fileOf('data', name), options);
  expect(typeIn(context)).toBe(type);
});

test.for([
  ['that is missing', () => join(ownFolder(), 'none')],
  ['in a folder that is missing', () => join(ownFolder(), 'none', 'file')],
  ['below a file', () => join(fileOf('data'), 'file')],
  ['that is a folder', () => ownFolder()],
] as const)('a path %s is refused', async ([, make]) => {
  const { bucket, calls } = testStore();
  expect(await failureOf(() => bucket.fput('k', make()))).toMatchObject({
    code: 'InvalidArgument',
    operation: 'fput',
    bucket: 'photos',
    key: 'k',
  });
  expect(calls).toEqual([]);
});

test.for([undefined, null, 1, '', 'a\0b', new URL('file:///tmp/x'), Buffer.from('x')])('the path %o is refused', async (path) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.fput('k', path as string))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test.skipIf(isWindows)('a pipe is refused, and not waited for', async () => {
  const path = join(ownFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  expect((await failureOf(() => testStore().bucket.fput('k', path))).code).toBe('InvalidArgument');
});

test.skipIf(isWindows)('a link to a file is the file', async () => {
  const path = fileOf('data');
  symlinkSync(path, `${path}.html`);
  const context = testStore();
  await context.bucket.fput('k', `${path}.html`);
  expect([String(context.objects.get('k')), typeIn(context)]).toEqual(['data', 'text/html']);
});

test.skipIf(isWindows || process.getuid?.() === 0)('a file that may not be read is AccessDenied', async () => {
  const path = fileOf('data');
  chmodSync(path, 0);
  expect((await failureOf(() => testStore().bucket.fput('k', path))).code).toBe('AccessDenied');
});

test('bad arguments are refused before the file is looked at', async () => {
  const { bucket } = testStore();
  const missing = join(ownFolder(), 'none');
  expect((await failureOf(() => bucket.fput('k', missing, { tags: { é: 'x' } }))).code).toBe('InvalidTag');
  expect((await failureOf(() => bucket.fput('../k', missing))).code).toBe('InvalidKey');
});

const changes: Readonly<Record<string, (path: string) => void>> = {
  grows: (path) => appendFileSync(path, 'more'),
  shrinks: (path) => truncateSync(path, statSync(path).size - 1),
};

test.for(Object.entries(changes))('a large file that %s while it is read is an incomplete body', async ([, change]) => {
  const path = fileOf(Buffer.alloc(large, 'a'));
  const { bucket } = testStore({
    // Reads nothing before the file has changed.
    putObject: async (_key, body) => {
      change(path);
      for await (const _ of body);
      return { etag: 'e' };
    },
  });
  expect((await failureOf(() => bucket.fput('k', path))).code).toBe('IncompleteBody');
  expect(isOpen(path)).toBe(false);
});

test.for(Object.entries(changes))('a small file that %s between its size and its content is an incomplete body', async ([, change]) => {
  const path = fileOf('some data that is long enough');
  // The option is looked at several times, once of them between.
  const options = Object.defineProperty({}, 'contentType', { enumerable: true, get: () => change(path) });
  const { bucket, objects } = testStore();
  expect((await failureOf(() => bucket.fput('k', path, options))).code).toBe('IncompleteBody');
  expect([objects.size, isOpen(path)]).toEqual([0, false]);
});

test.for([4, large])('the file of %i bytes is closed when the driver fails', async (size) => {
  const path = fileOf(Buffer.alloc(size, 'a'));
  const { bucket } = testStore({
    putObject: async () => {
      throw new StorageError({ code: 'NoSuchBucket', message: 'no' });
    },
  });
  expect((await failureOf(() => bucket.fput('k', path))).code).toBe('NoSuchBucket');
  expect(isOpen(path)).toBe(false);
});

test('an abort in the middle of a file rejects with its reason', async () => {
  const controller = new AbortController();
  const { bucket } = testStore({
    putObject: async (_key, body) => {
      for await (const _ of body) controller.abort('enough');
      return { etag: 'e' };
    },
  });
  const path = fileOf(Buffer.alloc(large));
  expect(await thrownBy(() => bucket.fput('k', path, { signal: controller.signal }))).toBe('enough');
});

test('tells the progress', async () => {
  const told: unknown[] = [];
  const path = fileOf(Buffer.alloc(large));
  await testStore().bucket.fput('k', path, { progress: (one) => told.push(one) });
  expect(told).toEqual([
    { transferred: 256 * 1024, total: large },
    { transferred: large, total: large },
  ]);
});

test('folders on the way stay as they are', async () => {
  const folder = ownFolder();
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a', 'file'), 'data');
  await testStore().bucket.fput('k', join(folder, 'a', '..', 'a', 'file'));
  expect(readdirSync(folder, { recursive: true }).length).toBe(2);
});
