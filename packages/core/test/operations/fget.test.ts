import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { failureOf, thrownBy } from '../failure.js';
import { TestStream, settled } from '../body/streams.js';
import { ownFolder } from './folder.js';
import { infoOf, testStore } from './test-store.js';
import type { TestStore } from './test-store.js';

const isWindows = process.platform === 'win32';

/** A bucket with one object, whose body comes as a stream. */
function serving(stream: TestStream, size: number): TestStore {
  return testStore({ getObject: async (key) => ({ info: { ...infoOf(key, Buffer.alloc(0)), size }, body: stream }) });
}

/** All that is in a folder. */
const everythingIn = (folder: string) => readdirSync(folder, { recursive: true }).map(String).sort();

test('saves an object, and makes the folders above', async () => {
  const folder = ownFolder();
  const path = join(folder, 'a', 'b', 'file');
  const info = await serving(new TestStream(['da', 'ta']), 4).bucket.fget('k', path);
  expect([info.key, info.size, readFileSync(path, 'utf8')]).toEqual(['k', 4, 'data']);
  expect(everythingIn(folder)).toEqual(['a', join('a', 'b'), join('a', 'b', 'file')]);
});

test('replaces a file, and writes into it never', async () => {
  const folder = ownFolder();
  const path = join(folder, 'file');
  writeFileSync(path, 'a longer text that was there');
  const { ino } = statSync(path);
  await serving(new TestStream(['data']), 4).bucket.fget('k', path);
  expect([readFileSync(path, 'utf8'), statSync(path).ino === ino, everythingIn(folder)]).toEqual(['data', false, ['file']]);
});

test('takes a path from the working directory', async () => {
  const path = join(ownFolder(), 'file');
  await serving(new TestStream(['data']), 4).bucket.fget('k', relative(process.cwd(), path));
  expect(readFileSync(path, 'utf8')).toBe('data');
});

test.for(['漢'.repeat(80), 'a'.repeat(250), '\u{1F30D}'.repeat(60), '.hidden'])('takes the file name %s', async (name) => {
  const folder = ownFolder();
  await serving(new TestStream(['data']), 4).bucket.fget('k', join(folder, name));
  expect(everythingIn(folder)).toEqual([name]);
});

test('saves an empty object and a range', async () => {
  const path = join(ownFolder(), 'file');
  const { bucket, objects } = testStore();
  objects.set('empty', Buffer.alloc(0)).set('k', Buffer.from('hello'));
  await bucket.fget('empty', path);
  expect(readFileSync(path, 'utf8')).toBe('');
  const info = await bucket.fget('k', path, { range: { start: 1, end: 3 } });
  expect([info.size, readFileSync(path, 'utf8')]).toEqual([5, 'el']);
});

test.for([
  ['a short body', new TestStream(['da']), 'IncompleteBody'],
  ['a body that fails', new TestStream(['da'], new Error('gone')), 'InternalError'],
] as const)('%s leaves the old file and nothing else', async ([, stream, code]) => {
  const folder = ownFolder();
  const path = join(folder, 'file');
  writeFileSync(path, 'old');
  const failure = await failureOf(() => serving(stream, 4).bucket.fget('k', path));
  expect(failure).toMatchObject({ code, operation: 'fget', bucket: 'photos', key: 'k' });
  expect([readFileSync(path, 'utf8'), everythingIn(folder), stream.cancelled]).toEqual(['old', ['file'], 1]);
});

test('a failure removes the folders that were made, up to those that were there', async () => {
  const folder = ownFolder();
  mkdirSync(join(folder, 'a'));
  await failureOf(() => serving(new TestStream(['da']), 4).bucket.fget('k', join(folder, 'a', 'b', 'c', 'file')));
  expect(everythingIn(folder)).toEqual(['a']);
});

test('a folder that someone else uses meanwhile stays', async () => {
  const folder = ownFolder();
  const path = join(folder, 'a', 'b', 'file');
  const progress = () => {
    writeFileSync(join(folder, 'a', 'other'), '');
    throw new Error('stop');
  };
  await failureOf(() => serving(new TestStream(['data']), 4).bucket.fget('k', path, { progress }));
  expect(everythingIn(folder)).toEqual(['a', join('a', 'other')]);
});

test('a missing object makes no folder', async () => {
  const folder = ownFolder();
  expect((await failureOf(() => testStore().bucket.fget('k', join(folder, 'a', 'file')))).code).toBe('NoSuchKey');
  expect(everythingIn(folder)).toEqual([]);
});

test('an abort in the middle rejects with its reason, and leaves nothing', async () => {
  const folder = ownFolder();
  const controller = new AbortController();
  const stream = new TestStream(['da'], 'hang');
  const thrown = thrownBy(() =>
    serving(stream, 4).bucket.fget('k', join(folder, 'a', 'file'), {
      signal: controller.signal,
      progress: () => controller.abort('enough'),
    }),
  );
  expect(await thrown).toBe('enough');
  expect([everythingIn(folder), stream.cancelled]).toEqual([[], 1]);
});

const unwritable: [string, (folder: string) => string][] = [
  ['that is a folder', (folder) => folder],
  [
    'below a file',
    (folder) => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file', 'x');
    },
  ],
  [
    'far below a file',
    (folder) => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file', 'x', 'y');
    },
  ],
];

test.for(unwritable)('a path %s is refused, the body released', async ([, make]) => {
  const folder = ownFolder();
  const stream = new TestStream(['data']);
  const path = make(folder);
  const before = everythingIn(folder);
  expect((await failureOf(() => serving(stream, 4).bucket.fget('k', path))).code).toBe('InvalidArgument');
  expect([everythingIn(folder), stream.cancelled]).toEqual([before, 1]);
});

test.skipIf(process.platform !== 'linux')('a path where no folder can be made is refused', async () => {
  const { bucket } = serving(new TestStream(['data']), 4);
  expect((await failureOf(() => bucket.fget('k', '/proc/no-such-folder/nor-this/file'))).code).toBe('InvalidArgument');
});

test.skipIf(isWindows)('a pipe is refused, and still there', async () => {
  const path = join(ownFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  expect((await failureOf(() => serving(new TestStream(['data']), 4).bucket.fget('k', path))).code).toBe('InvalidArgument');
  expect(statSync(path).isFIFO()).toBe(true);
});

test.skipIf(isWindows || process.getuid?.() === 0)('a folder that may not be written to is AccessDenied', async () => {
  const folder = ownFolder();
  chmodSync(folder, 0o500);
  expect((await failureOf(() => serving(new TestStream(['data']), 4).bucket.fget('k', join(folder, 'file')))).code).toBe('AccessDenied');
  expect((await failureOf(() => serving(new TestStream(['data']), 4).bucket.fget('k', join(folder, 'a', 'file')))).code).toBe(
    'AccessDenied',
  );
});

test.for([undefined, null, 1, '', 'a\0b', new URL('file:///tmp/x')])('the path %o is refused before any I/O', async (path) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.fget('k', path as string))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('hands the options of get on', async () => {
  const { bucket, calls, objects } = testStore();
  objects.set('k', Buffer.from('data'));
  const path = join(ownFolder(), 'file');
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
] as const)('of %j tells the progress', async ([chunks, told]) => {
  const seen: unknown[] = [];
  const size = chunks.join('').length;
  await serving(new TestStream(chunks), size).bucket.fget('k', join(ownFolder(), 'file'), { progress: (one) => seen.push(one) });
  await settled();
  expect(seen).toEqual(told);
});
