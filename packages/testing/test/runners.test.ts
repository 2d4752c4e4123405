import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// The built package, in processes of their own.
const cwd = fileURLToPath(new URL('runners/', import.meta.url));
const { resolve } = createRequire(import.meta.url);

function jest(file: string): string[] {
  const config = { rootDir: cwd, testMatch: [`<rootDir>/${file}`], transform: {}, watchman: false };
  return ['--experimental-vm-modules', resolve('jest/bin/jest'), '--config', JSON.stringify(config), '--verbose'];
}

const runners: Readonly<Record<string, readonly string[]>> = {
  'node:test': ['--test', '--test-reporter=tap', 'node-test.js'],
  jest: jest('jest.js'),
  'jest with CommonJS': jest('jest.cjs'),
};

/** Runs a test runner. Returns its exit code and output. */
async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: unknown; output: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd, env: { PATH: process.env['PATH'], ...env } });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

test.each(Object.entries(runners))('the entry works in %s', async (_, args) => {
  const { code, output } = await run(args);
  expect([code, output]).toEqual([0, expect.stringContaining('has a store of its own')]);
});

test.each(Object.entries(runners))('%s fails if a fault does not occur', async (_, args) => {
  const { code, output } = await run(args, { FAULTY: 'yes' });
  expect([code, output]).toEqual([1, expect.stringContaining('1 of 1 faults did not occur')]);
});
