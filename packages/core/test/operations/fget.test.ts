import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { failureOf, thrownBy } from '../failure.js';
import { TestStream, settled } from '../body/streams.js';
import { createTempFolder } from './temp-folder.js';
import { infoOf, testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

const isWindows = process.platform === 'win32';

/** Creates a bucket whose objects have the stream as their body. */
function storeWith(stream: TestStream, size: number): TestStore {
  return testStore({ getObject: async (key) => ({ info: { ...infoOf(key, Buffer.alloc(0)), size }, body: stream }) });
}

/** Returns the relative paths of all files and folders below a folder. */
const contentsOf = (folder: string) => readdirSync(folder, { recursive: true }).map(String).sort();

test('saves an object and creates missing parent folders', async () => {
  const folder = createTempFolder();
  const path = join(folder, 'a', 'b', 'file');
  const info = await storeWith(new TestStream(['da', 'ta']), 4).bucket.fget('k', path);
  expect([info.key, info.size, readFileSync(path, 'utf8')]).toEqual(['k', 4, 'data']);
  expect(contentsOf(folder)).toEqual(['a', join('a', 'b'), join('a', 'b', 'file')]);
});

test('replaces an existing file instead of writing into it', async () => {
  const folder = createTempFolder();
  const path = join(folder, 'file');
  writeFileSync(path, 'the previous, longer content');
  const { ino } = statSync(path);
  await storeWith(new TestStream(['data']), 4).bucket.fget('k', path);
  expect([readFileSync(path, 'utf8'), statSync(path).ino === ino, contentsOf(folder)]).toEqual(['data', false, ['file']]);
});

test('resolves a path against the working directory', async () => {
  const path = join(createTempFolder(), 'file');
  await storeWith(new TestStream(['data']), 4).bucket.fget('k', relative(process.cwd(), path));
  expect(readFileSync(path, 'utf8')).toBe('data');
});

test.for(['漢'.repeat(80), 'a'.repeat(250), '\u{1F30D}'.repeat(60), '.hidden'])('accepts the file name %s', async (name) => {
  const folder = createTempFolder();
  await storeWith(new TestStream(['data']), 4).bucket.fget('k', join(folder, name));
  expect(contentsOf(folder)).toEqual([name]);
});

test('saves an empty object and a range', async () => {
  const path = join(createTempFolder(), 'file');
  const { bucket, objects } = testStore();
  objects.set('empty', Buffer.alloc(0)).set('k', Buffer.from('hello'));
  await bucket.fget('empty', path);
  expect(readFileSync(path, 'utf8')).toBe('');
  const info = await bucket.fget('k', path, { range: { start: 1, end: 3 } });
  expect([info.size, readFileSync(path, 'utf8')]).toEqual([5, 'el']);
});

test.for([
  ['a truncated body', new TestStream(['da']), 'IncompleteBody'],
  ['a failing body', new TestStream(['da'], new Error('gone')), 'InternalError'],
] as const)('%s leaves the existing file and no other files', async ([, stream, code]) => {
  const folder = createTempFolder();
  const path = join(folder, 'file');
  writeFileSync(path, 'old');
  const failure = await failureOf(() => storeWith(stream, 4).bucket.fget('k', path));
  expect(failure).toMatchObject({ code, operation: 'fget', bucket: 'photos', key: 'k' });
  expect([readFileSync(path, 'utf8'), contentsOf(folder), stream.cancelled]).toEqual(['old', ['file'], 1]);
});

test('removes the folders that it created on failure', async () => {
  const folder = createTempFolder();
  mkdirSync(join(folder, 'a'));
  await failureOf(() => storeWith(new TestStream(['da']), 4).bucket.fget('k', join(folder, 'a', 'b', 'c', 'file')));
  expect(contentsOf(folder)).toEqual(['a']);
});

test('keeps a created folder that is in use on failure', async () => {
  const folder = createTempFolder();
  const path = join(folder, 'a', 'b', 'file');
  const progress = () => {
    writeFileSync(join(folder, 'a', 'other'), '');
    throw new Error('stop');
  };
  await failureOf(() => storeWith(new TestStream(['data']), 4).bucket.fget('k', path, { progress }));
  expect(contentsOf(folder)).toEqual(['a', join('a', 'other')]);
});

test('creates no folder if the object does not exist', async () => {
  const folder = createTempFolder();
  expect((await failureOf(() => testStore().bucket.fget('k', join(folder, 'a', 'file')))).code).toBe('NoSuchKey');
  expect(contentsOf(folder)).toEqual([]);
});

test('rejects with the reason of an abort during the transfer, and leaves no files', async () => {
  const folder = createTempFolder();
  const controller = new AbortController();
  const stream = new TestStream(['da'], 'hang');
  const thrown = thrownBy(() =>
    storeWith(stream, 4).bucket.fget('k', join(folder, 'a', 'file'), {
      signal: controller.signal,
      progress: () => controller.abort('stop'),
    }),
  );
  expect(await thrown).toBe('stop');
  expect([contentsOf(folder), stream.cancelled]).toEqual([[], 1]);
});

const invalidPaths: [string, (folder: string) => string][] = [
  ['of a folder', (folder) => folder],
  [
    'below a file',
    (folder) => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file', 'x');
    },
  ],
  [
    'deep below a file',
    (folder) => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file', 'x', 'y');
    },
  ],
];

