import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from 'anybucket';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anybucket-diff-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function diff(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const code = await main(['diff', ...args], { env: {}, print, printError: print, interrupted: async () => {} });
  return { code, output: lines.join('\n') };
}

async function programFile(body: string): Promise<string> {
  const file = join(folder, 'program.mjs');
  await writeFile(file, `let runs = 0;\nexport default async (store) => {\n${body}\n};\n`);
  return file;
}

test('reports that two backends do not differ', async () => {
  const file = await programFile("await store.createBucket('photos'); await store.bucket('photos').put('a', 'x');");
  const { code, output } = await diff(file, '--backends', `memory:,fs:${join(folder, 'data')}`);
  expect([code, output]).toEqual([0, 'no difference in 2 calls']);
});

test('reports the first difference with exit code 1', async () => {
  const file = await programFile("await store.createBucket('photos'); await store.bucket('photos').put('a', ['x'.repeat(++runs)]);");
  const { code, output } = await diff(file, '--backends', 'memory:,memory:');
  expect([code, output]).toEqual([1, expect.stringContaining('the backends differ at call 2')]);
});

test.each([
  [[], 'expected one program, got 0'],
  [['missing.js', '--backends', 'memory:,memory:'], 'cannot load "missing.js"'],
  [['x.js', '--backends', 'memory:'], '--backends must name two stores'],
  [['x.js'], '--backends must name two stores'],
  [['x.js', '--bogus'], "Unknown option '--bogus'"],
])('rejects the arguments %j', async (args, message) => {
  expect(await diff(...args)).toEqual({ code: 2, output: expect.stringContaining(message) as unknown });
});

test('rejects a module without a function', async () => {
  const file = join(folder, 'data.mjs');
  await writeFile(file, 'export default 3;');
  expect((await diff(file, '--backends', 'memory:,memory:')).output).toContain('must have a function as its default export');
});

test('prints its usage', async () => {
  expect(await diff('--help')).toEqual({ code: 0, output: expect.stringContaining('Usage: anybucket diff PROGRAM') as unknown });
});