test.for(invalidPaths)('rejects a path %s and releases the body', async ([, make]) => {
  const folder = createTempFolder();
  const stream = new TestStream(['data']);
  const path = make(folder);
  const before = contentsOf(folder);
  expect((await failureOf(() => storeWith(stream, 4).bucket.fget('k', path))).code).toBe('InvalidArgument');
  expect([contentsOf(folder), stream.cancelled]).toEqual([before, 1]);
});

test.skipIf(process.platform !== 'linux')('rejects a path where folders cannot be created', async () => {
  const { bucket } = storeWith(new TestStream(['data']), 4);
  expect((await failureOf(() => bucket.fget('k', '/proc/no-such-folder/sub/file'))).code).toBe('InvalidArgument');
});

test.skipIf(isWindows)('rejects a pipe and keeps it', async () => {
  const path = join(createTempFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  expect((await failureOf(() => storeWith(new TestStream(['data']), 4).bucket.fget('k', path))).code).toBe('InvalidArgument');
  expect(statSync(path).isFIFO()).toBe(true);
});

test.skipIf(isWindows || process.getuid?.() === 0)('fails with AccessDenied in a read-only folder', async () => {
  const folder = createTempFolder();
  chmodSync(folder, 0o500);
  expect((await failureOf(() => storeWith(new TestStream(['data']), 4).bucket.fget('k', join(folder, 'file')))).code).toBe('AccessDenied');
  expect((await failureOf(() => storeWith(new TestStream(['data']), 4).bucket.fget('k', join(folder, 'a', 'file')))).code).toBe(
    'AccessDenied',
  );
});

test.for([undefined, null, 1, '', 'a\0b', new URL('file:///tmp/x')])('rejects the path %o before any I/O', async (path) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.fget('k', path as string))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('passes the options of get to the driver', async () => {
  const { bucket, calls, objects } = testStore();
  objects.set('k', Buffer.from('data'));
  const path = join(createTempFolder(), 'file');
  await bucket.fget('k', path, { ifMatch: '"e"', progress: () => {} });
  expect(calls[0]?.args).toEqual(['k', { conditions: { ifMatch: 'e' } }]);
  expect(existsSync(path)).toBe(true);
});

test.for([
  [
    ['da', '', 'ta'],
    [
      { transferred: 2, total: 4 },
      { transferred: 2, total: 4 },
      { transferred: 4, total: 4 },
    ],
  ],
  [[], [{ transferred: 0, total: 0 }]],
] as const)('reports the progress of the chunks %j', async ([chunks, expected]) => {
  const seen: unknown[] = [];
  const size = chunks.join('').length;
  await storeWith(new TestStream(chunks), size).bucket.fget('k', join(createTempFolder(), 'file'), {
    progress: (event) => seen.push(event),
  });
  await settled();
  expect(seen).toEqual(expected);
});

test.skipIf(isWindows).for([0o600, 0o644, 0o640, 0o444, 0o755])('keeps the mode %o of an existing file', async (mode) => {
  const path = join(createTempFolder(), 'file');
  writeFileSync(path, 'old');
  chmodSync(path, mode);
  await storeWith(new TestStream(['data']), 4).bucket.fget('k', path);
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['data', mode]);
});

test.skipIf(isWindows)('the temp file of a private file is private', async () => {
  const folder = createTempFolder();
  const path = join(folder, 'file');
  writeFileSync(path, 'old', { mode: 0o600 });
  const modes: number[] = [];
  const progress = () => modes.push(...readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777));
  await storeWith(new TestStream(['data']), 4).bucket.fget('k', path, { progress });
  expect(modes).toEqual([0o600, 0o600]);
});

test.skipIf(isWindows)('a new file has the mode of the umask', async () => {
  const folder = createTempFolder();
  writeFileSync(join(folder, 'other'), '');
  await storeWith(new TestStream(['data']), 4).bucket.fget('k', join(folder, 'file'));
  expect(statSync(join(folder, 'file')).mode).toBe(statSync(join(folder, 'other')).mode);
});

test.skipIf(process.getuid?.() !== 0)('keeps the owner of an existing file if permitted', async () => {
  const path = join(createTempFolder(), 'file');
  writeFileSync(path, 'old');
  chownSync(path, 1234, 5678);
  chmodSync(path, 0o640);
  await storeWith(new TestStream(['data']), 4).bucket.fget('k', path);
  const { uid, gid, mode } = statSync(path);
  expect([uid, gid, mode & 0o777]).toEqual([1234, 5678, 0o640]);
});

/** Links, by the path that is passed to `fget`, and the path of the file that must be written. */
const links: [string, (folder: string) => string, string][] = [
  ['an absolute link', (folder) => link(join(folder, 'a', 'file'), join(folder, 'link')), 'a/file'],
  ['a relative link', (folder) => link(join('a', 'file'), join(folder, 'link')), 'a/file'],
  ['a chain of links', (folder) => link('second', link(join('a', 'file'), join(folder, 'second')) && join(folder, 'link')), 'a/file'],
  ['a dangling link', (folder) => link(join('a', 'new'), join(folder, 'link')), 'a/new'],
  ['a dangling link into a missing folder', (folder) => link(join('b', 'c', 'new'), join(folder, 'link')), 'b/c/new'],
  [
    'a link in a linked folder',
    (folder) => link('file', join(folder, 'a', 'link')) && join(link('a', join(folder, 'b')), 'link'),
    'a/file',
  ],
  [
    'a dangling link in a linked folder',
    (folder) => link(join('..', 'new'), join(folder, 'a', 'link')) && join(link('a', join(folder, 'b')), 'link'),
    'new',
  ],
];

function link(target: string, path: string): string {
  symlinkSync(target, path);
  return path;
}

test.skipIf(isWindows).for(links)('writes through %s', async ([, make, expected]) => {
  const folder = createTempFolder();
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a', 'file'), 'old', { mode: 0o600 });
  const path = make(folder);
  await storeWith(new TestStream(['data']), 4).bucket.fget('k', path);
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, expected), 'utf8')).toBe('data');
  expect(statSync(join(folder, 'a', 'file')).mode & 0o777).toBe(0o600);
});

test.skipIf(isWindows).for([
  ['to a folder', (folder: string) => link('.', join(folder, 'link'))],
  ['to itself', (folder: string) => link('link', join(folder, 'link'))],
  ['in a loop', (folder: string) => link('other', link('link', join(folder, 'other')) && join(folder, 'link'))],
  ['whose target is too long', (folder: string) => link('x'.repeat(300), join(folder, 'link'))],
  ['below a loop', (folder: string) => join(link('link', join(folder, 'link')), 'file')],
] as const)('rejects a link %s', async ([, make]) => {
  const folder = createTempFolder();
  const path = make(folder);
  const before = contentsOf(folder);
  expect((await failureOf(() => storeWith(new TestStream(['data']), 4).bucket.fget('k', path))).code).toBe('InvalidArgument');
  expect(contentsOf(folder)).toEqual(before);
});

/** Mounts a file over itself. Returns whether that is permitted. */
function bindMount(path: string): boolean {
  try {
    execFileSync('mount', ['--bind', path, path], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => void execFileSync('umount', [path]));
  return true;
}

test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('overwrites a file that is a mount point', async (context) => {
  const folder = createTempFolder();
  const path = join(folder, 'file');
  writeFileSync(path, 'a longer old body', { mode: 0o600 });
  if (!bindMount(path)) context.skip('mounting is not permitted');
  const { ino } = statSync(path);
  await storeWith(new TestStream(['data']), 4).bucket.fget('k', path);
  const after = statSync(path);
  expect([readFileSync(path, 'utf8'), after.ino, after.mode & 0o777, contentsOf(folder)]).toEqual(['data', ino, 0o600, ['file']]);
});

test.for([
  [{ mtime: '1000000000.250000000' }, 1_000_000_000_250],
  [{ mtime: 'yesterday' }, Date.parse('2020-01-02T03:04:05Z')],
  [{}, Date.parse('2020-01-02T03:04:05Z')],
] as const)('restores the modification time of %j', async ([metadata, expected]) => {
  const path = join(createTempFolder(), 'file');
  const { bucket } = testStore({
    getObject: async (key) => ({ info: { ...infoOf(key, Buffer.from('data')), metadata }, body: Buffer.from('data') }),
  });
  await bucket.fget('k', path, { preserveTimes: true });
  expect(Math.round(statSync(path).mtimeMs)).toBe(expected);
  await bucket.fget('k', path);
  expect(Date.now() - statSync(path).mtimeMs).toBeLessThan(60_000);
});
